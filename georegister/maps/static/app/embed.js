/* The map in a frame: asks for what the frame's address says, and lists in short what is drawn or what applies at a place.
 *
 * Everything it links to opens a window of its own: the frame stays the map.
 */
"use strict";

Object.assign(georegister.asked, georegister.told.asked);

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { element, text, told } = georegister;
  const LISTED = 100;
  const GROUPS = ["proposed", "in_force", "ended"];
  const byId = (id) => document.getElementById(id);
  const list = byId("list");
  const many = (key, n) => text(n === 1 ? `${key}.one` : `${key}.many`, "{n}").replace("{n}", n.toLocaleString(told.language));

  function opening(words, path) {
    const made = element("a", "plan-link", words);
    made.href = path;
    made.target = "_blank";
    made.rel = "noopener";
    return made;
  }

  function item(feature) {
    const said = feature.properties;
    const name = `${told.kinds[said.kind]} ${said.number}`;
    const words = said.heading_text || ([name, said.number].includes(said.title) ? name : `${name}: ${said.title}`);
    const key = said.in_hearing && said.status === "proposal" ? "hearing" : said.status;
    const also = [said.status_text || told.statuses[key]];
    if (said.in_hearing && said.hearing_days_left !== null) also.push(georegister.hearing(said));
    if (said.geometry_source === "illustrative") also.push(text("illustrative", "illustrative outline"));
    const made = element("li");
    made.dataset.plan = feature.id;
    made.append(opening(words, `/plans/${encodeURIComponent(feature.id)}?lang=${told.language}`));
    made.append(element("span", "embed-status", also.join(" · ")));
    return made;
  }

  function order(a, b) {
    const [first, second] = [a.properties, b.properties];
    return GROUPS.indexOf(first.applies) - GROUPS.indexOf(second.applies)
      || Number(second.in_hearing) - Number(first.in_hearing)
      || first.number.localeCompare(second.number, "da", { numeric: true });
  }

  function show(head, features, isMore) {
    byId("list-head").textContent = head;
    byId("status").textContent = head;
    list.replaceChildren(...features.slice(0, LISTED).map(item));
    if (isMore || features.length > LISTED) {
      const more = element("li");
      more.append(opening(text("more.there", "More on the plan map"), document.querySelector(".embed-head a").href));
      list.append(more);
    }
  }

  map.on("georegister:plans", (event) => show(many("plans", event.matched || event.features.length), [...event.features].sort(order), event.more));

  map.on("georegister:place", (event) => {
    const here = event.features.filter((one) => one.properties.distance_m === 0).sort(order);
    show(many("here", here.length), here, false);
    byId("listed").open = true;
    byId("list-head").parentElement.focus({ preventScroll: false });
  });

  map.on("georegister:chosen", (event) => {
    byId("listed").open = true;
    const link = list.querySelector(`[data-plan="${CSS.escape(event.id)}"] .plan-link`);
    if (link) link.focus();
  });

  map.on("georegister:failed", (event) => {
    byId("status").textContent = `${text("failed", "The plans could not be fetched.")} ${event.message}`;
  });

  byId("centre").addEventListener("click", () => map.fire("georegister:ask-centre"));

  if (told.view) map.setView(told.view.slice(1), told.view[0], { animate: false });

  // Whoever scrolls the page round the frame shall come past the map.
  map.scrollWheelZoom.disable();
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
});
