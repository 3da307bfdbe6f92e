/* The filters and what the plans are coloured by: the form is what is asked for.
 *
 * Without this script the same form is sent by GET. Gives `georegister.filters.write`, with which the address bar
 * puts the form as it was.
 */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, text } = georegister;
  const form = document.getElementById("filters");
  const LISTS = ["theme", "goal", "sdg", "status", "kind"];
  const COLOURS = ["theme", "use", "status"];
  const controls = (name) => [...form.elements].filter((one) => one.name === name);

  function colour() {
    const by = COLOURS.includes(asked.colour) ? asked.colour : "theme";
    const box = map.getContainer();
    COLOURS.forEach((name) => box.classList.toggle(`by-${name}`, name === by));
    document.querySelectorAll("[data-legend]").forEach((one) => { one.hidden = one.dataset.legend !== by; });
    document.querySelectorAll(".legend .lines").forEach((one) => one.classList.toggle("by-status", by === "status"));
  }

  /* How many are chosen, beside the name of each group of filters. */
  function count() {
    for (const group of form.querySelectorAll("details")) {
      const n = group.querySelectorAll("input:checked").length;
      group.querySelector(".chosen-count").textContent = n ? `(${n})` : "";
    }
    const all = document.getElementById("filter-count");
    const n = LISTS.reduce((sum, name) => sum + asked[name].length, 0) + Number(asked.ended);
    if (all) all.textContent = n ? `(${n})` : "";
    const reset = document.getElementById("reset");
    if (reset) reset.hidden = !n;
  }

  function read() {
    const chosen = new FormData(form);
    LISTS.forEach((name) => { asked[name] = chosen.getAll(name); });
    asked.ended = chosen.has("ended");
    asked.day = chosen.get("day") || "";
    asked.colour = chosen.get("colour") || "theme";
    count();
    colour();
  }

  /* The form as an address says; false where the address says what the form has no control for. */
  function write(said) {
    let fits = true;
    for (const name of LISTS) {
      const wanted = said.getAll(name).flatMap((words) => words.split(",")).filter(Boolean);
      const boxes = controls(name);
      boxes.forEach((box) => { box.checked = wanted.includes(box.value); });
      fits = fits && wanted.every((one) => boxes.some((box) => box.value === one));
    }
    controls("ended").forEach((box) => { box.checked = said.has("ended") && said.get("ended") !== "0"; });
    controls("day").forEach((box) => { box.value = said.get("day") || ""; });
    const by = said.get("colour") || "theme";
    controls("colour").forEach((box) => { box.checked = box.value === by; });
    read();
    return fits;
  }

  function changed() {
    read();
    map.fire("georegister:asked");
    map.fire("georegister:choice");
    if (asked.point) map.fire("georegister:ask-again");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
  });
  // What stands outside the form and belongs to it does not bubble through it.
  [...form.elements].forEach((one) => one.addEventListener("change", () => {
    if (one.name !== "colour") return changed();
    read();
    return map.fire("georegister:choice");
  }));

  function reset() {
    LISTS.forEach((name) => controls(name).forEach((box) => { box.checked = false; }));
    controls("ended").forEach((box) => { box.checked = false; });
    changed();
    document.getElementById("status").focus();
  }
  map.on("georegister:reset", reset);
  if (document.getElementById("reset")) {
    document.getElementById("reset").addEventListener("click", (event) => {
      event.preventDefault();
      reset();
    });
  }
  map.on("georegister:show-ended", () => {
    controls("ended").forEach((box) => { box.checked = true; });
    changed();
    document.getElementById("status").focus();
  });

  georegister.filters = { write, changed };
  // With this script what was found comes first, and the name of the filters says how many are chosen.
  form.closest("details").open = false;
  read();
});
