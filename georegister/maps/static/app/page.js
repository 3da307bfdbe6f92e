/* The citizens' page round the map: the list of what is drawn, what applies at a place, and the filters. */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, element, text, told } = georegister;
  const byId = (id) => document.getElementById(id);
  const status = byId("status");
  const list = byId("list");
  const place = byId("place");
  const filters = byId("filters");

  const many = (key, number) => text(number === 1 ? `${key}.one` : `${key}.many`, "{n}").replace("{n}", number.toLocaleString(told.language));

  function badge(words, className) {
    return element("span", `badge ${className}`, words);
  }

  function heading(feature, level) {
    const said = feature.properties;
    const made = element(level, "plan-name");
    const name = `${told.kinds[said.kind]} ${said.number}`;
    // A map in one file says where the service is, or null where it is not said: then there is nothing to link to.
    const linked = told.base !== null;
    const words = said.heading_text || ([name, said.number].includes(said.title) ? name : `${name}: ${said.title}`);
    const link = element(linked ? "a" : "span", "plan-link", words);
    if (linked) link.href = `${told.base || ""}/plans/${encodeURIComponent(feature.id)}?lang=${told.language}`;
    else link.tabIndex = -1;
    made.append(link);
    return made;
  }

  function badges(said) {
    const row = element("p", "badges");
    const slot = Number.isInteger(said.theme_slot) && said.theme_slot <= told.slots ? said.theme_slot : 0;
    const key = said.in_hearing && said.status === "proposal" ? "hearing" : said.status;
    row.append(badge(said.status_text || told.statuses[key], `status-${key}`));
    const names = told.themes || {};
    (said.theme_titles || []).forEach((title, place) => row.append(badge(names[said.themes[place]] || title, `theme slot-${slot}`)));
    if (said.kind === "addendum" && told.extents[said.extent_source]) row.append(badge(told.extents[said.extent_source], "sketch"));
    if (said.geometry_source === "illustrative") row.append(badge(text("illustrative", "illustrative"), "sketch"));
    return row;
  }

  function daysLeft(said) {
    if (!said.in_hearing || said.hearing_days_left === null) return null;
    return element("p", "days-left", many("days", said.hearing_days_left));
  }

  function item(feature, level) {
    const made = element("li", "plan-item");
    made.dataset.plan = feature.id;
    const said = feature.properties;
    made.append(heading(feature, level));
    if (said.where_text) made.append(element("p", "where", said.where_text));
    made.append(badges(said));
    if (said.sentence) made.append(element("p", "sentence", said.sentence));
    else if (daysLeft(said)) made.append(daysLeft(said));
    return made;
  }

  function showOnMap(feature) {
    const button = element("button", "quiet", text("show", "Show on the map"));
    button.type = "button";
    const hidden = element("span", "visually-hidden", ` ${feature.properties.number}`);
    button.append(hidden);
    button.addEventListener("click", () => {
      const layer = map.georegisterPlans.getLayers().find((one) => one.plan.id === feature.id);
      if (layer) map.fitBounds(layer.getBounds().pad(0.4), { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
      byId("map-box").scrollIntoView({ block: "nearest" });
    });
    return button;
  }

  function order(a, b) {
    const first = a.properties;
    const second = b.properties;
    const groups = ["proposed", "in_force", "ended"];
    const kinds = Object.keys(told.kinds);
    return (groups.indexOf(first.applies) - groups.indexOf(second.applies))
      || (Number(second.in_hearing) - Number(first.in_hearing))
      || (first.hearing_closes || "").localeCompare(second.hearing_closes || "")
      || (kinds.indexOf(second.kind) - kinds.indexOf(first.kind))
      || first.number.localeCompare(second.number, "da", { numeric: true });
  }

  function listed(features, level, withButton) {
    const made = element("ol", "plans");
    features.forEach((feature) => {
      const one = item(feature, level);
      if (withButton) one.append(showOnMap(feature));
      made.append(one);
    });
    return made;
  }

  map.on("georegister:plans", (event) => {
    const hearings = event.features.filter((one) => one.properties.in_hearing).length;
    const words = [many("plans", event.features.length)];
    if (hearings) words.push(many("hearings", hearings));
    if (event.more) words.push(text("more", "Zoom in to see all."));
    status.textContent = words.join(" ");
    const sorted = [...event.features].sort(order);
    const head = element("h2", null, text("list", "Plans on the map"));
    list.replaceChildren(head, sorted.length ? listed(sorted, "h3", true) : element("p", "empty", text("none", "No plans here.")));
    if (byId("question")) byId("question").href = event.question;
    byId("sketch-note").hidden = !event.features.some((one) => one.properties.geometry_source === "illustrative");
  });

  function group(features, name) {
    const part = document.createDocumentFragment();
    part.append(element("h3", null, `${told.applies[name]} (${features.length})`));
    if (name !== "ended") {
      part.append(listed(features, "h4", false));
      return part;
    }
    const folded = element("details");
    folded.append(element("summary", null, many("ended", features.length)), listed(features, "h4", false));
    part.append(folded);
    return part;
  }

  map.on("georegister:place", (event) => {
    const here = event.features.filter((one) => one.properties.distance_m === 0);
    const near = event.features.filter((one) => one.properties.distance_m > 0);
    const head = element("h2", null, many("here", here.length));
    head.tabIndex = -1;
    const back = element("button", "quiet", text("back", "Back to the list"));
    back.type = "button";
    back.addEventListener("click", () => {
      place.hidden = true;
      list.hidden = false;
      map.fire("georegister:leave-place");
    });
    place.replaceChildren(head, back);
    if (!here.length) place.append(element("p", "empty", text("none", "No plans here.")));
    for (const name of ["proposed", "in_force", "ended"]) {
      const some = here.filter((one) => one.properties.applies === name);
      if (some.length) place.append(group(some, name));
    }
    if (near.length) place.append(element("h3", null, text("near", "Near here")), listed(near, "h4", false));
    place.hidden = false;
    list.hidden = true;
    status.textContent = many("here", here.length);
    head.focus({ preventScroll: false });
  });

  map.on("georegister:chosen", (event) => {
    place.hidden = true;
    list.hidden = false;
    const link = list.querySelector(`[data-plan="${CSS.escape(event.id)}"] .plan-link`);
    if (link) link.focus();
  });

  map.on("georegister:failed", (event) => {
    status.textContent = `${text("failed", "The plans could not be fetched.")} ${event.message}`;
  });

  byId("centre").addEventListener("click", () => map.fire("georegister:ask-centre"));

  function readFilters() {
    const chosen = new FormData(filters);
    asked.theme = chosen.getAll("theme");
    asked.ended = chosen.has("ended");
    asked.day = chosen.get("day") || "";
  }

  filters.addEventListener("change", () => {
    readFilters();
    map.fire("georegister:asked");
  });
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    readFilters();
    map.fire("georegister:asked");
  });
  readFilters();
  if (asked.theme.length || asked.ended || asked.day) map.fire("georegister:asked");
  document.documentElement.classList.add("has-map");
});
