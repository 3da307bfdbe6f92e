/* The panel of a place: every plan that applies there whatever is drawn, and the near ones.
 *
 * "georegister:place" fills it, and "georegister:leave-place" closes it. A plan that was chosen by name stands first.
 */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, element, text, told } = georegister;
  const { GROUPS, many, button, item, listed } = georegister.list;
  const byId = (id) => document.getElementById(id);
  const list = byId("list");
  const place = byId("place");
  const narrow = matchMedia("(max-width: 60rem)");
  const canvas = byId("map-canvas") || map.getContainer();
  let outline = null;
  map.createPane("chosen").style.zIndex = 390;

  /* Where the answer is read: beside the map, or on a phone right under it. */
  function dock() {
    const panels = [place, byId("area")].filter(Boolean);
    if (narrow.matches) canvas.after(...panels);
    else list.parentElement.prepend(...panels);
  }
  narrow.addEventListener("change", dock);
  dock();

  /* The outline of the chosen plan, whether its kind is drawn or not. */
  function point(feature) {
    if (outline) outline.remove();
    outline = null;
    if (!feature || !feature.geometry) return;
    const style = { className: "chosen-outline", weight: 11 };
    outline = L.geoJSON(feature, { pane: "chosen", interactive: false, style }).addTo(map);
  }

  function close() {
    place.hidden = true;
    list.hidden = false;
    point(null);
  }

  function leave() {
    map.fire("georegister:leave-place");
    map.fire("georegister:choice");
    map.getContainer().focus({ preventScroll: true });
  }

  function group(features, name) {
    const part = document.createDocumentFragment();
    if (name !== "ended") {
      part.append(element("h3", null, `${told.applies[name]} (${features.length})`), listed(features, "h4"));
      return part;
    }
    const folded = element("details");
    folded.append(element("summary", null, many("ended", features.length)), listed(features, "h4"));
    part.append(folded);
    return part;
  }

  map.on("georegister:place", (event) => {
    const here = event.features.filter((one) => one.properties.distance_m === 0);
    const near = event.features.filter((one) => one.properties.distance_m > 0);
    const chosen = event.features.find((one) => one.id === event.plan);
    const head = element("h2", null, many("here", here.length));
    head.tabIndex = -1;
    const top = element("div", "panel-head");
    top.append(head, button(text("back", "Back to the list"), leave));
    place.replaceChildren(top);
    if (chosen) {
      const card = element("ol", "plans chosen");
      card.append(item(chosen, "h3"));
      place.append(card);
    }
    if (!here.length) place.append(element("p", "empty", text("none.place", "No plans here.")));
    for (const name of GROUPS) {
      const some = here.filter((one) => one.properties.applies === name && one !== chosen);
      if (some.length) place.append(group(some, name));
    }
    if (near.length) place.append(element("h3", null, text("near", "Near here")), listed(near.filter((one) => one !== chosen), "h4"));
    if (event.notHeld.length) {
      const missing = element("ul");
      event.notHeld.forEach((sentence) => missing.append(element("li", null, sentence)));
      place.append(element("h3", null, text("not-held", "What is not in this register")), missing);
    }
    point(chosen);
    place.hidden = false;
    list.hidden = true;
    byId("status").textContent = many("here", here.length);
    if (event.back) return;
    map.fire("georegister:choice");
    if (byId("area")) byId("area").before(place);
    georegister.list.read(head);
  });

  map.on("georegister:leave-place", close);
  place.addEventListener("keydown", (event) => event.key === "Escape" && leave());

  map.on("georegister:chosen", (event) => {
    if (asked.point) {
      map.fire("georegister:leave-place");
      map.fire("georegister:choice");
    }
    const link = list.querySelector(`[data-plan="${CSS.escape(event.id)}"] .plan-link`);
    if (link) link.focus();
  });

  if (byId("centre")) byId("centre").addEventListener("click", () => map.fire("georegister:ask-centre"));
});
