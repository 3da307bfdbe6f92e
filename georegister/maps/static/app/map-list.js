/* The list beside the map: plans as items of a list, what is drawn, and what to do where nothing is.
 *
 * Gives the other scripts of the page `georegister.list`: how a plan is written as an item, and numbers with words.
 */
"use strict";

georegister.list = (() => {
  const { asked, element, text, told } = georegister;
  const GROUPS = ["proposed", "in_force", "ended"];

  const number = (n, digits = 0) => n.toLocaleString(told.language, { maximumFractionDigits: digits });
  const many = (key, n) => text(n === 1 ? `${key}.one` : `${key}.many`, "{n}").replace("{n}", number(n));

  function button(words, action, className = "quiet") {
    const made = element("button", className, words);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  function linked(words, path) {
    // A map in one file says where the service is, or null where it is not said: then there is nothing to link to.
    if (told.base === null) return element("span", null, words);
    const made = element("a", null, words);
    made.href = /^[a-z]+:/.test(path) ? path : `${told.base || ""}${path}`;
    if (/^https?:/.test(path)) made.rel = "noopener";
    return made;
  }

  function heading(feature, level) {
    const said = feature.properties;
    const made = element(level, "plan-name");
    const name = `${told.kinds[said.kind]} ${said.number}`;
    const words = said.heading_text || ([name, said.number].includes(said.title) ? name : `${name}: ${said.title}`);
    const day = asked.day ? `&datetime=${asked.day}` : "";
    const link = linked(words, `/plans/${encodeURIComponent(feature.id)}?lang=${told.language}${day}`);
    link.classList.add("plan-link");
    if (link.tagName !== "A") link.tabIndex = -1;
    made.append(link);
    return made;
  }

  const badge = (words, className) => element("span", `badge ${className}`, words);

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

  /* What a plan does for or against goals, each goal linked; the words come from the service. */
  function claims(told_) {
    const row = element("p", "claims");
    told_.forEach((one, place) => {
      const isSame = place && told_[place - 1].stance_text === one.stance_text;
      if (place) row.append(" · ");
      if (!isSame) row.append(element("strong", `stance stance-${one.stance}`, one.stance_text), " ");
      row.append(linked(one.goal_text, one.goal_url));
    });
    return row;
  }

  function item(feature, level) {
    const made = element("li", "plan-item");
    made.dataset.plan = feature.id;
    const said = feature.properties;
    made.append(heading(feature, level));
    if (said.where_text) made.append(element("p", "where", said.where_text));
    if (said.share_text) made.append(element("p", "share", said.share_text));
    made.append(badges(said));
    if (said.hearing_text) made.append(element("p", "days-left", said.hearing_text));
    else if (said.in_hearing && said.hearing_days_left !== null) made.append(element("p", "days-left", georegister.hearing(said)));
    if (said.answer_text) {
      const answer = element("p", "answer", `${said.answer_text} `);
      if (said.answer_to) answer.append(said.answer_url ? linked(said.answer_to, said.answer_url) : said.answer_to);
      made.append(answer);
    }
    const rest = (said.sentence || "").slice((said.hearing_text || "").length).trim();
    if (rest) made.append(element("p", "sentence", rest));
    if (said.next_text) made.append(element("p", "next", said.next_text));
    if (said.claims && said.claims.length) made.append(claims(said.claims));
    if (said.document_text) {
      const paper = element("p", "document where");
      paper.append(said.document_link ? linked(said.document_text, said.document_link) : said.document_text);
      made.append(paper);
    }
    return made;
  }

  function order(a, b) {
    const first = a.properties;
    const second = b.properties;
    const kinds = Object.keys(told.kinds);
    return (GROUPS.indexOf(first.applies) - GROUPS.indexOf(second.applies))
      || (Number(second.in_hearing) - Number(first.in_hearing))
      || (first.hearing_closes || "").localeCompare(second.hearing_closes || "")
      || (kinds.indexOf(second.kind) - kinds.indexOf(first.kind))
      || first.number.localeCompare(second.number, "da", { numeric: true });
  }

  /* A list of plans, `AT_ONCE` at a time; `more` puts something of its own into each item. */
  const AT_ONCE = 100;
  function listed(features, level, more) {
    const whole = document.createDocumentFragment();
    const made = element("ol", "plans");
    const add = (from) => features.slice(from, from + AT_ONCE).forEach((feature) => {
      const one = item(feature, level);
      if (more) one.append(more(feature));
      made.append(one);
    });
    add(0);
    whole.append(made);
    if (features.length > AT_ONCE) {
      const further = button("", () => {
        const shown = made.children.length;
        add(shown);
        made.children[shown].querySelector(".plan-link").focus();
        name();
      });
      const name = () => {
        const left = features.length - made.children.length;
        further.textContent = many("further", Math.min(left, AT_ONCE));
        further.hidden = left <= 0;
      };
      name();
      whole.append(further);
    }
    return whole;
  }

  const isFiltered = () => ["theme", "goal", "sdg", "status", "kind"].some((name) => asked[name].length);

  /* What is said where no plan is, and what can be done about it. */
  function empty(map, words) {
    const made = element("div", "empty");
    made.append(element("p", null, isFiltered() ? text("none.filtered", "No plans here with these filters.") : words));
    if (isFiltered()) made.append(button(text("reset", "Remove filters"), () => map.fire("georegister:reset")));
    if (told.whole && !asked.day) {
      const whole = element("p");
      whole.append(linked(told.whole.name, `/plans/${encodeURIComponent(told.whole.id)}?lang=${told.language}`));
      whole.append(` ${text("whole", "still applies.")}`);
      made.append(whole);
    }
    return made;
  }

  /* "3 ended plans here", and the way to see them. */
  function endedHere(map, n) {
    const made = element("p", "ended-here", `${many("ended", n)}. `);
    made.append(button(text("show-ended", "Show them"), () => map.fire("georegister:show-ended")));
    return made;
  }

  /* Brings the whole of a plan into the view. */
  const fit = (map, feature) => map.fitBounds(L.geoJSON(feature).getBounds().pad(0.4), { animate: false, maxZoom: 16 });

  /* Brings an answer's heading before the reader: on a phone with what is left of the map above it. */
  function read(head) {
    head.focus({ preventScroll: true });
    head.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "start" : "nearest" });
  }

  return { GROUPS, fit, read, number, many, button, linked, item, listed, order, isFiltered, empty, endedHere };
})();

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, element, text, told, fetchJson, parameters, ENDED } = georegister;
  const { fit, many, number, button, listed, order, empty, endedHere } = georegister.list;
  const byId = (id) => document.getElementById(id);
  const status = byId("status");
  const list = byId("list");
  let counting = null;

  function showOnMap(feature) {
    const made = button(text("show", "Show on the map"), () => {
      if (!feature.geometry) return;
      // The middle of all parts together may lie between them.
      const parts = feature.geometry.coordinates.map((rings) => L.polygon(L.GeoJSON.coordsToLatLngs(rings, 1)).getBounds());
      const largest = (a, b) => (a.getNorthEast().distanceTo(a.getSouthWest()) > b.getNorthEast().distanceTo(b.getSouthWest()) ? a : b);
      map.fire("georegister:choosing");
      fit(map, feature);
      map.fire("georegister:ask", { place: parts.reduce(largest).getCenter(), plan: feature.id });
    });
    made.append(element("span", "visually-hidden", ` ${feature.properties.number}`));
    return made;
  }

  /* Plans that have ended are left out until somebody asks for them, yet told. */
  async function countEnded(question) {
    if (counting) counting.abort();
    if (asked.ended || asked.status.length) return;
    counting = new AbortController();
    const whole = new URL(question, document.baseURI);
    parameters(ENDED).forEach((words, name) => whole.searchParams.set(name, words));
    whole.searchParams.delete("limit");
    whole.searchParams.set("resultType", "hits");
    try {
      const said = await fetchJson(whole, counting.signal);
      const n = said.numberMatched ?? said.features.length;
      if (n) list.append(endedHere(map, n));
    } catch {
      // The plans themselves are told; that some have ended is not worth an error.
    }
  }

  /* What is drawn, for programs and as files: the links that the page came with follow the map. */
  function link(question) {
    if (byId("question")) byId("question").href = question;
    const words = document.querySelector(".as-data .question");
    if (words) words.hidden = true;
    document.querySelectorAll(".as-data a[href*='/collections/plans/']").forEach((one) => {
      const there = new URL(question, location.href);
      there.searchParams.delete("limit");
      const was = new URL(one.href).searchParams;
      ["f", "lang"].filter((name) => was.has(name)).forEach((name) => there.searchParams.set(name, was.get(name)));
      one.href = there.pathname + there.search;
    });
  }

  map.on("georegister:plans", (event) => {
    const hearings = event.features.filter((one) => one.properties.in_hearing).length;
    const words = [event.matched
      ? text("some", "{n} of {all} plans in the list. Zoom in to see each plan.").replace("{n}", number(event.features.length)).replace("{all}", number(event.matched))
      : many("plans", event.features.length)];
    if (hearings && !event.matched) words.push(many("hearings", hearings));
    if (event.more && !event.matched) words.push(text("more", "Zoom in to see all."));
    status.textContent = words.join(" ");
    const sorted = [...event.features].sort(order);
    const none = told.isBare && !asked.day
      ? text("none.at-all", "No plan of this municipality has been loaded yet.")
      : text("none.view", "No plans in this part of the map.");
    const head = element("h2", null, text("list", "Plans on the map"));
    list.replaceChildren(head, sorted.length ? listed(sorted, "h3", showOnMap) : empty(map, none));
    link(event.question);
    byId("sketch-note").hidden = !event.features.some((one) => one.properties.geometry_source === "illustrative");
    countEnded(event.question);
  });

  map.on("georegister:failed", (event) => {
    status.textContent = `${text("failed", "The plans could not be fetched.")} ${event.message}`;
  });

  document.documentElement.classList.add("has-map");
});
