/* The export page: what it will hold is told anew with each choice, and ticks in bulk. */
(() => {
  "use strict";
  const form = document.getElementById("export");
  const held = document.getElementById("held");
  let asked = null;
  let soon = 0;

  async function count() {
    asked?.abort();
    asked = new AbortController();
    const data = new FormData(form);
    data.set("count", "1");
    held.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(location.href, { method: "POST", body: data, signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const told = page.getElementById("held");
      // Without it, the session is over or the filter is gone: what is shown stays.
      if (answer.ok && told) held.replaceChildren(...told.childNodes);
    } catch (error) {
      if (error.name === "AbortError") return;
      throw error;
    }
    held.removeAttribute("aria-busy");
  }

  // Whoever ticks ten columns in a row is told once.
  function countSoon() {
    clearTimeout(soon);
    soon = setTimeout(count, 300);
  }

  const boxes = (root, selector) => [...root.querySelectorAll(selector)];

  // A table's tick is that of all its columns; a column's takes its table with it.
  form.addEventListener("change", ({ target }) => {
    const group = target.closest(".export-tables");
    if (target.dataset.table) {
      boxes(group, `[data-of="${target.dataset.table}"]`).forEach((box) => { box.checked = target.checked; });
    } else if (target.dataset.of && target.checked) {
      boxes(group, `[data-table="${target.dataset.of}"]`).forEach((box) => { box.checked = true; });
    }
    if (!["name", "is_shared"].includes(target.name)) countSoon();
  });

  boxes(form, "[data-tick-buttons]").forEach((line) => { line.hidden = false; });
  boxes(form, "[data-tick]").forEach((button) => button.addEventListener("click", () => {
    const all = button.dataset.tick === "all";
    boxes(button.closest(".export-tables"), "input").forEach((box) => { box.checked = all; });
    countSoon();
  }));
})();
