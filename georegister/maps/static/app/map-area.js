/* An area: drawn corner by corner, taken from what the map shows, or a circle; and the plans in it with their shares.
 *
 * No library: a tap adds a corner, one on the first corner closes the area. By keyboard Enter on the map adds a corner
 * at its centre. The area is asked of /collections/plans/search, whose downloads are linked.
 */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, element, text, told, fetchJson, parameters } = georegister;
  const { many, number, button, linked, listed, empty, endedHere } = georegister.list;
  const byId = (id) => document.getElementById(id);
  const MOST_CORNERS = 100;
  const MOST_METRES = 20000;
  const CLOSING_PIXELS = 22;
  const help = byId("area-help");
  const bar = byId("drawing-bar");
  const result = byId("area");
  const shown = L.featureGroup().addTo(map);
  const sketch = L.featureGroup().addTo(map);
  let corners = [];
  let running = null;

  const lon = (place) => L.Util.wrapNum(place.lng, [-180, 180], true);
  const wkt = (places) => `POLYGON((${[...places, places[0]].map((one) => `${lon(one).toFixed(6)} ${one.lat.toFixed(6)}`).join(",")}))`;
  const hectares = (m2) => (m2 >= 9950 ? `${number(m2 / 10000, m2 >= 100000 ? 0 : 1)} ha` : `${number(m2)} m²`);
  const read = (words) => [...words.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => L.latLng(Number(y), Number(x)));

  function redraw() {
    sketch.clearLayers();
    if (!corners.length) return;
    const style = { className: "area-line", interactive: false };
    L.polyline(corners, style).addTo(sketch);
    corners.forEach((one, place) => {
      const icon = L.divIcon({ className: place ? "corner" : "corner first", iconSize: place ? [12, 12] : [22, 22] });
      L.marker(one, { icon, interactive: false, keyboard: false }).addTo(sketch);
    });
    byId("area-done").disabled = corners.length < 3;
    byId("area-undo").disabled = false;
  }

  function say(words) {
    byId("drawing-status").textContent = words;
  }

  function stop() {
    map.georegisterBusy = false;
    map.doubleClickZoom.enable();
    corners = [];
    redraw();
    bar.hidden = true;
  }

  function done() {
    if (corners.length < 3) {
      say(text("area.three", "An area has three corners at least."));
      return;
    }
    const geometry = wkt(corners);
    stop();
    map.fire("georegister:area", { geometry, buffer: "" });
  }

  function add(place) {
    const first = corners[0] && map.latLngToContainerPoint(corners[0]);
    if (corners.length >= 3 && first.distanceTo(map.latLngToContainerPoint(place)) <= CLOSING_PIXELS) {
      done();
      return;
    }
    if (corners.length >= MOST_CORNERS) {
      say(text("area.most", "At most {n} corners.").replace("{n}", number(MOST_CORNERS)));
      return;
    }
    corners.push(place);
    redraw();
    say(many("corners", corners.length));
  }

  byId("area-draw").addEventListener("click", () => {
    stop();
    map.georegisterBusy = true;
    map.doubleClickZoom.disable();
    bar.hidden = false;
    byId("area-done").disabled = true;
    byId("area-undo").disabled = true;
    say(text("area.how", "Tap the corners of the area. Tap the first one again, or Done, to close it."));
    map.getContainer().focus({ preventScroll: true });
    map.getContainer().scrollIntoView({ block: "nearest" });
  });
  map.on("click", (event) => map.georegisterBusy && add(event.latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (!map.georegisterBusy) return;
    if (event.key === "Escape") stop();
    else if (event.key === "Enter" && event.target === map.getContainer()) add(map.getCenter());
    else return;
    event.preventDefault();
  });
  byId("area-done").addEventListener("click", done);
  byId("area-undo").addEventListener("click", () => {
    corners.pop();
    redraw();
    byId("area-done").disabled = corners.length < 3;
    byId("area-undo").disabled = !corners.length;
    say(many("corners", corners.length));
  });
  byId("area-cancel").addEventListener("click", () => {
    stop();
    byId("area-draw").focus();
  });
  byId("area-view").addEventListener("click", () => {
    const box = map.getBounds();
    map.fire("georegister:area", { geometry: wkt([box.getSouthWest(), box.getSouthEast(), box.getNorthEast(), box.getNorthWest()]), buffer: "" });
  });
  byId("area-circle").addEventListener("submit", (event) => {
    event.preventDefault();
    const metres = Number(byId("area-metres").value);
    if (!(metres >= 1 && metres <= MOST_METRES)) {
      help.textContent = text("area.metres", "Give 1 to {n} metres.").replace("{n}", number(MOST_METRES));
      return;
    }
    help.textContent = "";
    const [x, y] = asked.point ? asked.point.split(",").map(Number) : [lon(map.getCenter()), map.getCenter().lat];
    map.fire("georegister:area", { geometry: `POINT(${x.toFixed(6)} ${y.toFixed(6)})`, buffer: String(metres) });
  });

  /* The area as it is asked for, from the words of the address alone. */
  function draw() {
    shown.clearLayers();
    const style = { className: "area-line closed", interactive: false };
    if (asked.geometry.startsWith("{")) {
      // Whoever made the address wrote GeoJSON; whether it is any, the service says.
      try { L.geoJSON(JSON.parse(asked.geometry), { style, interactive: false }).addTo(shown); } catch { /* not drawn */ }
      return;
    }
    const places = read(asked.geometry);
    if (!places.length) return;
    if (asked.buffer && places.length === 1) L.circle(places[0], { ...style, radius: Number(asked.buffer) }).addTo(shown);
    else L.polygon(places, style).addTo(shown);
  }

  function question(said) {
    const whole = new URL("/collections/plans/search", document.baseURI);
    whole.searchParams.set("municipality", told.municipality);
    said.forEach((words, name) => whole.searchParams.set(name, words));
    whole.searchParams.set("geometry", asked.geometry);
    if (asked.buffer) whole.searchParams.set("buffer", asked.buffer);
    return whole;
  }

  const address = (whole, form) => {
    const there = new URL(whole);
    there.searchParams.delete("limit");
    there.searchParams.set("f", form);
    if (form === "csv") there.searchParams.set("lang", told.language);
    return there.pathname + there.search;
  };

  function share(said) {
    const words = text("share", "{area} in the area: {own} % of the plan, {whole} % of the area.");
    said.share_text = words.replace("{area}", hectares(said.overlap_m2))
      .replace("{own}", number(said.overlap_percent, 1)).replace("{whole}", number(said.area_percent, 1));
  }

  async function ask(back) {
    if (running) running.abort();
    running = new AbortController();
    const whole = question(parameters());
    whole.searchParams.set("limit", "1000");
    try {
      const said = await fetchJson(whole, running.signal);
      const matched = said.numberMatched ?? said.features.length;
      const head = element("h2", null, many("area", matched));
      head.tabIndex = -1;
      const close = button(text("area.remove", "Remove the area"), () => {
        map.fire("georegister:area", { geometry: "", buffer: "" });
        map.getContainer().focus({ preventScroll: true });
      });
      result.replaceChildren(head, element("p", null, text("area.size", "The area is {area}.").replace("{area}", hectares(said.area_m2))), close);
      said.features.forEach((one) => share(one.properties));
      if (said.features.length) {
        result.append(listed(said.features, "h3"));
        const forms = element("ul", "links");
        for (const [form, words] of Object.entries(told.downloads || {})) {
          const one = element("li");
          one.append(linked(words, address(whole, form)));
          forms.append(one);
        }
        result.append(element("h3", null, text("downloads", "Download these plans")), forms);
      } else {
        result.append(empty(map, text("none.area", "No plans in the area.")));
      }
      if (!asked.ended && !asked.status.length) {
        const hits = question(parameters(georegister.ENDED));
        hits.searchParams.set("resultType", "hits");
        const { numberMatched } = await fetchJson(hits, running.signal);
        if (numberMatched) result.append(endedHere(map, numberMatched));
      }
      result.hidden = false;
      byId("status").textContent = many("area", matched);
      if (back) return;
      byId("place").before(result);
      georegister.list.read(head);
    } catch (error) {
      if (error.name === "AbortError") return;
      help.textContent = error.message;
      map.fire("georegister:failed", { message: error.message });
    }
  }

  map.on("georegister:area", (event) => {
    const was = asked.geometry;
    asked.geometry = event.geometry;
    asked.buffer = event.buffer;
    draw();
    if (event.geometry) {
      ask(event.back);
    } else {
      if (running) running.abort();
      result.hidden = true;
    }
    if (!event.back && was !== event.geometry) map.fire("georegister:choice");
  });
  map.on("georegister:asked", () => asked.geometry && ask(true));
});
