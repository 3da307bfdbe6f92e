/* Draws the register on a Leaflet map: what the Folium elements of georegister.maps call.
 *
 * Text from the register is only ever written with textContent and setAttribute, never as HTML. What was drawn and
 * what was asked is told by events on the map: "georegister:plans", "georegister:place", "georegister:failed".
 * What a page asks for it puts into `georegister.asked` and fires "georegister:asked" (the plans are fetched again),
 * "georegister:ask" (a place) or "georegister:ask-centre". The page's own scripts, map-*.js, each begin when
 * "georegister:map" comes from the document; `map.georegisterBusy` is true while a click means something else.
 */
"use strict";

document.documentElement.classList.add("scripted");
if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
  L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
}

const georegister = (() => {
  const MOST_DRAWN = 1000;
  const LISTED_OF_MANY = 100;
  /* How many plans on one another are a heap, and how many a high one; the same as in maps/shapes.py. */
  const HEAPS = [5, 12];
  const METRES_A_PIXEL = 156543.034;
  /* What the map and its list tell of a plan: an answer holds no more. */
  const TOLD = "number,title,kind,status,applies,in_hearing,hearing_closes,hearing_days_left,theme_slot,themes,theme_titles,"
    + "goals,sdgs,topics,extent_source,geometry_source,area_m2";
  const HERE = document.currentScript ? document.currentScript.src : "";
  const NEAR_METRES = 1000;
  const WAIT_MS = 250;
  const ENDED = ["replaced", "revoked", "lapsed"];
  const STANDING = ["idea", "proposal", "adopted", "in_force", "unknown"];

  const page = document.getElementById("georegister-page");
  const told = page ? JSON.parse(page.textContent) : { texts: {}, language: "en", slots: 0 };
  const text = (key, fallback) => told.texts[key] || fallback;

  /* What the page asks for beside the view, under the names the map's address has for it. */
  const asked = {
    theme: [], goal: [], sdg: [], status: [], kind: [], ended: false, day: "", colour: "theme",
    point: "", plan: "", geometry: "", buffer: "",
  };
  const LISTS = ["theme", "goal", "sdg", "kind"];

  /* The filters as parameters of a question of plans; `statuses` stands in for what is shown. */
  function parameters(statuses) {
    const said = new URLSearchParams();
    LISTS.filter((name) => asked[name].length).forEach((name) => said.set(name, asked[name].join(",")));
    const shown = [...(asked.status.length ? asked.status : STANDING), ...(asked.ended ? ENDED : [])];
    if (statuses || asked.status.length || !asked.ended) said.set("status", (statuses || [...new Set(shown)]).join(","));
    if (asked.day) said.set("datetime", asked.day);
    return said;
  }

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
    parameters().forEach((words, name) => whole.searchParams.set(name, words));
    return whole;
  }

  /* The same question as it is asked for drawing: no corners and no properties that nobody would see. */
  function forDrawing(start, map, limit) {
    const whole = new URL(start);
    const metres = METRES_A_PIXEL * Math.cos(map.getCenter().lat * Math.PI / 180) / 2 ** map.getZoom();
    const said = { limit, simplify: (metres / 2).toPrecision(3), precision: 5, properties: TOLD };
    Object.entries(said).forEach(([name, words]) => whole.searchParams.set(name, String(Number(words) || words)));
    return whole;
  }

  const fetched = {};
  /* A script that only some views need. */
  function lazily(address) {
    fetched[address] = fetched[address] || new Promise((done, failed) => {
      const script = element("script");
      script.src = new URL(address, HERE).href;
      script.onload = done;
      script.onerror = () => failed(new Error(address));
      document.head.append(script);
    });
    return fetched[address];
  }

  function classes(said) {
    const slot = Number.isInteger(said.theme_slot) && said.theme_slot <= told.slots ? said.theme_slot : 0;
    const status = /^[a-z_]+$/.test(said.status) ? said.status : "unknown";
    const use = (said.topics || []).map((code) => (told.uses || {})[code]).find(Number.isInteger) || 0;
    const names = ["plan", `slot-${slot}`, `use-${use}`, `status-${status}`];
    if (ENDED.includes(status)) names.push("ended");
    if (said.extent_source === "municipality") names.push("whole");
    if (said.geometry_source === "illustrative") names.push("illustrative");
    return names.join(" ");
  }

  /* A plan in a few words, for who hears the map: "Lokalplan SK 66, Solcellepark, Forslag, illustrativt omrids". */
  function spoken(said) {
    const name = told.kinds ? `${told.kinds[said.kind]} ${said.number}` : said.number;
    const status = told.statuses && told.statuses[said.in_hearing && said.status === "proposal" ? "hearing" : said.status];
    const sketch = said.geometry_source === "illustrative" ? text("illustrative", "illustrative outline") : "";
    return [name, said.title === said.number ? "" : said.title, status, sketch].filter(Boolean).join(", ");
  }

  function element(tag, className, words) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words !== undefined && words !== null) made.textContent = words;
    return made;
  }

  /* "Answer by 7 July 2021 (36 days left)". */
  function hearing(said) {
    const n = said.hearing_days_left;
    const locale = told.language === "en" ? "en-GB" : told.language;
    const day = new Date(`${said.hearing_closes}T00:00Z`).toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
    return text(["days.last", "days.one"][n] || "days.many", "{n}").replace("{n}", n.toLocaleString(told.language)).replace("{day}", day);
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
      } else if (event.key === "Escape") {
        event.stopPropagation();
        container.focus({ preventScroll: true });
      }
    }, true);
  }

  /* Marks the plans that lie in a heap, or a high one. The middle of its box is asked, which is quick and near enough. */
  function thin(layers) {
    const filled = layers.map((layer) => layer.getElement().classList)
      .map((names, place) => ({ names, box: layers[place].getBounds() }))
      .filter(({ names }) => !names.contains("whole") && !names.contains("ended"))
      .map(({ names, box }) => ({ names, west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth() }));
    for (const { names, west, south, east, north } of filled) {
      const [x, y] = [(west + east) / 2, (south + north) / 2];
      const over = filled.filter((one) => one.west <= x && x <= one.east && one.south <= y && y <= one.north).length;
      const heap = HEAPS.filter((least) => over >= least).length;
      if (heap) names.add(`heap-${heap}`);
    }
  }

  function plans(map, url) {
    const group = L.featureGroup().addTo(map);
    const signs = georegister.signs(map);
    let running = null;
    let waiting = null;
    let latest = "";
    let tiles = null;
    let tiling = null;
    // Where there are more plans in view than can be told apart, their tiles are drawn and the first are listed.
    let isCrowded = told.matched > MOST_DRAWN;

    async function all(start, signal) {
      const said = await fetchJson(forDrawing(start, map, MOST_DRAWN), signal);
      return { features: said.features, more: said.links.some((one) => one.rel === "next") };
    }

    async function firstOf(start, signal) {
      const hits = new URL(start);
      hits.searchParams.delete("limit");
      hits.searchParams.set("resultType", "hits");
      const few = forDrawing(start, map, LISTED_OF_MANY);
      const [first, every] = await Promise.all([few, hits].map((one) => fetchJson(one, signal)));
      return { features: first.features, matched: every.numberMatched, more: true };
    }

    async function drawTiles(start) {
      await Promise.all(["../vendor/pbf/pbf.js", "map-tiles.js"].map(lazily));
      tiling = tiling || georegister.planTiles(map, start.pathname.replace(/items$/, "tiles/WebMercatorQuad"));
      tiles = await tiling.catch((error) => { tiling = null; throw error; });
      const asked_ = new URLSearchParams(start.search);
      ["bbox", "limit"].forEach((name) => asked_.delete(name));
      if (isCrowded) tiles.show(asked_);
    }

    /* What is in view: drawn by tiles above the bound, as paths below it. */
    async function inView(start, signal) {
      if (!isCrowded) {
        const found = await all(start, signal);
        isCrowded = found.more;
        if (!isCrowded) return found;
      }
      const drawing = drawTiles(start);
      const found = await firstOf(start, signal);
      isCrowded = found.matched > MOST_DRAWN;
      if (!isCrowded) return all(start, signal);
      await drawing;
      return found;
    }

    function draw(features) {
      group.clearLayers();
      const drawn = features.filter((feature) => feature.geometry);
      drawn.sort(({ properties: a }, { properties: b }) => (b.area_m2 || 0) - (a.area_m2 || 0)
        || b.number.localeCompare(a.number, "da", { numeric: true }));
      for (const feature of drawn) {
        const layer = L.geoJSON(feature, { style: { className: classes(feature.properties), weight: 2.5 } }).getLayers()[0];
        layer.plan = feature;
        layer.addTo(group);
        const path = layer.getElement();
        path.dataset.plan = feature.id;
        path.setAttribute("role", "button");
        path.setAttribute("tabindex", "-1");
        path.setAttribute("aria-label", spoken(feature.properties));
      }
      thin(group.getLayers());
      const first = group.getLayers()[0];
      if (first) first.getElement().setAttribute("tabindex", "0");
    }

    async function load() {
      const start = question(url, map);
      // As a map opens it is moved and asked several times over for one and the same view.
      if (start.href === latest) return;
      latest = start.href;
      if (running) running.abort();
      running = new AbortController();
      try {
        const found = await inView(start, running.signal);
        if (!isCrowded && tiles) tiles.hide();
        draw(isCrowded ? [] : found.features);
        signs.draw(group.getLayers());
        map.getContainer().dataset.drawn = String(found.matched || group.getLayers().length);
        map.fire("georegister:plans", { ...found, question: start.pathname + start.search });
      } catch (error) {
        if (error.name === "AbortError") return;
        latest = "";
        map.fire("georegister:failed", { message: error.message });
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
    map.georegisterSnapped = signs.snapped;
    // Not before the page has said what it asks for.
    setTimeout(load);
  }

  function placeClick(map, url) {
    let marker = null;
    let running = null;
    async function ask(place, plan = "", back = false) {
      const lon = L.Util.wrapNum(place.lng, [-180, 180], true).toFixed(6);
      asked.point = `${lon},${place.lat.toFixed(6)}`;
      asked.plan = plan;
      const whole = new URL(url, document.baseURI);
      whole.searchParams.set("point", asked.point);
      whole.searchParams.set("within", String(NEAR_METRES));
      whole.searchParams.set("lang", told.language);
      if (asked.day) whole.searchParams.set("datetime", asked.day);
      if (running) running.abort();
      running = new AbortController();
      if (marker) marker.remove();
      const dot = L.divIcon({ className: "place-marker", iconSize: [18, 18] });
      marker = L.marker(place, { icon: dot, interactive: false, keyboard: false, zIndexOffset: 1000 }).addTo(map);
      try {
        const said = await fetchJson(whole, running.signal);
        const told_ = { features: said.features, notHeld: said.notHeld || [], question: whole.pathname + whole.search };
        map.fire("georegister:place", { place, plan, back, ...told_ });
      } catch (error) {
        if (error.name !== "AbortError") map.fire("georegister:failed", { message: error.message });
      }
    }
    const meant = (place) => (map.georegisterSnapped ? map.georegisterSnapped(place) : place);
    map.on("click", (event) => map.georegisterBusy || ask(meant(event.latlng)));
    map.on("georegister:ask", (event) => ask(event.place, event.plan, event.back));
    map.on("georegister:ask-centre", () => ask(map.getCenter()));
    map.on("georegister:ask-again", () => {
      const [lng, lat] = asked.point.split(",").map(Number);
      ask(L.latLng(lat, lng), asked.plan, true);
    });
    map.on("georegister:leave-place", () => {
      if (running) running.abort();
      if (marker) marker.remove();
      asked.point = "";
      asked.plan = "";
    });
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== map.getContainer() || map.georegisterBusy) return;
      event.preventDefault();
      ask(map.getCenter());
    });
  }

  function still(map, url, className, pane, order) {
    map.createPane(pane).style.zIndex = order;
    fetchJson(url)
      .then((said) => L.geoJSON(said, { pane, interactive: false, style: { className, weight: 1 } }).addTo(map))
      .catch((error) => map.fire("georegister:failed", { message: error.message }));
  }

  /* On the right stand the buttons, which would lie on what is there. */
  const open = (map, corners) => map.fitBounds(corners, { animate: false, paddingTopLeft: [12, 12], paddingBottomRight: [56, 24] });
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
      map.fire("georegister:named");
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

  return {
    open, plans, placeClick, land, outline, places, furniture,
    asked, parameters, classes, element, hearing, text, told, fetchJson, ENDED, map: null,
  };
})();
