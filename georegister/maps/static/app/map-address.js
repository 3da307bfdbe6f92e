/* The address bar: filters, colours, view, place and area are all in it, so that back and forward work and a view can
 * be shared. What people choose is a step of its own; where the map is moved to only takes the last one's place.
 *
 * The parameters are those that /map takes without this script. A map in one file has no address.
 */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const { asked, text } = georegister;
  const { filters } = georegister;
  const LISTS = ["theme", "goal", "sdg", "status", "kind"];
  const PLACES = ["point", "plan", "geometry", "buffer"];
  let applying = false;
  let begun = false;
  let hasView = new URLSearchParams(location.search).has("view");

  function view() {
    const centre = map.getCenter();
    const lon = L.Util.wrapNum(centre.lng, [-180, 180], true);
    return `${Number(map.getZoom().toFixed(2))}/${centre.lat.toFixed(5)}/${lon.toFixed(5)}`;
  }

  function address() {
    const now = new URLSearchParams(location.search);
    const said = new URLSearchParams();
    ["lang", "municipality"].filter((name) => now.has(name)).forEach((name) => said.set(name, now.get(name)));
    if (!said.has("municipality") && georegister.told.municipality) said.set("municipality", georegister.told.municipality);
    LISTS.filter((name) => asked[name].length).forEach((name) => said.set(name, asked[name].join(",")));
    if (asked.ended) said.set("ended", "1");
    if (asked.day) said.set("day", asked.day);
    if (asked.colour !== "theme") said.set("colour", asked.colour);
    PLACES.filter((name) => asked[name]).forEach((name) => said.set(name, asked[name]));
    if (hasView) said.set("view", view());
    return `${location.pathname}?${said.toString().replaceAll("%2C", ",").replaceAll("%2F", "/")}`;
  }

  function write(asStep) {
    if (applying) return;
    const next = address();
    if (next === location.pathname + location.search) return;
    history[asStep ? "pushState" : "replaceState"](null, "", next);
    follow(new URL(next, location.href).search);
  }

  /* What is linked for the same view: the page in another language, and on paper. */
  function follow(said) {
    const links = [...document.querySelectorAll("a[hreflang]"), document.getElementById("sheet")].filter(Boolean);
    for (const link of links) {
      const there = new URL(link.pathname + said, location.href);
      const language = link.hreflang || new URL(link.href).searchParams.get("lang");
      if (language) there.searchParams.set("lang", language);
      link.href = there.pathname + there.search;
    }
  }

  function apply(isFirst) {
    const said = new URLSearchParams(location.search);
    applying = true;
    const before = asked.point;
    if (!filters.write(said)) {
      location.reload();
      return;
    }
    const [zoom, lat, lon] = (said.get("view") || "").split("/").map(Number);
    hasView = [zoom, lat, lon].every(Number.isFinite) && said.has("view");
    if (hasView) map.setView([lat, lon], zoom, { animate: false });
    if (said.has("point")) {
      const [lng, latitude] = said.get("point").split(",").map(Number);
      map.fire("georegister:ask", { place: L.latLng(latitude, lng), plan: said.get("plan") || "", back: true });
    } else if (before) {
      map.fire("georegister:leave-place");
    }
    map.fire("georegister:area", { geometry: said.get("geometry") || "", buffer: said.get("buffer") || "", back: true });
    if (!isFirst) map.fire("georegister:asked");
    map.fire("georegister:day-shown");
    applying = false;
  }

  /* The step that people are on keeps the view they leave it with. */
  function keepView() {
    hasView = true;
    const here = new URL(location.href);
    here.searchParams.set("view", view());
    history.replaceState(null, "", here.pathname + here.search.replaceAll("%2C", ",").replaceAll("%2F", "/"));
  }

  map.on("georegister:choice", () => {
    if (applying) return;
    if (!hasView) keepView();
    write(!begun);
    begun = false;
  });
  // A choice that also moves the map begins its step before it does.
  map.on("georegister:choosing", () => {
    if (begun) return;
    keepView();
    history.pushState(null, "", location.href);
    begun = true;
  });
  // Only where people moved the map themselves: as it opens, the address stays as short as it came.
  map.on("movestart zoomstart", () => { hasView = hasView || !applying; });
  map.on("moveend", () => hasView && write(false));
  window.addEventListener("popstate", () => apply(false));
  apply(true);

  const copy = document.getElementById("copy");
  const copied = document.getElementById("copied");
  copy.addEventListener("click", async () => {
    hasView = true;
    write(false);
    try {
      await navigator.clipboard.writeText(location.href);
      copied.textContent = text("copied", "The link is copied.");
    } catch {
      // Without https, or where the browser is not allowed to: the address bar has the same link.
      copied.textContent = text("not-copied", "Copy the link from the address bar.");
    }
  });
});
