/* The queue: a key for what has one, ticks for all rows at once, and a word while a page
   is made. */
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // What the server takes seconds for is told until its page comes.
  const status = document.querySelector("[data-while-loading]");
  status?.closest("form").addEventListener("submit", () => {
    status.textContent = status.dataset.whileLoading;
  });
  // Whoever goes back sees the page as it was left.
  addEventListener("pageshow", () => status?.replaceChildren());

  const all = document.querySelector("[data-tick-all]");
  if (!all) return;
  const ticks = [...document.querySelectorAll('input[name="chosen"]')];
  const said = document.querySelector("[data-ticked]");
  function tell() {
    const count = ticks.filter((tick) => tick.checked).length;
    all.checked = count === ticks.length;
    all.indeterminate = count > 0 && count < ticks.length;
    said.textContent = count ? `${count} ticked` : "";
  }
  all.hidden = false;
  all.addEventListener("change", () => {
    ticks.forEach((tick) => { tick.checked = all.checked; });
    tell();
  });
  ticks.forEach((tick) => tick.addEventListener("change", tell));
  // A browser that goes back keeps the ticks.
  tell();
})();
