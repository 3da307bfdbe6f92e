/* Draws the register on a Leaflet map: what the Folium elements of georegister.maps call.
 *
 * Text from the register is only ever written with textContent and setAttribute, never as HTML. What was drawn and
 * what was asked is told by events on the map: "georegister:plans", "georegister:place", "georegister:failed".
 */
"use strict";

const georegister = (() => {
  const MOST_DRAWN = 1500;
  const NEAR_METRES = 1000;
  const WAIT_MS = 250;
  const LABEL_PIXELS = 64;
  const ENDED = ["replaced", "revoked", "lapsed"];
  const STANDING = ["idea", "proposal", "adopted", "in_force", "unknown"];

  const page = document.getElementById("georegister-page");
  const told = page ? JSON.parse(page.textContent) : { texts: {}, language: "en", slots: 0 };
  const text = (key, fallback) => told.texts[key] || fallback;

  /* What the page asks for beside the view: theme, status and day. Filled from the filters. */
  const asked = { theme: [], ended: false, day: "" };

  async function fetchJson(url, signal) {
    // A map in one file holds what it shows; see held.js.
    if (typeof georegisterHeld === "function") return georegisterHeld(new URL(url, document.baseURI));
    const answer = await fetch(url, { signal, headers: { Accept: "application/geo+json, application/json" } });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail || answer.statusText);
    return said;
  }

  function question(url, map) {
    const whole = new URL(url, document.baseURI);
    const box = map.getBounds();
    const within = (number, most) => Math.max(-most, Math.min(most, number)).toFixed(6);
    const corners = [within(box.getWest(), 180), within(box.getSouth(), 90), within(box.getEast(), 180), within(box.getNorth(), 90)];
    whole.searchParams.set("bbox", corners.join(","));
    whole.searchParams.set("limit", "1000");
    if (asked.theme.length) whole.searchParams.set("theme", asked.theme.join(","));
    if (!asked.ended) whole.searchParams.set("status", STANDING.join(","));
    if (asked.day) whole.searchParams.set("datetime", asked.day);
    return whole;
  }

  function classes(said) {
    const slot = Number.isInteger(said.theme_slot) && said.theme_slot <= told.slots ? said.theme_slot : 0;
    const status = /^[a-z_]+$/.test(said.status) ? said.status : "unknown";
    const names = ["plan", `slot-${slot}`, `status-${status}`];
    if (ENDED.includes(status)) names.push("ended");
    if (said.extent_source === "municipality") names.push("whole");
    if (said.geometry_source === "illustrative") names.push("illustrative");
    return names.join(" ");
  }

  function element(tag, className, words) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words !== undefined && words !== null) made.textContent = words;
    return made;
  }

  /* One tab stop for all plans: arrows go from one to the next, Enter chooses. */
  function roving(map, group) {
    const container = map.getContainer();
    const paths = () => group.getLayers().map((layer) => layer.getElement()).filter(Boolean);
    container.addEventListener("keydown", (event) => {
      const all = paths();
      const place = all.indexOf(document.activeElement);
      if (place < 0) return;
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        event.stopPropagation();
        const next = all[(place + step + all.length) % all.length];
        all.forEach((path) => path.setAttribute("tabindex", "-1"));
        next.setAttribute("tabindex", "0");
        next.focus();
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        map.fire("georegister:chosen", { id: all[place].dataset.plan });
      }
    }, true);
  }

  /* Numbers on the plans that are large enough; plans that lie on one another share a label. */
  function labelled(map, layers) {
    const placed = [];
    for (const layer of [...layers].reverse()) {
      const box = layer.getBounds();
      const size = map.latLngToLayerPoint(box.getSouthEast()).subtract(map.latLngToLayerPoint(box.getNorthWest()));
      if (Math.min(size.x, size.y) < LABEL_PIXELS) continue;
      const at = map.latLngToLayerPoint(box.getCenter());
      const near = placed.find((one) => Math.abs(one.at.x - at.x) < LABEL_PIXELS && Math.abs(one.at.y - at.y) < 24);
      if (near) near.numbers.push(layer.plan.properties.number);
      else placed.push({ at, centre: box.getCenter(), numbers: [layer.plan.properties.number] });
    }
    return placed.map(({ centre, numbers }) => {
      const more = numbers.length > 3 ? ` +${numbers.length - 3}` : "";
      const words = element("span", "plan-label-text", numbers.slice(0, 3).join(" · ") + more);
      const icon = L.divIcon({ className: "plan-label", html: words, iconSize: null });
      return L.marker(centre, { icon, interactive: false, keyboard: false });
    });
  }

  function plans(map, url) {
    const group = L.featureGroup().addTo(map);
    const labels = L.layerGroup().addTo(map);
    let running = null;
    let waiting = null;

    async function all(start, signal) {
      const found = [];
      let next = start;
      while (next && found.length < MOST_DRAWN) {
        const said = await fetchJson(next, signal);
        found.push(...said.features);
        const link = said.links.find((one) => one.rel === "next");
        const address = link && new URL(link.href);
        next = address && new URL(address.pathname + address.search, start);
      }
      return { features: found, more: Boolean(next) };
    }

    function draw(features) {
      group.clearLayers();
      const drawn = features.filter((feature) => feature.geometry);
      drawn.sort((a, b) => (b.properties.area_m2 || 0) - (a.properties.area_m2 || 0));
      for (const feature of drawn) {
        const layer = L.geoJSON(feature, { style: { className: classes(feature.properties), weight: 2.5 } }).getLayers()[0];
        layer.plan = feature;
        layer.addTo(group);
        const path = layer.getElement();
        path.dataset.plan = feature.id;
        path.setAttribute("role", "button");
        path.setAttribute("tabindex", "-1");
        path.setAttribute("aria-label", `${feature.properties.number} ${feature.properties.title}`);
      }
      const first = group.getLayers()[0];
      if (first) first.getElement().setAttribute("tabindex", "0");
    }

    function relabel() {
      labels.clearLayers();
      labelled(map, group.getLayers()).forEach((one) => one.addTo(labels));
    }

    async function load() {
      if (running) running.abort();
      running = new AbortController();
      const start = question(url, map);
      try {
        const found = await all(start, running.signal);
        draw(found.features);
        relabel();
        map.getContainer().dataset.drawn = String(group.getLayers().length);
        map.fire("georegister:plans", { ...found, question: start.pathname + start.search });
      } catch (error) {
        if (error.name !== "AbortError") map.fire("georegister:failed", { message: error.message });
      }
    }

    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(load, WAIT_MS);
    };
    map.on("moveend", soon);
    map.on("georegister:asked", load);
    roving(map, group);
    map.georegisterPlans = group;
    load();
  }

  function placeClick(map, url) {
    let marker = null;
    async function ask(place) {
      const lon = L.Util.wrapNum(place.lng, [-180, 180], true).toFixed(6);
      const whole = new URL(url, document.baseURI);
      whole.searchParams.set("point", `${lon},${place.lat.toFixed(6)}`);
      whole.searchParams.set("within", String(NEAR_METRES));
      whole.searchParams.set("lang", told.language);
      if (asked.day) whole.searchParams.set("datetime", asked.day);
      if (marker) marker.remove();
      const dot = L.divIcon({ className: "place-marker", iconSize: [18, 18] });
      marker = L.marker(place, { icon: dot, interactive: false, keyboard: false, zIndexOffset: 1000 }).addTo(map);
      try {
        const said = await fetchJson(whole);
        map.fire("georegister:place", { place, features: said.features, question: whole.pathname + whole.search });
      } catch (error) {
        map.fire("georegister:failed", { message: error.message });
      }
    }
    map.on("click", (event) => ask(event.latlng));
    map.on("georegister:ask-centre", () => ask(map.getCenter()));
    map.on("georegister:leave-place", () => marker && marker.remove());
  }

  function still(map, url, className, pane, order) {
    map.createPane(pane).style.zIndex = order;
    fetchJson(url)
      .then((said) => L.geoJSON(said, { pane, interactive: false, style: { className, weight: 1 } }).addTo(map))
      .catch((error) => map.fire("georegister:failed", { message: error.message }));
  }

  const land = (map, url) => still(map, url, "land", "land", 200);
  const outline = (map, url) => still(map, url, "municipality", "municipality", 210);

  function places(map, url) {
    map.createPane("places").style.zIndex = 450;
    fetchJson(url).then((said) => {
      const group = L.layerGroup();
      for (const feature of said.features) {
        const kind = ["town", "village"].includes(feature.properties.kind) ? feature.properties.kind : "small";
        const words = element("span", null, feature.properties.name);
        const icon = L.divIcon({ className: `place-name place-${kind}`, html: words, iconSize: null });
        const [lon, lat] = feature.geometry.coordinates;
        const from = { town: 8, village: 11, small: 14 }[kind];
        const marker = L.marker([lat, lon], { icon, pane: "places", interactive: false, keyboard: false });
        const show = () => (map.getZoom() >= from ? marker.addTo(group) : marker.removeFrom(group));
        map.on("zoomend", show);
        show();
      }
      group.addTo(map);
    }).catch(() => undefined);
  }

  /* Lines of longitude and latitude, as far apart as the view allows. */
  function graticule(map) {
    map.createPane("graticule").style.zIndex = 220;
    const group = L.layerGroup().addTo(map);
    const steps = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
    const style = { pane: "graticule", interactive: false, className: "graticule", weight: 1 };
    function draw() {
      group.clearLayers();
      const box = map.getBounds().pad(0.2);
      const lines = (from, to, make) => {
        const step = steps.find((one) => (to - from) / one >= 4) || 0.01;
        for (let at = Math.ceil(from / step) * step; at < to; at += step) L.polyline(make(at), style).addTo(group);
      };
      lines(box.getWest(), box.getEast(), (lon) => [[box.getSouth(), lon], [box.getNorth(), lon]]);
      lines(box.getSouth(), box.getNorth(), (lat) => [[lat, box.getWest()], [lat, box.getEast()]]);
    }
    map.on("moveend", draw);
    draw();
  }

  function furniture(map, names) {
    L.control.zoom({ position: "topright", zoomInTitle: names.zoomInTitle, zoomOutTitle: names.zoomOutTitle }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    map.attributionControl.setPrefix("");
    map.attributionControl.addAttribution(text("attribution", "Land: Natural Earth"));
    graticule(map);
    georegister.map = map;
    document.dispatchEvent(new CustomEvent("georegister:map", { detail: map }));
  }

  return { plans, placeClick, land, outline, places, furniture, asked, element, text, told, fetchJson, map: null };
})();
