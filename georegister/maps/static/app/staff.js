/* What the staff pages share: the token, asking the service with it, and writing words.
 *
 * The token is kept for the tab only and travels in a header only. Text from files and from the register is written
 * with textContent, never as HTML.
 */
"use strict";

const staff = (() => {
  const KEY = "georegister-staff-token";
  const told = JSON.parse(document.getElementById("georegister-page").textContent);
  const byId = (id) => document.getElementById(id);
  const inside = byId("inside");
  const form = byId("token-form");
  let begin = null;

  function text(key, values = {}) {
    return Object.entries(values).reduce((words, [name, value]) => words.split(`{${name}}`).join(String(value)), told.texts[key] || key);
  }
  const number = (value) => Number(value).toLocaleString(told.language);
  const many = (key, value) => text(`${key}.${value === 1 ? "one" : "many"}`, { n: number(value) });
  const moment = (value) => new Date(value).toLocaleString(told.language, { dateStyle: "long", timeStyle: "short" });

  function element(tag, className, words) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words !== undefined && words !== null) made.textContent = words;
    return made;
  }

  function lock(words) {
    sessionStorage.removeItem(KEY);
    inside.hidden = true;
    form.hidden = false;
    byId("token-said").textContent = words || "";
    byId("token").value = "";
    byId("token").focus();
  }

  /* Asks the service as staff. Gives status, headers and what was said; throws an Error with the reason. */
  async function ask(path, options = {}) {
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, Authorization: `Bearer ${sessionStorage.getItem(KEY) || ""}`, ...options.headers };
    let answer;
    try {
      answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit", redirect: "error" });
    } catch {
      throw new Error(text("no_answer"));
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 401) lock(text("wrong_token"));
    if (answer.status === 429 && !inside.hidden === false) lock(text("too_many"));
    if (!answer.ok) throw Object.assign(new Error(said.detail || answer.statusText), { status: answer.status, field: said.field, reason: said.reason, own: said.own });
    return { status: answer.status, headers: answer.headers, said };
  }

  async function enter() {
    try {
      await begin();
      form.hidden = true;
      inside.hidden = false;
    } catch (error) {
      if (error.status === 401 || error.status === 429) return;
      inside.hidden = false;
      form.hidden = true;
      const said = byId("said");
      if (said) said.textContent = error.message;
    }
  }

  /* Runs a page's beginning once there is a token. */
  function start(first) {
    if (!form) return;
    begin = first;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = byId("token").value.trim();
      if (!/^[!-~]{16,200}$/.test(given)) {
        byId("token-said").textContent = text("wrong_token");
        return;
      }
      sessionStorage.setItem(KEY, given);
      byId("token").value = "";
      byId("token-said").textContent = "";
      enter();
    });
    if (sessionStorage.getItem(KEY)) enter();
    else form.hidden = false;
  }

  const NAME = "georegister-staff-name";
  function rememberName(input) {
    input.value = sessionStorage.getItem(NAME) || "";
    input.addEventListener("change", () => sessionStorage.setItem(NAME, input.value));
  }

  return { told, text, many, number, moment, element, byId, ask, start, rememberName };
})();
