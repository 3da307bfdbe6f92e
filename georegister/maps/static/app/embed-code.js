/* The code that puts the map on another site: for what the address bar says now, and a button that copies it. */
"use strict";

(() => {
  const part = document.getElementById("embed-code");
  const words = document.getElementById("embed-text");
  const button = document.getElementById("embed-copy");
  const said = document.getElementById("embed-copied");
  const escaped = (plain) => plain.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

  function write() {
    const { address, title } = part.dataset;
    const src = escaped(address + location.search);
    words.value = `<iframe src="${src}" title="${escaped(title)}" width="100%" height="600" loading="lazy"></iframe>`;
  }

  button.hidden = false;
  part.addEventListener("toggle", write);
  button.addEventListener("click", async () => {
    write();
    try {
      await navigator.clipboard.writeText(words.value);
      said.textContent = said.dataset.copied;
    } catch {
      // Without https the browser has no clipboard for pages.
      words.select();
      said.textContent = said.dataset.marked;
    }
  });
})();
