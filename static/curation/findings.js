/* The strip of findings: one at a time, with its lines marked in the source. */
(() => {
  "use strict";
  const strip = document.getElementById("findings");
  const open = strip?.querySelector(".open");
  if (!open) return;
  const items = [...open.querySelectorAll(".finding")];
  const kept = `finding:${location.pathname.replace(/section.*/, "")}`;
  let current = 0;

  function show(index, isAsked) {
    current = (index + items.length) % items.length;
    items.forEach((item, i) => { item.hidden = i !== current; });
    sessionStorage.setItem(kept, current);
    if (isAsked) {
      document.dispatchEvent(new CustomEvent("desk:mark", { detail: JSON.parse(items[current].dataset.lines) }));
    }
  }

  strip.classList.add("one");
  const steps = strip.querySelector(".steps");
  steps.hidden = items.length < 2;
  steps.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) show(current + Number(button.dataset.step), true);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") show(current + (key === "j" ? 1 : -1), true);
    else if (key === "a") items[current].querySelector(".acts button.primary")?.click();
    else return;
    event.preventDefault();
  });
  // The field is on this page, or the link leads to it.
  strip.addEventListener("click", (event) => {
    const link = event.target.closest("[data-path-link]");
    if (!link) return;
    const asked = new CustomEvent("desk:focus", { detail: link.dataset.pathLink, cancelable: true });
    if (!document.dispatchEvent(asked)) event.preventDefault();
  });

  // What keeps the trial from being submitted. Where its field is in another section,
  // that section's page begins with it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-finding]");
    if (!link) return;
    const index = items.findIndex((item) => item.id === link.dataset.finding);
    const path = items[index].querySelector("[data-path-link]").dataset.pathLink;
    show(index, true);
    if (!document.dispatchEvent(new CustomEvent("desk:focus", { detail: path, cancelable: true }))) event.preventDefault();
    else sessionStorage.setItem(kept, 0);
  });

  // A fixed finding is gone from the list: what follows it now has its place.
  show(Math.min(Number(sessionStorage.getItem(kept)) || 0, items.length - 1), false);
})();
