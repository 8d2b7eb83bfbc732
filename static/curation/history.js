/* The small history of a field: fetched when asked for, shown beside it, gone with Escape. */
(() => {
  "use strict";
  const dialog = document.getElementById("past");
  const body = dialog.querySelector("[data-body]");

  /* Under the field, or above it where the window ends. */
  function place(link) {
    const field = (link.closest(".cell, .field") ?? link).getBoundingClientRect();
    const { width, height } = dialog.getBoundingClientRect();
    const below = field.bottom + 4;
    const top = below + height > window.innerHeight ? Math.max(8, field.top - height - 4) : below;
    dialog.style.top = `${top}px`;
    dialog.style.left = `${Math.max(8, Math.min(field.left, window.innerWidth - width - 8))}px`;
  }

  async function show(link) {
    const response = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
    // A login page, or an error: let the browser show it.
    if (!response.ok || response.redirected) { location.assign(link.href); return; }
    body.innerHTML = await response.text();
    dialog.showModal();  // Escape closes it, and the focus goes back to where it was.
    place(link);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.past");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });

  // From inside a field, without a way past two hundred links by Tab.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyH" || dialog.open) return;
    const link = document.activeElement?.closest(".cell, .field")?.querySelector("a.past");
    if (!link) return;
    event.preventDefault();
    show(link);
  });

  // A click beside the dialog closes it.
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
})();
