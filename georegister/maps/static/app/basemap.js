/* The background map: tiles that our own server hands on, above the land and below the plans.
 *
 * The reader can turn it off, and the browser remembers. Where a tile cannot be had, that is said once, and the land
 * that lies below is what is seen. Whom to name for the tiles comes from the settings and is written as text.
 */
"use strict";

georegister.basemap = (map, url, reach) => {
  const { element, text, told } = georegister;
  const REMEMBERED = "georegister.basemap";
  const pane = map.createPane("basemap");
  // The land is at 200 and the municipality at 210.
  pane.style.zIndex = 205;
  const options = { ...reach, maxZoom: map.getMaxZoom(), pane: "basemap", detectRetina: false };
  const tiles = L.tileLayer(`${new URL(url, document.baseURI).pathname}/{z}/{x}/{y}`, options);
  const note = element("p", "basemap-note");
  note.setAttribute("role", "status");
  const button = element("button", "quiet", text("basemap", "Background map"));
  button.type = "button";
  button.id = "basemap";
  let credit = null;
  let looking = false;
  let isSaid = false;

  // A browser may forbid a framed page to remember anything.
  const remembered = () => {
    try { return localStorage.getItem(REMEMBERED); } catch { return null; }
  };
  const remember = (said) => {
    try { localStorage.setItem(REMEMBERED, said); } catch { /* then it is as it was the next time */ }
  };

  function credited() {
    if (!told.basemap || !told.basemap.attribution) return null;
    const made = L.control({ position: "bottomright" });
    made.onAdd = () => element("div", "leaflet-control-attribution basemap-credit", told.basemap.attribution);
    return made.addTo(map);
  }

  function show(isOn) {
    button.setAttribute("aria-pressed", String(isOn));
    map.getContainer().classList.toggle("has-basemap", isOn);
    if (isOn) {
      tiles.addTo(map);
      credit = credit || credited();
    } else {
      tiles.remove();
      if (credit) credit.remove();
      credit = null;
      note.textContent = "";
    }
  }

  /* What the source lacks is no failure; the server says which it was. */
  async function failed(event) {
    if (isSaid || looking) return;
    looking = true;
    try {
      const answer = await fetch(event.tile.src);
      if (answer.ok || answer.status === 404) return;
    } catch { /* nor can it be asked why */ } finally {
      looking = false;
    }
    isSaid = true;
    map.getContainer().classList.remove("has-basemap");
    note.textContent = text("basemap.failed", "The background map cannot be fetched just now. The plans are still shown.");
  }

  tiles.on("tileerror", failed);
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    isSaid = false;
    show(isOn);
    remember(isOn ? "on" : "off");
  });
  const tools = document.querySelector(".map-tools");
  if (tools) tools.append(button, note);
  show(remembered() !== "off");
};
