/* Many at once: all fields of a section ticked, or unticked, by one button. */
(() => {
  "use strict";
  document.querySelectorAll("[data-tick-section]").forEach((button) => {
    const ticks = [...button.closest("fieldset").querySelectorAll("input")];
    button.hidden = false;
    button.addEventListener("click", () => {
      const every = ticks.every((tick) => tick.checked);
      ticks.forEach((tick) => { tick.checked = !every; });
    });
  });
})();
