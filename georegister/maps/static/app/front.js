/* "What applies where I am": asks the browser for the place and opens the page of it. Without script the field is enough. */
"use strict";

const here = document.getElementById("here");
if (here && "geolocation" in navigator) {
  const status = document.getElementById("here-status");
  here.hidden = false;
  here.addEventListener("click", () => {
    here.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const point = `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`;
        const language = document.documentElement.lang;
        location.assign(`/at?point=${point}&within=1000&lang=${language}&f=html`);
      },
      () => {
        here.disabled = false;
        status.textContent = here.dataset.failed;
      },
      { timeout: 15000, maximumAge: 60000 },
    );
  });
}
