/* Plans as the register's own vector tiles, on canvas: what the map draws where there are too many to be told apart.
 *
 * Leaflet's one plugin for vector tiles, VectorGrid, has had no release since 2017, and its package on npm holds no
 * licence. What is needed of Mapbox Vector Tile 2.1 is small: pbf reads the fields, the rest is here. Each plan looks
 * as its path would: the style is read from an SVG path with the same classes, so that stylesheet, palette and "colour
 * by" stay the only place where that is said.
 */
"use strict";

georegister.planTiles = async (map, url) => {
  const SIZE = 256;
  const FAR_ZOOM = 11;
  const EXTENT = 4096;
  const { classes, fetchJson } = georegister;
  // Where there are no tiles none is asked for.
  const { bounds: [west, south, east, north] } = await fetchJson(`${url}?f=tilejson`);
  const bounds = [[south, west], [north, east]];

  /* The layers of a tile, by name: features with their properties, and parts of points in cells of the tile. */
  function layersOf(bytes) {
    const reader = new Pbf.PbfReader(new Uint8Array(bytes));
    return reader.readFields((tag, layers, pbf) => {
      if (tag !== 3) return;
      const layer = pbf.readMessage(layerField, { name: "", extent: EXTENT, keys: [], values: [], features: [] });
      layers[layer.name] = layer;
    }, {});
  }

  function layerField(tag, layer, pbf) {
    if (tag === 1) layer.name = pbf.readString();
    else if (tag === 2) layer.features.push(pbf.readMessage(featureField, { tags: [], parts: [] }));
    else if (tag === 3) layer.keys.push(pbf.readString());
    else if (tag === 4) layer.values.push(pbf.readMessage(valueField, { said: null }).said);
    else if (tag === 5) layer.extent = pbf.readVarint();
  }

  function featureField(tag, feature, pbf) {
    if (tag === 2) pbf.readPackedVarint(feature.tags);
    else if (tag === 4) feature.parts = partsOf(pbf);
  }

  function valueField(tag, value, pbf) {
    if (tag === 1) value.said = pbf.readString();
    else if (tag === 2) value.said = pbf.readFloat();
    else if (tag === 3) value.said = pbf.readDouble();
    else if (tag === 4 || tag === 5) value.said = pbf.readVarint(true);
    else if (tag === 6) value.said = pbf.readSVarint();
    else if (tag === 7) value.said = pbf.readBoolean();
  }

  /* Commands and zigzag steps (4.3 of the specification): 1 moves, 2 draws, 7 closes. */
  function partsOf(pbf) {
    const end = pbf.readVarint() + pbf.pos;
    const parts = [];
    let part = null;
    let [x, y, left, command] = [0, 0, 0, 0];
    while (pbf.pos < end) {
      if (!left) {
        const word = pbf.readVarint();
        command = word & 7;
        left = word >> 3;
      }
      left -= 1;
      if (command === 7) continue;
      x += pbf.readSVarint();
      y += pbf.readSVarint();
      if (command === 1) parts.push(part = []);
      if (part) part.push(x, y);
    }
    return parts;
  }

  function propertiesOf(layer, { tags }) {
    const said = {};
    for (let at = 0; at + 1 < tags.length; at += 2) said[layer.keys[tags[at]]] = layer.values[tags[at + 1]];
    // A list is a text in a tile.
    said.topics = String(said.topics || "").match(/[0-9A-Za-z]+/g) || [];
    return said;
  }

  /* What the stylesheet says of a path with these classes; asked once for each. */
  const styles = new Map();
  const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  sample.setAttribute("class", "visually-hidden");
  sample.setAttribute("aria-hidden", "true");
  map.getContainer().append(sample);

  function styleOf(names) {
    if (styles.has(names)) return styles.get(names);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", names);
    sample.append(path);
    const said = getComputedStyle(path);
    const style = {
      stroke: said.stroke,
      width: parseFloat(said.strokeWidth) || 1,
      strokeOpacity: Number(said.strokeOpacity),
      dashes: said.strokeDasharray === "none" ? [] : said.strokeDasharray.split(/[\s,]+/).map(parseFloat),
      cap: said.strokeLinecap,
      fill: said.fill,
      fillOpacity: Number(said.fillOpacity),
    };
    path.remove();
    styles.set(names, style);
    return style;
  }

  /* The hatch of a proposal: lines at 45 degrees in the colour of its outline. */
  function hatch(context, colour, scale) {
    const side = 12;
    const made = document.createElement("canvas");
    made.width = made.height = Math.round(side * scale);
    const pen = made.getContext("2d");
    pen.scale(made.width / side, made.height / side);
    pen.strokeStyle = colour;
    pen.globalAlpha = 0.75;
    pen.lineWidth = 3.2;
    for (const from of [-side, 0, side]) {
      pen.moveTo(from - 2, side + 2);
      pen.lineTo(from + side + 2, -2);
    }
    pen.stroke();
    const pattern = context.createPattern(made, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / scale));
    return pattern;
  }

  function draw(canvas, features) {
    const scale = window.devicePixelRatio || 1;
    canvas.width = canvas.height = SIZE * scale;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    const hatches = {};
    // From afar a plan is hardly wider than its own line.
    const thin = map.getZoom() < FAR_ZOOM ? 0.5 : 1;
    for (const { names, path } of features) {
      const style = styleOf(names);
      if (style.fill !== "none") {
        const isHatched = style.fill.startsWith("url(");
        context.globalAlpha = isHatched ? 1 : style.fillOpacity;
        context.fillStyle = isHatched ? (hatches[style.stroke] = hatches[style.stroke] || hatch(context, style.stroke, scale)) : style.fill;
        context.fill(path, "evenodd");
      }
      context.globalAlpha = style.strokeOpacity;
      context.strokeStyle = style.stroke;
      context.lineWidth = style.width * thin;
      context.setLineDash(style.dashes);
      context.lineCap = style.cap;
      context.stroke(path);
    }
  }

  function pathOf(parts, extent) {
    const path = new Path2D();
    const cell = SIZE / extent;
    for (const part of parts) {
      for (let at = 0; at < part.length; at += 2) path[at ? "lineTo" : "moveTo"](part[at] * cell, part[at + 1] * cell);
      path.closePath();
    }
    return path;
  }

  const Tiles = L.GridLayer.extend({
    createTile(coords, done) {
      const canvas = L.DomUtil.create("canvas", "leaflet-tile plan-tile");
      canvas.plans = [];
      canvas.fetching = new AbortController();
      this.fetchTile(canvas, coords).then(() => done(null, canvas), (error) => done(error, canvas));
      return canvas;
    },

    async fetchTile(canvas, { x, y, z }) {
      const whole = new URL(`${url}/${z}/${y}/${x}`, document.baseURI);
      this.asked.forEach((words, name) => whole.searchParams.set(name, words));
      const answer = await fetch(whole, { signal: canvas.fetching.signal });
      if (answer.status !== 204 && answer.status !== 404) {
        if (!answer.ok) throw new Error(answer.statusText);
        const layer = layersOf(await answer.arrayBuffer()).plans;
        for (const feature of layer ? layer.features : []) {
          const names = classes(propertiesOf(layer, feature));
          canvas.plans.push({ names, path: pathOf(feature.parts, layer.extent) });
        }
      }
      draw(canvas, canvas.plans);
    },
  });

  const pane = map.createPane("plan-tiles");
  pane.style.zIndex = 400;
  pane.style.pointerEvents = "none";
  const tiles = new Tiles({ bounds, pane: "plan-tiles", tileSize: SIZE, maxNativeZoom: 18, updateWhenZooming: false, keepBuffer: 1 });
  tiles.asked = new URLSearchParams();
  tiles.on("tileunload", ({ tile }) => tile.fetching.abort());
  tiles.on("tileerror", ({ error }) => {
    if (error.name !== "AbortError") map.fire("georegister:failed", { message: error.message });
  });
  tiles.on("loading", () => { map.getContainer().dataset.tiles = "loading"; });
  tiles.on("load", () => {
    map.getContainer().dataset.tiles = "drawn";
    mark();
  });

  /* The list has but the first of them: whether any outline is illustrative, the tiles know. */
  function mark() {
    const note = document.getElementById("sketch-note");
    const drawn = map.hasLayer(tiles) ? Object.values(tiles._tiles || {}).flatMap(({ el }) => el.plans) : [];
    if (note && drawn.some(({ names }) => names.endsWith(" illustrative"))) note.hidden = false;
  }
  map.on("georegister:plans", mark);

  /* Where the colours mean something else, the same plans are drawn anew. */
  const colouredBy = () => [...map.getContainer().classList].filter((one) => one.startsWith("by-")).join(" ");
  let coloured = colouredBy();
  new MutationObserver(() => {
    if (coloured === colouredBy()) return;
    coloured = colouredBy();
    styles.clear();
    Object.values(tiles._tiles || {}).forEach(({ el }) => draw(el, el.plans));
  }).observe(map.getContainer(), { attributes: true, attributeFilter: ["class"] });

  return {
    /* Draws what is asked for, as parameters; the same question as before costs nothing. */
    show(asked) {
      const isNew = asked.toString() !== tiles.asked.toString();
      tiles.asked = new URLSearchParams(asked);
      if (!map.hasLayer(tiles)) tiles.addTo(map);
      else if (isNew) tiles.redraw();
    },
    hide() {
      tiles.remove();
      delete map.getContainer().dataset.tiles;
    },
  };
};
