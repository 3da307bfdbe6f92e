/* What stands on the map beside outlines: a dot for each plan that is too small to be seen, and numbers of which none
 * lies on another, on a dot or on the marker of the place.
 *
 * `georegister.signs(map)` gives `draw(layers)` and `snapped(place)`: a tap on a dot means the plan that it stands for.
 */
"use strict";

georegister.signs = (map) => {
  const { asked, classes, element } = georegister;
  const SVG = "http://www.w3.org/2000/svg";
  const TOO_SMALL = 16;
  const ROOM_FOR_NUMBER = 64;
  const MOST_DOTS = 300;
  const MANY = 60;
  const LINE = 18;
  const labels = L.layerGroup().addTo(map);
  const dots = L.layerGroup().addTo(map);
  const container = map.getContainer();
  const pen = document.createElement("canvas").getContext("2d");
  let small = [];
  let radius = 7;
  let drawn = [];
  map.createPane("dots").style.zIndex = 440;

  const box = (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  function dot(layer, at) {
    const whole = document.createElementNS(SVG, "svg");
    const size = 2 * radius + 4;
    whole.setAttribute("viewBox", `${-size / 2} ${-size / 2} ${size} ${size}`);
    for (const names of ["dot-ground", classes(layer.plan.properties)]) {
      const circle = document.createElementNS(SVG, "circle");
      circle.setAttribute("r", String(radius));
      circle.setAttribute("class", names);
      whole.append(circle);
    }
    const icon = L.divIcon({ className: "plan-dot", html: whole, iconSize: [size, size] });
    const marker = L.marker(at, { icon, pane: "dots", interactive: false, keyboard: false }).addTo(dots);
    marker.getElement().dataset.dot = layer.plan.id;
  }

  /* Plans that lie on one another share a label. */
  function grouped(layers) {
    const groups = [];
    for (const layer of [...layers].reverse()) {
      const said = layer.plan.properties;
      const number = said.geometry_source === "illustrative" ? `≈ ${said.number}` : said.number;
      const [width, height] = layer.hasRoom ? [ROOM_FOR_NUMBER, 24] : [2 * radius, 2 * radius];
      const near = groups.find((one) => one.hasRoom === layer.hasRoom && Math.abs(one.at.x - layer.at.x) < width
        && Math.abs(one.at.y - layer.at.y) < height);
      if (near) near.numbers.push(number);
      else groups.push({ ...layer, numbers: [number] });
    }
    // Where there is not room for all, what is in hearing comes first.
    return groups.sort((a, b) => Number(b.plan.properties.in_hearing) - Number(a.plan.properties.in_hearing));
  }

  function lies(one) {
    const own = container.getBoundingClientRect();
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const [a, b] = [[left, top], [right, bottom]].map(([x, y]) => map.containerPointToLayerPoint([x - own.left, y - own.top]));
    return [a.x, a.y, b.x, b.y];
  }

  /* What a label may not lie on; a place's name gives way to a dot. */
  function taken() {
    const names = [...container.querySelectorAll(".place-name span")];
    const round = small.map(({ at }) => box(at.x, at.y, 2 * radius, 2 * radius));
    for (const name of names) {
      for (const way of ["", "lifted", "lowered", ""]) {
        name.className = way;
        const own = lies(name);
        if (!round.some((other) => overlap(other, own))) break;
      }
    }
    const all = [...names, ...container.querySelectorAll(".leaflet-control")].map(lies).concat(round);
    if (!asked.point) return all;
    const [lng, lat] = asked.point.split(",").map(Number);
    const place = map.latLngToLayerPoint([lat, lng]);
    return [...all, box(place.x, place.y, 22, 22)];
  }

  /* Where a label may stand, the best place first: in a plan that has room, else beside it. */
  function tries({ half, hasRoom }, width) {
    if (hasRoom) return [0, -22, 22, -44, 44].flatMap((y) => [[0, y], [-40, y], [40, y]]);
    const beside = Math.max(radius, half.x) + 3 + width / 2;
    const above = Math.max(radius, half.y) + 2 + LINE / 2;
    const aside = width / 3;
    return [[beside, 0], [-beside, 0], ...[0, -aside, aside].flatMap((x) => [[x, -above], [x, above]])];
  }

  function write() {
    labels.clearLayers();
    pen.font = `650 13.6px ${getComputedStyle(container).fontFamily}`;
    const full = taken();
    const { min, max } = map.getPixelBounds();
    const [least, most] = [min, max].map((corner) => corner.subtract(map.getPixelOrigin()));
    const fits = (one) => one[0] >= least.x && one[1] >= least.y && one[2] <= most.x && one[3] <= most.y
      && !full.some((other) => overlap(other, one));
    for (const group of grouped(drawn)) {
      // All numbers, or as many of them as there is room for.
      for (let shown = group.hasRoom ? 3 : 2; shown > 0; shown -= 1) {
        const more = group.numbers.length > shown ? ` +${group.numbers.length - shown}` : "";
        const words = group.numbers.slice(0, shown).join(" · ") + more;
        const width = pen.measureText(words).width + 10;
        const free = tries(group, width).map(([x, y]) => [group.at.x + x, group.at.y + y]).find(([x, y]) => fits(box(x, y, width, LINE)));
        if (!free) continue;
        full.push(box(...free, width, LINE));
        const icon = L.divIcon({ className: "plan-label", html: element("span", "plan-label-text", words), iconSize: null });
        L.marker(map.layerPointToLatLng(free), { icon, interactive: false, keyboard: false }).addTo(labels);
        break;
      }
    }
  }

  function draw(layers) {
    dots.clearLayers();
    drawn = layers.map((layer) => {
      const bounds = layer.getBounds();
      const size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
      return {
        plan: layer.plan,
        at: map.latLngToLayerPoint(bounds.getCenter()),
        centre: bounds.getCenter(),
        half: size.divideBy(2),
        isSmall: Math.max(size.x, size.y) < TOO_SMALL,
        hasRoom: Math.min(size.x, size.y) >= ROOM_FOR_NUMBER,
      };
    });
    small = drawn.filter((one) => one.isSmall);
    radius = small.length > MANY ? 4.5 : 7;
    if (small.length <= MOST_DOTS) small.forEach((one) => dot(one, one.centre));
    write();
  }

  /* The stretches of a polygon along the parallel through its middle, as [length, lng, lat] of the middle of each. */
  function stretches(rings) {
    const lats = rings[0].map(([, lat]) => lat);
    const lat = (Math.min(...lats) + Math.max(...lats)) / 2;
    const crossed = rings.flatMap((ring) => ring.slice(1).flatMap(([x, y], before) => {
      const [x0, y0] = ring[before];
      return (y0 > lat) === (y > lat) ? [] : [x0 + (lat - y0) / (y - y0) * (x - x0)];
    })).sort((a, b) => a - b);
    return crossed.flatMap((east, n) => (n % 2 ? [[east - crossed[n - 1], (east + crossed[n - 1]) / 2, lat]] : []));
  }

  /* A place that is in the plan, as the middle of a bent or parted one need not be. */
  function inside({ plan, centre }) {
    const { type, coordinates } = plan.geometry;
    const polygons = type === "MultiPolygon" ? coordinates : type === "Polygon" ? [coordinates] : [];
    const [longest] = polygons.flatMap(stretches).sort(([a], [b]) => b - a);
    return longest ? L.latLng(longest[2], longest[1]) : centre;
  }

  /* A place in the small plan whose dot is there, or the place itself. */
  function snapped(place) {
    const tapped = map.latLngToLayerPoint(place);
    const away = (one) => map.latLngToLayerPoint(one.centre).distanceTo(tapped);
    const [nearest] = small.filter((one) => away(one) <= radius + 4).sort((a, b) => away(a) - away(b));
    return nearest ? inside(nearest) : place;
  }

  // The dot lies on the outline that has the focus, and shows it in its stead.
  const mark = (isOn) => (event) => {
    const id = event.target.dataset && event.target.dataset.plan;
    if (id) container.querySelectorAll(".plan-dot").forEach((one) => one.classList.toggle("focused", isOn && one.dataset.dot === id));
  };
  container.addEventListener("focusin", mark(true));
  container.addEventListener("focusout", mark(false));
  map.on("georegister:named georegister:place georegister:leave-place", write);

  return { draw, snapped };
};
