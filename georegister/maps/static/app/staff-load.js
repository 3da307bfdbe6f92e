/* /staff/loads/{number}: how far a load is, what was found, what would change; and applying and taking back. */
"use strict";

(() => {
  const { told, text, many, number, moment, element, byId, ask, start, rememberName } = staff;
  const LISTED = 300;
  const MOST_DRAWN = 1500;
  const UNSETTLED = ["queued", "running", "applying", "undoing"];
  const here = `/loads/${told.load}`;
  let load = null;
  let shown = "";
  let drawing = "";
  let asking = null;

  const can = (task) => load.links.some((link) => link.rel === task);
  const line = (words) => element("li", null, words);

  function value(one) {
    if (one === null || one === undefined || one === "") return text("nothing");
    if (typeof one === "object") return Object.values(one).map(value).join(" / ");
    return String(one);
  }

  function difference(fields, geometry) {
    const cell = element("td");
    const words = Object.entries(fields || {}).filter(([name]) => name !== "geometry");
    for (const [name, { old, new: then }] of words) {
      const part = element("div");
      part.append(element("span", "number", `${told.words[name] || name}: `), element("del", null, value(old)), " → ", element("ins", null, value(then)));
      cell.append(part);
    }
    if (geometry && geometry.area_before_m2 !== undefined && geometry.area_before_m2 !== null && geometry.area_after_m2 !== null) {
      const areas = { before: number(Math.round(geometry.area_before_m2)), after: number(Math.round(geometry.area_after_m2)) };
      cell.append(element("div", null, `${text("geometry")}: ${text("area", areas)}`));
    }
    return cell;
  }

  function change(word) {
    const cell = element("th", "change-cell");
    cell.scope = "row";
    const letter = element("strong", "letter", told.letters[word]);
    letter.setAttribute("aria-hidden", "true");
    cell.append(letter, ` ${told.changes[word] || word}`);
    return cell;
  }

  function showButton(plan) {
    const button = element("button", "quiet small", text("show"));
    button.type = "button";
    button.append(element("span", "visually-hidden", ` ${plan}`));
    button.addEventListener("click", () => georegister.drawn && georegister.drawn.show(plan));
    return button;
  }

  function planRow(plan) {
    const row = element("tr");
    const cell = element("td");
    const name = element("div");
    name.append(element("div", null, [plan.number, plan.title].filter(Boolean).join(" ") || plan.id), element("div", "where", plan.id));
    const line = element("div", "named");
    line.append(name, showButton(plan.id));
    cell.append(line);
    row.append(change(plan.change), cell, element("td", null, [plan.layer, plan.row && text("row", { n: plan.row })].filter(Boolean).join(", ")));
    row.append(difference(plan.fields, plan.geometry));
    return row;
  }

  function factRow(fact) {
    const row = element("tr");
    row.append(change(fact.change), element("td", null, `${told.words[fact.table] || fact.table} ${fact.id}`), difference(fact.fields));
    return row;
  }

  function findingRow(finding) {
    const row = element("tr");
    const grave = element("th", `severity-${finding.severity}`, told.severities[finding.severity]);
    grave.scope = "row";
    const place = [finding.file, finding.layer, finding.row && text("row", { n: finding.row }), finding.field].filter(Boolean).join(", ");
    const where = element("td", "file", place || finding.plan || "");
    if (finding.plan && place) where.append(element("div", "where", finding.plan));
    if (finding.plan && finding.geometry) where.append(showButton(finding.plan));
    row.append(grave, where, element("td", null, finding.message), element("td", "short", finding.rule));
    return row;
  }

  const changed = (of) => of.added + of.amended + of.withdrawn;

  /* Of a very large load not every row is told, but how many there are. */
  function table(id, more, rows, make, all) {
    const total = Math.max(all, rows.length);
    byId(id).replaceChildren(...rows.slice(0, LISTED).map(make));
    byId(more).textContent = total > LISTED ? text("more", { n: number(total - LISTED) }) : "";
  }

  function facts() {
    const lines = [line(load.file)];
    const by = { by: load.by, day: moment(load.applied_at || load.asked_at) };
    lines.push(line(text(load.applied_at ? "applied_by" : "handed_in_by", by)));
    if (load.undone_by) lines.push(line(text("undone_by", { number: load.undone_by })));
    if (load.dry_run) lines.push(line(text("dry_run")));
    byId("facts").replaceChildren(...lines);
  }

  function report() {
    const said = load.report;
    byId("report").hidden = !said;
    if (!said) return;
    const counted = (of) => Object.fromEntries(Object.entries(of).map(([name, one]) => [name, number(one)]));
    const { plans, facts: others } = said.summary;
    const lines = [line(text("plans", counted(plans)))];
    if (others.added + others.amended + others.withdrawn + others.unchanged) lines.push(line(text("facts", counted(others))));
    if (plans.refused) lines.push(line(many("refused", plans.refused)));
    if (said.ignored.length) lines.push(line(text("ignored", { files: said.ignored.join(", ") })));
    if (said.outcome === "unchanged") lines.push(line(text("unchanged")));
    byId("summary").replaceChildren(...lines);
    table("plans", "more-plans", said.plans, planRow, changed(plans));
    byId("plans-table").parentElement.hidden = !said.plans.length;
    table("fact-rows", "more-facts", said.facts, factRow, changed(others));
    byId("facts-part").hidden = !said.facts.length;
    const grave = ["error", "warning", "information"];
    const found = [...said.findings].sort((a, b) => grave.indexOf(a.severity) - grave.indexOf(b.severity));
    table("findings", "more-findings", found, findingRow, 0);
    byId("findings-part").hidden = !found.length;
    byId("no-findings").hidden = found.length > 0;
  }

  function acknowledgements(asked) {
    const box = byId("acknowledge");
    box.querySelectorAll("label").forEach((one) => one.remove());
    for (const rule of asked) {
      const message = load.report.findings.find((one) => one.rule === rule);
      const label = element("label", "check");
      const tick = element("input");
      tick.type = "checkbox";
      tick.value = rule;
      label.append(tick, element("span", null, text("acknowledge", { rule, message: message ? message.message : "" })));
      box.append(label);
    }
    box.hidden = !asked.length;
  }

  function actions() {
    const applies = can("apply") && load.report && load.report.outcome !== "unchanged";
    byId("do-apply").hidden = !applies;
    byId("do-undo").hidden = !can("undo");
    byId("do-preview").hidden = !can("preview");
    byId("why").hidden = !can("undo");
    acknowledgements(applies ? load.report.unacknowledged || [] : []);
    byId("expect").hidden = !(applies && load.report.summary.plans.withdrawn);
    byId("actions").hidden = !(applies || can("undo") || can("preview"));
    byId("actions").querySelectorAll("button").forEach((button) => { button.disabled = false; });
  }

  /* What waits to be applied is told otherwise where it never can be. */
  function standing() {
    if (load.undoes) return text("undoes", { number: load.undoes });
    if (load.state === "ready" && load.dry_run) return text("only_previewed");
    if (load.state === "ready" && load.report && load.report.outcome === "unchanged") return text("nothing_to_apply");
    return told.states[load.state] || load.state;
  }

  function state() {
    const going = UNSETTLED.includes(load.state);
    byId("state").textContent = standing();
    byId("going").hidden = !going;
    const step = load.progress && told.steps[load.progress.step];
    if (byId("step").textContent !== (step || "")) byId("step").textContent = step || "";
    byId("progress").value = load.progress ? load.progress.share : 0;
    const gone = load.state === "interrupted";
    byId("problem").hidden = !(load.problem || gone) || going;
    byId("problem").lang = told.language;
    byId("problem").textContent = gone ? text(load.task === "undo" ? "interrupted_undo" : "interrupted") : load.problem || "";
    return going;
  }

  async function shapes() {
    const found = [];
    let next = `${georegister.drawn.url}/${told.load}/diff?limit=1000`;
    while (next && found.length < MOST_DRAWN) {
      const { said } = await ask(next, { headers: { Accept: "application/geo+json" } });
      found.push(...said.features);
      const link = said.links.find((one) => one.rel === "next");
      next = link && new URL(link.href).pathname + new URL(link.href).search;
    }
    return { found: found.slice(0, MOST_DRAWN), more: Boolean(next) || found.length > MOST_DRAWN };
  }

  function mapReady() {
    if (georegister.drawn) return Promise.resolve();
    return new Promise((done, failed) => {
      document.addEventListener("georegister:changes", done, { once: true });
      const script = element("script");
      script.src = `/staff/map/${encodeURIComponent(load.municipality)}.${told.language}.js`;
      script.addEventListener("error", () => failed(new Error(text("no_shapes"))));
      document.head.append(script);
    });
  }

  async function draw() {
    const wanted = `${load.asked_at} ${shown}`;
    if (drawing === wanted || !load.report) return;
    drawing = wanted;
    try {
      byId("map-part").hidden = false;
      await mapReady();
      const { found, more } = await shapes();
      const count = georegister.drawn.draw(found);
      byId("drawn").textContent = more ? text("drawn_some", { n: number(count) }) : count ? many("drawn", count) : text("no_shapes");
      byId("map-part").hidden = count === 0;
    } catch (error) {
      byId("drawn").textContent = error.message;
    }
  }

  async function look() {
    clearTimeout(asking);
    const { said } = await ask(`${here}?lang=${told.language}`);
    load = said;
    const going = state();
    facts();
    const wanted = going ? "" : `${load.state} ${load.task} ${load.problem}`;
    if (!going && wanted !== shown) {
      shown = wanted;
      report();
      actions();
      byId("inside").hidden = false;
      draw();
    } else if (going) {
      shown = "";
      byId("actions").hidden = true;
      byId("report").hidden = !load.report;
    }
    if (going) asking = setTimeout(() => look().catch(later), 700);
  }

  /* The service may be away for a moment; the work goes on without it. */
  function later(error) {
    byId("said").textContent = error.message;
    if (error.status !== 401) asking = setTimeout(() => look().then(() => { byId("said").textContent = ""; }).catch(later), 3000);
  }

  function sure(words) {
    const dialog = byId("sure");
    byId("sure-words").textContent = words;
    dialog.showModal();
    return new Promise((done) => {
      const answer = (yes) => () => {
        dialog.close(yes ? "yes" : "");
      };
      byId("sure-yes").onclick = answer(true);
      byId("sure-no").onclick = answer(false);
      dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
      dialog.returnValue = "";
    });
  }

  async function act(task, said) {
    byId("said").textContent = "";
    byId("actions").querySelectorAll("button").forEach((button) => { button.disabled = true; });
    try {
      const body = JSON.stringify({ by: byId("by").value || "staff", ...said });
      await ask(`${here}/${task}`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    } catch (error) {
      byId("said").textContent = error.message;
    }
    shown = "";
    drawing = "";
    await look().catch(later);
    byId("title").focus();
  }

  byId("do-apply").addEventListener("click", async () => {
    const ticks = [...byId("acknowledge").querySelectorAll("input")];
    if (ticks.some((tick) => !tick.checked)) {
      byId("said").textContent = text("acknowledge_all");
      ticks.find((tick) => !tick.checked).focus();
      return;
    }
    const expected = byId("expect").hidden ? null : byId("expect-withdrawals").value;
    if (expected === "") {
      byId("said").textContent = text("expected", { n: load.report.summary.plans.withdrawn });
      byId("expect-withdrawals").focus();
      return;
    }
    if (!(await sure(text("confirm_apply", { number: told.load })))) return;
    const said = ticks.length ? { acknowledge: ticks.map((tick) => tick.value) } : {};
    if (expected !== null) said.expect_withdrawals = Number(expected);
    act("apply", said);
  });
  byId("do-undo").addEventListener("click", async () => {
    if (await sure(text("confirm_undo", { number: told.load }))) act("undo", byId("reason").value ? { reason: byId("reason").value } : {});
  });
  byId("do-preview").addEventListener("click", () => act("preview", {}));
  byId("actions").addEventListener("submit", (event) => event.preventDefault());
  rememberName(byId("by"));
  start(look);
})();
