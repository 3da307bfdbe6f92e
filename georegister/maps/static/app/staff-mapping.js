/* /staff/loads: the columns of the chosen file beside the fields they are taken for; changed, and saved by a name. */
"use strict";

const staffMapping = (() => {
  const { told, text, element, byId, ask } = staff;
  const [NO_PLANS, NOT_SAID] = ["none", ""];
  const NAME = /^[a-z0-9][a-z0-9_-]{0,60}$/;
  const part = byId("columns-part");
  const mapping = byId("mapping");
  let found = null;
  let changed = false;
  let saved = false;
  let asked = 0;

  function option(value, words, selected) {
    const made = element("option", null, words);
    made.value = value;
    made.selected = selected;
    return made;
  }

  function chooser(label, options, chosen) {
    const made = element("select");
    made.setAttribute("aria-label", label);
    made.append(...options.map(([value, words]) => option(value, words, value === chosen)));
    return made;
  }

  function touch() {
    changed = true;
    saved = false;
    byId("save-said").textContent = "";
    byId("columns-open").textContent = text("not_saved");
  }

  function columnRow(layer, column) {
    const row = element("tr");
    const name = element("th", "file", column.name);
    name.scope = "row";
    const fields = found.fields.filter((field) => field.name !== "kind" || layer.kinds[column.name]);
    const options = [["", text("not_used")], ...fields.map((field) => [field.name, field.label])];
    const select = chooser(text("field_of", { column: column.name }), options, column.field || "");
    const why = element("td", column.field && !column.is_sure ? "severity-warning" : null, column.field && !column.is_sure ? text("in_doubt", { why: column.why }) : column.why);
    select.addEventListener("change", () => {
      column.field = select.value || null;
      why.className = "";
      why.textContent = text("you_say");
      touch();
    });
    const cell = element("td");
    cell.append(select);
    row.append(name, cell, element("td", "file", column.sample || ""), why);
    return row;
  }

  function layerPart(layer) {
    const made = element("div", "layer");
    const heading = element("h4", null, layer.name);
    const kinds = [[NOT_SAID, text("choose_kind")], ...found.kinds.map((kind) => [kind.name, kind.label]), [NO_PLANS, text("no_plans")]];
    const kind = chooser(text("kind_of", { layer: layer.name }), kinds, layer.holds_plans ? layer.kind || NOT_SAID : NO_PLANS);
    const days = chooser(text("days_of", { layer: layer.name }), [["ymd", text("days_ymd")], ["dmy", text("days_dmy")]], layer.days);
    const table = element("table", "matrix staff-table");
    const head = element("tr");
    head.append(...["column", "field", "sample", "why"].map((key) => Object.assign(element("th", null, text(key)), { scope: "col" })));
    const body = element("tbody");
    body.append(...layer.columns.map((column) => columnRow(layer, column)));
    const thead = element("thead");
    thead.append(head);
    table.append(thead, body);
    const wide = element("div", "wide");
    wide.tabIndex = 0;
    wide.setAttribute("role", "region");
    wide.setAttribute("aria-label", text("columns_of", { layer: layer.name }));
    wide.append(table);
    const choices = element("p", "fields");
    choices.append(kind, days);
    const show = () => {
      wide.hidden = !layer.holds_plans;
      days.hidden = !layer.holds_plans;
    };
    kind.addEventListener("change", () => {
      layer.kind = kind.value === NO_PLANS ? null : kind.value || null;
      layer.holds_plans = kind.value !== NO_PLANS;
      show();
      touch();
    });
    days.addEventListener("change", () => {
      layer.days = days.value;
      touch();
    });
    show();
    made.append(heading, choices, wide);
    return made;
  }

  function draw() {
    byId("columns-open").textContent = found.fits ? text("fits", { name: found.fits }) : text("fits_none");
    byId("doubts").replaceChildren(...found.doubts.map((doubt) => element("li", null, doubt)));
    byId("layers").replaceChildren(...found.layers.map(layerPart));
    byId("keep").hidden = Boolean(found.cannot_save);
    byId("cannot-save").hidden = !found.cannot_save;
    byId("cannot-save").textContent = found.cannot_save || "";
    byId("replace-part").hidden = true;
    byId("replace").checked = false;
    byId("save-said").textContent = "";
    byId("columns-inside").hidden = false;
  }

  /* Shows the columns of a file, where no mapping is chosen and it may hold plans. */
  async function look(file) {
    const mine = ++asked;
    [found, changed, saved] = [null, false, false];
    byId("columns-inside").hidden = true;
    part.hidden = !file || mapping.value !== "" || /\.(toml|xlsx)$/i.test(file.name);
    if (part.hidden) return;
    byId("columns-open").textContent = text("looking");
    const body = new FormData();
    body.append("file", file);
    for (const name of ["kind", "encoding"]) body.append(name, byId(name).value);
    try {
      const { said } = await ask(`/mappings/suggest?lang=${told.language}`, { method: "POST", body });
      if (mine !== asked) return;
      // A CSV without a geometry is a table of facts.
      if (/\.csv$/i.test(file.name) && !said.layers.some((layer) => layer.holds_plans)) {
        part.hidden = true;
        return;
      }
      found = said;
      draw();
    } catch (error) {
      if (mine === asked) byId("columns-open").textContent = error.message;
    }
  }

  /* What a layer does not say that a load cannot do without; the service says the same to programs. */
  function lacking() {
    for (const { name, kind, columns, holds_plans } of found.layers) {
      if (!holds_plans) continue;
      const has = (field) => columns.some((column) => column.field === field);
      const within = ["sub-area", "building-field"].includes(kind);
      const missing = !has("number") ? "lacks_number" : !has("title") && !within ? "lacks_title" : !kind && !has("kind") ? "lacks_kind" : null;
      if (missing) return text(missing, { layer: name });
    }
    return found.layers.some((layer) => layer.holds_plans) ? null : text("lacks_plans");
  }

  async function save() {
    const name = byId("mapping-name").value.trim();
    const said = byId("save-said");
    said.className = "said-wrong";
    if (!NAME.test(name)) {
      said.textContent = text("name_wrong");
      byId("mapping-name").focus();
      return;
    }
    const missing = lacking();
    if (missing) {
      said.textContent = missing;
      return;
    }
    const layers = found.layers.map(({ name: layer, file, holds_plans, kind, kinds, days, columns }) => ({
      name: layer, file, holds_plans, kind, days,
      kinds: Object.fromEntries(columns.filter((one) => one.field === "kind").map((one) => [one.name, kinds[one.name] || {}])),
      columns: holds_plans ? Object.fromEntries(columns.filter((one) => one.field).map((one) => [one.name, one.field])) : {},
    }));
    const body = JSON.stringify({ layers, based_on: found.fits, replace: byId("replace").checked });
    byId("save-mapping").disabled = true;
    try {
      await ask(`/mappings/${encodeURIComponent(name)}`, { method: "PUT", body, headers: { "Content-Type": "application/json" } });
      if (![...mapping.options].some((one) => one.value === name)) mapping.append(option(name, name, false));
      mapping.value = name;
      [changed, saved] = [false, true];
      byId("doubts").replaceChildren();
      byId("replace-part").hidden = true;
      said.className = "";
      said.textContent = text("saved_as", { name });
      byId("columns-open").textContent = text("will_use", { name });
    } catch (error) {
      if (error.status === 409) {
        byId("replace-part").hidden = !error.own;
        said.textContent = text(error.own ? "name_taken" : "name_ours", { name });
      } else {
        said.textContent = error.message;
      }
    }
    byId("save-mapping").disabled = false;
  }

  /* What must be done before the file is sent, in words; nothing where it can go. */
  function hindrance() {
    if (part.hidden || !found || saved) return null;
    if (!changed && !found.doubts.length) return null;
    return found.cannot_save || text(changed ? "save_first" : "decide_first");
  }

  byId("save-mapping").addEventListener("click", save);
  byId("mapping-name").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    save();
  });
  return { look, hindrance };
})();
