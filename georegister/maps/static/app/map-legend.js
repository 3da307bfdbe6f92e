/* Marks the signs of the legend that nothing on the map has. On a phone they are left out, and the legend is one line
 * until it is tapped, to bring the list nearer. */
"use strict";

document.addEventListener("georegister:map", (ready) => {
  const map = ready.detail;
  const TELLING = /^(slot-\d+|use-\d+|status-\w+)$/;

  function mark() {
    const drawn = map.getContainer();
    // A crowded map is drawn by tiles, which do not say what is on them.
    const isKnown = Boolean(drawn.querySelector("path.plan"));
    document.querySelectorAll(".legend .keys li").forEach((line) => {
      const names = [...line.querySelector(".plan").classList];
      const sign = ["ended", "illustrative"].find((one) => names.includes(one)) || names.find((one) => TELLING.test(one));
      const sought = names.includes("small") ? ".plan-dot" : `path.plan.${sign}`;
      line.classList.toggle("absent", isKnown && !drawn.querySelector(sought));
    });
  }

  map.on("georegister:plans", mark);
  if (matchMedia("(max-width: 60rem)").matches) document.getElementById("legend").open = false;
});
