/* /staff/plans/{id}: what the register holds of a plan, and forms to write down more. */
"use strict";

(() => {
  const { told, byId, element, ask, start, rememberName } = staff;
  const words = (key, values = {}) => Object.entries(values).reduce((said, [name, value]) => said.split(`{${name}}`).join(String(value)), told.forms[key]);
  const SECTIONS = Object.keys(told.sections);
  const CHOICE = { event: { type: "event" }, hearing: { kind: "hearing" }, claim: { stance: "stance", goal: "goal", sdg: "sdg" }, relation: { type: "relation" }, parameter: { name: "parameter" } };
  let confirmed = null;

  function day(value) {
    const [year, month, date] = value.split("-").map(Number);
    return new Date(Date.UTC(year, month - 1, date)).toLocaleDateString(told.language, { dateStyle: "long", timeZone: "UTC" });
  }

  function value(section, name, one) {
    if (one === null || one === undefined || one === "") return "";
    const kind = (CHOICE[section] || {})[name];
    if (kind && told.choices[kind][one]) return told.choices[kind][one];
    if (/^\d{4}-\d{2}-\d{2}$/.test(one)) return day(one);
    if (typeof one === "object") return Object.values(one).join(" / ");
    return String(one);
  }

  /* A fact in a line, in the order of its form: what it is first, then the rest with what each is. */
  function sentence(section, says) {
    const shown = { ...says };
    if (shown.earliest && shown.earliest === shown.latest) {
      shown.on = shown.earliest;
      delete shown.earliest;
      delete shown.latest;
    }
    if (shown.to_plan === told.plan) shown.to_plan = shown.from_plan;
    return told.order[section]
      .filter((name) => value(section, name, shown[name]) !== "")
      .map((name) => [told.short[section][name], value(section, name, shown[name])].filter(Boolean).join(": "))
      .join(" · ");
  }

  const by = () => byId("by").value.trim();
  const asJson = (said) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(said) });
  const address = (section, dry) => `/facts/${section}?lang=${told.language}${dry ? "&dry_run=true" : ""}`;

  function sure(question, lines, yes) {
    byId("sure-words").textContent = question;
    byId("sure-list").replaceChildren(...lines.map((line) => element("li", null, line)));
    byId("sure-yes").textContent = yes;
    byId("sure").showModal();
    return new Promise((resolve) => { confirmed = resolve; });
  }
  function answer(said) {
    byId("sure").close();
    if (confirmed) confirmed(said);
    confirmed = null;
  }
  byId("sure-yes").addEventListener("click", () => answer(true));
  byId("sure-no").addEventListener("click", () => answer(false));
  byId("sure").addEventListener("cancel", () => answer(false));

  function changes(section, report, meant) {
    const lines = report.facts.map((fact) => {
      if (fact.change !== "amended") return words(fact.change, { what: fact.change === "added" ? meant : fact.id });
      const fields = Object.entries(fact.fields).map(([name, { old, new: then }]) => words("from_to", {
        field: told.fields[section][name] || name, old: value(section, name, old) || "–", new: value(section, name, then) || "–",
      }));
      return words("amended", { what: fields.join("; ") });
    });
    return [...lines, ...report.findings.map((finding) => `${told.severities[finding.severity]}: ${finding.message}`)];
  }

  async function recorded(section) {
    const { said } = await ask(`/facts/${section}?municipality=${encodeURIComponent(told.municipality)}&plan=${encodeURIComponent(told.plan)}`);
    const lines = said.facts.map((fact) => {
      const line = element("li", null, sentence(section, fact.says));
      line.dataset.fact = fact.id;
      if (fact.dataset !== "register") {
        line.append(" ", element("span", "where", words("of_dataset", { dataset: fact.dataset })));
        return line;
      }
      const button = element("button", "quiet small", words("withdraw"));
      button.type = "button";
      button.append(element("span", "visually-hidden", ` ${fact.id}`));
      button.addEventListener("click", () => takeBack(section, fact, line));
      line.append(" ", button);
      return line;
    });
    byId(`recorded-${section}`).replaceChildren(...(lines.length ? lines : [element("li", "empty", words("nothing"))]));
  }

  async function takeBack(section, fact, line) {
    if (!await sure(words("withdraw_sure"), [sentence(section, fact.says)], words("withdraw"))) return;
    try {
      const said = { municipality: told.municipality, ids: [fact.id], by: by() };
      await ask(`/facts/${section}/withdraw?lang=${told.language}`, asJson(said));
      await recorded(section);
      byId(`head-${section}`).scrollIntoView({ block: "nearest" });
    } catch (error) {
      line.append(" ", element("span", "said-wrong", error.message));
    }
  }

  function request(form, dry) {
    const section = form.dataset.section;
    const given = Object.fromEntries([...new FormData(form)].filter(([, one]) => typeof one !== "string" || one.trim() !== ""));
    const again = Boolean(given.again);
    delete given.again;
    const file = given.file instanceof File && given.file.size ? given.file : null;
    delete given.file;
    given[section === "relation" ? "from_plan" : "plan"] = told.plan;
    const said = { municipality: told.municipality, by: by(), again };
    if (!file) return [address(section, dry), asJson({ ...said, entries: [given] })];
    const body = new FormData();
    for (const [name, one] of Object.entries({ ...given, ...said })) body.append(name, one);
    body.append("file", file);
    return [address(section, dry), { method: "POST", body }];
  }

  function wrong(form, error) {
    const field = error.field && form.elements[error.field];
    const label = error.field && told.fields[form.dataset.section][error.field];
    form.querySelector(".said-wrong").textContent = label ? words("wrong_field", { field: label, reason: error.reason }) : error.message;
    form.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
    if (field) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
  }

  async function send(form) {
    const section = form.dataset.section;
    const said = form.querySelector(".said");
    form.querySelector(".said-wrong").textContent = "";
    said.textContent = "";
    if (!form.checkValidity()) {
      form.reportValidity();
      return;
    }
    try {
      const meant = [...new FormData(form)].filter(([name, one]) => name !== "again" && (one.name || (typeof one === "string" && one.trim())))
        .map(([name, one]) => `${told.fields[section][name] || name}: ${one.name || value(section, name, one)}`).join(" · ");
      const { said: would } = await ask(...request(form, true));
      if (would.outcome === "unchanged") {
        said.textContent = [words("unchanged"), ...changes(section, would, meant)].join(" ");
        return;
      }
      if (!await sure(words("would_change"), changes(section, would, meant), words("save"))) return;
      const { said: done } = await ask(...request(form, false));
      form.reset();
      said.textContent = words("saved", { number: done.load });
      await recorded(section);
    } catch (error) {
      wrong(form, error);
    }
  }

  document.querySelectorAll("form[data-section]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  });
  rememberName(byId("by"));
  start(async () => {
    for (const section of SECTIONS) await recorded(section);
  });
})();
