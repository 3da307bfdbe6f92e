/* The search field: suggestions while one types, by number however written, name, place, address or parcel.
 *
 * A combobox with a list (WAI-ARIA 1.2): arrows go through the list, Enter chooses, Escape closes it. A plan is shown
 * with its card, a place with what applies there. Without this script the form asks /search.
 */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, element, text, told, fetchJson } = georegister;
  const { many } = georegister.list;
  const field = document.getElementById("q");
  const options = document.getElementById("suggestions");
  const said = document.getElementById("search-status");
  const WAIT_MS = 250;
  const CLOSE_ENOUGH = 14;
  const still = { animate: false };
  let waiting = null;
  let running = null;
  let isTyped = false;
  let active = -1;
  let found = [];

  const all = () => [...options.children];

  function close() {
    if (!options.hidden) said.textContent = "";
    options.hidden = true;
    options.replaceChildren();
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  /* Who goes elsewhere wants no suggestions any more, also none that are on their way. */
  function leave() {
    clearTimeout(waiting);
    if (running && isTyped) running.abort();
    close();
  }

  function mark(place) {
    active = place;
    all().forEach((one, number) => one.setAttribute("aria-selected", String(number === place)));
    if (place < 0) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    field.setAttribute("aria-activedescendant", all()[place].id);
    all()[place].scrollIntoView({ block: "nearest" });
  }

  function open(features, words) {
    found = features;
    options.replaceChildren();
    features.forEach((feature, number) => {
      const { name, what, kind } = feature.properties;
      const made = element("li", null, name);
      made.id = `suggestion-${number}`;
      made.setAttribute("role", "option");
      made.setAttribute("aria-selected", "false");
      const sort = what === "plan" ? "" : (told.places || {})[what] || (told.places || {})[kind] || "";
      if (sort) made.append(element("span", "where", ` ${sort}`));
      made.addEventListener("click", () => choose(feature));
      options.append(made);
    });
    options.hidden = !features.length;
    active = -1;
    field.setAttribute("aria-expanded", String(features.length > 0));
    field.removeAttribute("aria-activedescendant");
    said.textContent = features.length ? many("suggestions", features.length) : text("no-suggestions", "Nothing is called “{words}”.").replace("{words}", words);
  }

  async function ask(words, typed) {
    if (running) running.abort();
    isTyped = typed;
    running = new AbortController();
    const whole = new URL("/places", document.baseURI);
    whole.searchParams.set("q", words);
    whole.searchParams.set("municipality", told.municipality);
    whole.searchParams.set("lang", told.language);
    try {
      open((await fetchJson(whole, running.signal)).features, words);
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      close();
      said.textContent = error.message;
      return false;
    }
  }

  async function choose(feature) {
    const { name, what, href } = feature.properties;
    field.value = name;
    leave();
    if (!feature.geometry) {
      location.assign(`${new URL(href).pathname}?lang=${told.language}`);
      return;
    }
    said.textContent = "";
    const [lng, lat] = feature.geometry.coordinates;
    const place = L.latLng(lat, lng);
    let plan = "";
    map.fire("georegister:choosing");
    if (what === "plan") {
      plan = feature.id;
      const day = asked.day ? `?datetime=${asked.day}` : "";
      const whole = await fetchJson(`/collections/plans/items/${encodeURIComponent(plan)}${day}`).catch(() => null);
      if (whole && whole.geometry) georegister.list.fit(map, whole);
      else map.setView(place, Math.max(map.getZoom(), CLOSE_ENOUGH), still);
    } else {
      map.setView(place, Math.max(map.getZoom(), CLOSE_ENOUGH), still);
    }
    map.fire("georegister:ask", { place, plan });
  }

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", options.id);
  field.setAttribute("aria-expanded", "false");

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    const words = field.value.trim();
    if (running) running.abort();
    if (words.length < 2) close();
    else waiting = setTimeout(() => ask(words, true), WAIT_MS);
  });

  field.addEventListener("keydown", (event) => {
    const last = all().length - 1;
    if (event.key === "ArrowDown" && last >= 0) mark(active >= last ? 0 : active + 1);
    else if (event.key === "ArrowUp" && last >= 0) mark(active <= 0 ? last : active - 1);
    else if (event.key === "Escape" && !options.hidden) leave();
    else return;
    event.preventDefault();
  });

  // Enter takes what is marked, or the only thing there is; of several it shows the list.
  field.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (active >= 0) {
      choose(found[active]);
      return;
    }
    if (!await ask(field.value.trim(), false)) return;
    if (found.length === 1) choose(found[0]);
    else if (found.length) {
      mark(0);
      field.focus();
    }
  });

  document.addEventListener("click", (event) => {
    if (!field.form.contains(event.target)) leave();
  });
  field.addEventListener("blur", () => setTimeout(() => document.activeElement !== field && leave(), 200));
});
