/* /staff/loads: a file is chosen or dropped and sent; the loads there have been. */
"use strict";

(() => {
  const { told, text, element, byId, ask, moment, start, rememberName } = staff;
  const form = byId("hand-in");
  const file = byId("file");
  const drop = byId("drop");
  const most = Number(form.dataset.megabytes);
  let older = null;

  function standing(load) {
    if (load.undoes) return text("undoes", { number: load.undoes });
    if (load.dry_run && load.state === "ready") return text("only_previewed");
    return told.states[load.state] || load.state;
  }

  function row(load) {
    const made = element("tr");
    const link = element("a", null, String(load.id));
    link.href = `/staff/loads/${load.id}?lang=${told.language}`;
    const head = element("th");
    head.scope = "row";
    head.append(link);
    made.append(head, element("td", "file", load.file), element("td", null, standing(load)));
    made.append(element("td", null, load.municipality), element("td", null, load.by), element("td", null, moment(load.applied_at || load.asked_at)));
    return made;
  }

  /* The loads at an address: in place of those that are shown, or below them where `append`. */
  async function list(path, append) {
    const { said } = await ask(path);
    const body = byId("loads");
    if (!append) body.replaceChildren();
    body.append(...said.loads.map(row));
    const next = said.links.find((link) => link.rel === "next");
    older = next ? new URL(next.href).search : null;
    byId("older").hidden = !older;
    byId("no-loads").hidden = body.children.length > 0;
  }

  async function listOlder() {
    const button = byId("older");
    button.disabled = true;
    try {
      await list(`/loads${older}`, true);
    } catch (error) {
      byId("said").textContent = error.message;
    }
    button.disabled = false;
    button.focus();
  }

  function chosen() {
    const one = file.files[0];
    const size = one ? one.size / 1e6 : 0;
    const [amount, unit] = size < 1 ? [size * 1e3, "kB"] : [size, "MB"];
    const said = amount.toLocaleString(told.language, { maximumFractionDigits: 1 });
    const words = { file: one ? one.name : "", size: `${said} ${unit}`, most };
    const tooLarge = size > most;
    byId("file-said").textContent = one ? text(tooLarge ? "too_large" : "chosen", words) : "";
    file.setCustomValidity(tooLarge ? text("too_large", words) : "");
    if (one && one.name.toLowerCase().endsWith(".toml")) byId("mapping").value = "";
    look();
  }

  function look() {
    staffMapping.look(file.files[0] && file.checkValidity() ? file.files[0] : null);
  }

  file.addEventListener("change", chosen);
  for (const name of ["mapping", "kind", "encoding"]) byId(name).addEventListener("change", look);
  for (const name of ["dragover", "dragenter"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    file.files = event.dataTransfer.files;
    chosen();
  });
  // A file dropped beside the field must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

  byId("new-version").addEventListener("change", (event) => {
    const effective = byId("effective");
    byId("effective-part").hidden = !event.target.checked;
    effective.required = event.target.checked;
    if (!event.target.checked) effective.value = "";
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const hindrance = staffMapping.hindrance();
    if (hindrance) {
      byId("said").textContent = hindrance;
      byId("columns-head").focus();
      return;
    }
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    byId("said").textContent = text("sending");
    try {
      const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
      const { said } = await ask("/loads", { method: "POST", body: new FormData(form), headers: { "Idempotency-Key": key } });
      location.assign(`/staff/loads/${said.id}?lang=${told.language}`);
    } catch (error) {
      byId("said").textContent = error.message;
      button.disabled = false;
    }
  });
  byId("older").addEventListener("click", listOlder);
  rememberName(byId("by"));
  start(() => list("/loads", false));
})();
