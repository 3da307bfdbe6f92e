/* Draws what a load would change: called by the Folium element `Changes`, filled by the page that may fetch it.
 *
 * What is new, changed, withdrawn or refused differs in line, filling and letter, not in colour alone.
 */
"use strict";

georegister.changes = (map, url) => {
  const LABEL_PIXELS = 18;
  const ROOM_PIXELS = 70;
  const group = L.featureGroup().addTo(map);
  const labels = L.layerGroup().addTo(map);
  const { element, told } = georegister;
  const KNOWN = ["added", "amended", "withdrawn", "refused"];

  function classOf({ role, change }) {
    if (role === "part") return "part";
    if (role === "before" && change === "amended") return "before";
    return KNOWN.includes(change) ? change : "before";
  }

  function name({ change, role, number, title, plan, rule }) {
    const what = role === "part" ? `${told.texts.part} (${rule})` : told.changes[change] || "";
    const when = role === "before" && change === "amended" ? ` (${told.texts.before})` : "";
    return [what + when, number, title || plan].filter(Boolean).join(" · ");
  }

  function drawOne(feature) {
    const kind = classOf(feature.properties);
    const style = { className: `change change-${kind}`, weight: kind === "added" || kind === "amended" ? 3 : 2.5 };
    // A failing part may be a line or a point.
    const pointToLayer = (_, at) => L.circleMarker(at, { ...style, radius: 9 });
    for (const layer of L.geoJSON(feature, { style, pointToLayer }).getLayers()) {
      layer.change = feature;
      layer.addTo(group);
      const path = layer.getElement && layer.getElement();
      if (!path) continue;
      path.setAttribute("role", "img");
      path.setAttribute("tabindex", "-1");
      path.setAttribute("aria-label", name(feature.properties));
      path.dataset.change = feature.properties.change || "";
      path.dataset.role = feature.properties.role;
    }
  }

  function relabel() {
    labels.clearLayers();
    const taken = [];
    for (const layer of group.getLayers()) {
      const { change, role, number } = layer.change.properties;
      if (role === "part" || (role === "before" && change === "amended") || !layer.getBounds) continue;
      const box = layer.getBounds();
      const at = map.latLngToLayerPoint(box.getCenter());
      const width = map.latLngToLayerPoint(box.getSouthEast()).x - map.latLngToLayerPoint(box.getNorthWest()).x;
      if (taken.some((one) => Math.abs(one.x - at.x) < LABEL_PIXELS && Math.abs(one.y - at.y) < LABEL_PIXELS)) continue;
      taken.push(at);
      const words = element("span", "plan-label-text", [told.letters[change], width >= ROOM_PIXELS && number].filter(Boolean).join(" "));
      const icon = L.divIcon({ className: "plan-label", html: words, iconSize: null });
      L.marker(box.getCenter(), { icon, interactive: false, keyboard: false }).addTo(labels);
    }
  }

  function arrows(event) {
    const all = group.getLayers().map((layer) => layer.getElement && layer.getElement()).filter(Boolean);
    const place = all.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (place < 0 || !step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = all[(place + step + all.length) % all.length];
    all.forEach((path) => path.setAttribute("tabindex", "-1"));
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  function draw(features) {
    group.clearLayers();
    const order = ["refused", "withdrawn", "before", "added", "amended", "part"];
    const drawn = features.filter((feature) => feature.geometry);
    drawn.sort((a, b) => order.indexOf(classOf(a.properties)) - order.indexOf(classOf(b.properties)));
    drawn.forEach(drawOne);
    const first = group.getLayers().map((layer) => layer.getElement && layer.getElement()).find(Boolean);
    if (first) first.setAttribute("tabindex", "0");
    map.invalidateSize();
    if (group.getLayers().length) map.fitBounds(group.getBounds().pad(0.15), { animate: false, maxZoom: 16 });
    relabel();
    map.getContainer().dataset.drawn = String(group.getLayers().length);
    return drawn.length;
  }

  function show(plan) {
    const its = group.getLayers().filter((layer) => layer.change.properties.plan === plan);
    if (!its.length) return;
    map.fitBounds(L.featureGroup(its).getBounds().pad(0.4), { animate: false, maxZoom: 17 });
    map.getContainer().scrollIntoView({ block: "nearest" });
    const path = its[its.length - 1].getElement && its[its.length - 1].getElement();
    if (path) path.focus({ preventScroll: true });
  }

  map.on("zoomend", relabel);
  map.getContainer().addEventListener("keydown", arrows, true);
  georegister.drawn = { draw, show, url };
  document.dispatchEvent(new CustomEvent("georegister:changes"));
};
