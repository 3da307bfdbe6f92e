/* The day that is shown, and the steps through what has happened: to the day of the change before and of the next one.
 *
 * /history knows the days on which something changed in the municipality, and what.
 */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, element, text, told, fetchJson } = georegister;
  const { many, linked } = georegister.list;
  const byId = (id) => document.getElementById(id);
  const day = byId("day");
  const MOST = 12;
  const NAMED = 3;
  let answer = null;
  let running = null;

  async function ask() {
    if (running) running.abort();
    running = new AbortController();
    // What is asked for is not known yet: another step would be one from the day before.
    byId("day-before").disabled = true;
    byId("day-after").disabled = true;
    const whole = new URL("/history", document.baseURI);
    whole.searchParams.set("municipality", told.municipality);
    whole.searchParams.set("lang", told.language);
    if (asked.day) whole.searchParams.set("datetime", asked.day);
    try {
      answer = await fetchJson(whole, running.signal);
    } catch (error) {
      if (error.name !== "AbortError") byId("day-told").textContent = error.message;
      return;
    }
    byId("day-before").disabled = !answer.before;
    byId("day-after").disabled = !answer.after;
    byId("day-today").hidden = !asked.day;
    byId("day-before").title = answer.before_text || "";
    byId("day-after").title = answer.after_text || "";
    byId("day-summary").textContent = asked.day ? answer.day_text : text("today", "today");
    tell();
  }

  function tell() {
    const changes = answer.changes.slice(0, MOST);
    const told_ = byId("day-told");
    told_.replaceChildren(element("p", null, changes.length && changes.length <= NAMED ? `${answer.day_text}:` : answer.sentence));
    if (!changes.length) return;
    const made = element("ul");
    changes.forEach((one) => {
      const line = element("li");
      line.append(linked(one.words, `/plans/${encodeURIComponent(one.plan)}?lang=${told.language}&datetime=${answer.day}`));
      made.append(line);
    });
    told_.append(made);
    if (answer.numberMatched > MOST) told_.append(element("p", null, many("days-more", answer.numberMatched - MOST)));
  }

  function go(to) {
    day.value = to || "";
    georegister.filters.changed();
  }

  byId("day-before").addEventListener("click", () => answer && answer.before && go(answer.before));
  byId("day-after").addEventListener("click", () => answer && answer.after && go(answer.after));
  byId("day-today").addEventListener("click", () => {
    go("");
    day.focus();
  });
  byId("days").addEventListener("toggle", () => byId("days").open && !answer && ask());
  let shown = null;
  function follow() {
    if (asked.day === shown && answer) return;
    shown = asked.day;
    byId("day-summary").textContent = asked.day || text("today", "today");
    if (asked.day) byId("days").open = true;
    if (asked.day || byId("days").open) ask();
  }
  map.on("georegister:asked", follow);
  map.on("georegister:day-shown", follow);
});
