/* For a map in one file: answers from the data the page holds what the service would have answered. */
"use strict";

const georegisterHeld = (() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const held = read("georegister-data");
  const told = read("georegister-page");
  const METRES_PER_DEGREE = 111320;
  const COMPASS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];

  const words = (asked, name) => (asked.get(name) || "").split(",").filter(Boolean);
  const positions = (geometry) => geometry.coordinates.flat(2);

  function touches(geometry, [west, south, east, north]) {
    const lons = positions(geometry).map(([lon]) => lon);
    const lats = positions(geometry).map(([, lat]) => lat);
    const least = (numbers) => numbers.reduce((a, b) => Math.min(a, b));
    const most = (numbers) => numbers.reduce((a, b) => Math.max(a, b));
    return least(lons) <= east && most(lons) >= west && least(lats) <= north && most(lats) >= south;
  }

  function plans(asked) {
    const statuses = words(asked, "status");
    const lists = { theme: "themes", goal: "goals", sdg: "sdgs" };
    const holds = (properties) => Object.entries(lists).every(([name, property]) => {
      const wanted = words(asked, name);
      return !wanted.length || (properties[property] || []).some((one) => wanted.includes(String(one)));
    });
    const kinds = words(asked, "kind");
    const box = words(asked, "bbox").map(Number);
    const features = held.plans.filter(({ geometry, properties }) => geometry
      && (!statuses.length || statuses.includes(properties.status))
      && (!kinds.length || kinds.includes(properties.kind))
      && holds(properties)
      && (box.length !== 4 || touches(geometry, box)));
    return { features, links: [] };
  }

  /* How far a MULTIPOLYGON lies from a place, and where: metres (0 inside it) and degrees from north. */
  function away([lon, lat], geometry) {
    const shrink = Math.cos((lat * Math.PI) / 180);
    const flat = ([x, y]) => [(x - lon) * shrink * METRES_PER_DEGREE, (y - lat) * METRES_PER_DEGREE];
    let found = { metres: Infinity, azimuth: 0 };
    for (const polygon of geometry.coordinates) {
      let inside = false;
      for (const ring of polygon) {
        const points = ring.map(flat);
        for (let next = 1; next < points.length; next += 1) {
          const [[ax, ay], [bx, by]] = [points[next - 1], points[next]];
          const [dx, dy] = [bx - ax, by - ay];
          if ((ay > 0) !== (by > 0) && ax - (ay * dx) / dy > 0) inside = !inside;
          const along = dx || dy ? Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy))) : 0;
          const [x, y] = [ax + along * dx, ay + along * dy];
          const metres = Math.hypot(x, y);
          if (metres < found.metres) found = { metres, azimuth: (Math.atan2(x, y) * 180) / Math.PI };
        }
      }
      if (inside) return { metres: 0, azimuth: 0 };
    }
    return found;
  }

  function distance(metres) {
    const say = (number, digits) => number.toLocaleString(told.language, { maximumFractionDigits: digits });
    if (metres >= 1000) return `${say(metres / 1000, 1)} km`;
    return `${say(metres >= 20 ? Math.round(metres / 10) * 10 : metres, 0)} m`;
  }

  /* Every plan at a point, in the order the page holds them, then the near ones. A plan of the whole municipality has
     no outline of its own. */
  function at(asked) {
    const place = words(asked, "point").map(Number);
    const within = Number(asked.get("within") || 0);
    const found = [];
    for (const feature of held.plans) {
      const whole = feature.properties.kind === "municipal-plan" ? held.outline && held.outline.geometry : null;
      const geometry = feature.geometry || whole;
      if (!geometry) continue;
      const { metres, azimuth } = away(place, geometry);
      if (metres > within || (metres && geometry === whole)) continue;
      const direction = metres ? COMPASS[Math.round((azimuth + 360) / 45) % 8] : null;
      const where = metres ? { where_text: `${distance(metres)} ${told.directions[direction]}` } : {};
      found.push({ ...feature, properties: { ...feature.properties, distance_m: metres, direction, ...where } });
    }
    found.sort((a, b) => a.properties.distance_m - b.properties.distance_m);
    return { features: found };
  }

  return async (url) => {
    const path = url.pathname.replace(/^\/[A-Za-z]:/, "");
    if (path === "/at") return at(url.searchParams);
    if (path === "/places") return held.places;
    if (path.endsWith("/land.json")) return held.land;
    if (path.startsWith("/collections/municipalities/") && held.outline) return held.outline;
    if (path === "/collections/plans/items") return plans(url.searchParams);
    throw new Error(path);
  };
})();
