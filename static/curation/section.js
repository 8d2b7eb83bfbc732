/* The section page: source lines and fields find each other, and nothing is lost.
   What rows.js, criteria.js, lines.js and keys.js share with it is `sectionPage`. */
(function start() {
  "use strict";
  // The page may be shown anew in place (renewal.js): then all of this starts again.
  const replaced = new AbortController();
  const { signal } = replaced;
  document.addEventListener("desk:replaced", () => { replaced.abort(); start(); }, { once: true });
  const desk = document.getElementById("desk");
  const form = document.getElementById("section-form");
  const spans = JSON.parse(document.getElementById("spans").textContent);
  const fieldOf = (path) => form.querySelector(`[data-path="${CSS.escape(path)}"]`);
  const partOf = (path) => path.replace(/\..*$/, "");

  // --- Source and fields ---

  /* The lines of a value; those of its whole part where the value itself has none. */
  function linesOf(path) {
    if (spans[path]) return spans[path];
    const part = partOf(path);
    if (part === path) return [];
    return Object.keys(spans).filter((p) => partOf(p) === part).flatMap((p) => spans[p]);
  }

  function mark(path) {
    markSpans(linesOf(path));
  }

  function markSpans(list) {
    document.querySelectorAll(".lines > .marked").forEach((line) => line.classList.remove("marked"));
    const marked = [];
    for (const [first, last] of list) {
      for (let n = first; n <= last; n += 1) {
        const line = document.getElementById(`L${n}`);
        if (line) { line.classList.add("marked"); marked.push(line); }
      }
    }
    if (marked.length) marked[0].scrollIntoView({ block: "center" });
  }

  function focusOn(path) {
    const field = fieldOf(path) || form.querySelector(`[data-path^="${CSS.escape(partOf(path))}."]`);
    const control = field && (field.matches("input, select, textarea, button") ? field : field.querySelector("input"));
    if (!control) return false;
    (control.closest(".cell, .field").querySelector(".chips + input") || control).focus({ preventScroll: true });
    control.scrollIntoView({ block: "center" });
    mark(path);
    return true;
  }

  /* To the field of a line, in whichever section it is. */
  function goTo(path) {
    if (focusOn(path)) return;
    const query = new URLSearchParams({ path });
    if (new URLSearchParams(location.search).has("source")) query.set("source", desk.dataset.source);
    location.assign(`${desk.dataset.goto}?${query}`);
  }

  form.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-path]");
    if (!field) return;
    form.elements.focus.value = field.dataset.path;
    mark(field.dataset.path);
  });

  // Findings ask for their lines and fields.
  document.addEventListener("desk:mark", (event) => markSpans(event.detail), { signal });
  document.addEventListener("desk:focus", (event) => { if (focusOn(event.detail)) event.preventDefault(); }, { signal });

  document.querySelector("[data-submit]")?.addEventListener("change", (event) => event.target.form.submit());

  // --- Texts: one line stays one line, and every text area shows its whole text ---

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-line]")) event.preventDefault();
  });
  if (!CSS.supports("field-sizing", "content")) {
    const fit = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
    form.querySelectorAll("textarea").forEach(fit);
    form.addEventListener("input", (event) => { if (event.target.matches("textarea")) fit(event.target); });
  }

  // --- Saving ---

  // A page that answers a form which could not be saved holds typing from the start.
  let dirty = false;
  let isSending = false;
  const submitStep = document.querySelector("[data-step-of-review=submit]");
  function say(text) {
    const status = document.getElementById("unsaved");
    if (status) status.textContent = text;
  }
  function changed() {
    dirty = true;
    say("Not saved yet");
    if (submitStep) submitStep.querySelector("button").textContent = "Save and submit";
  }
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    if (isSending) { event.preventDefault(); return; }  // Not twice.
    isSending = true;
    dirty = false;
    say("Saving …");
  });
  // The trial is submitted with what stands in the form, not without it.
  submitStep?.addEventListener("submit", (event) => {
    if (!dirty) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=_submit]"));
  });
  // The browser may show this very page again on "back".
  window.addEventListener("pageshow", () => { isSending = false; }, { signal });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); }, { signal });

  // --- The divider between the panes ---

  const divider = document.querySelector("[data-divider]");
  function widen(percent) {
    const width = Math.min(75, Math.max(15, percent));
    desk.style.setProperty("--source-width", `${width}%`);
    divider.setAttribute("aria-valuenow", Math.round(width));
    localStorage.setItem("source-width", width);
  }
  if (localStorage.getItem("source-width")) widen(Number(localStorage.getItem("source-width")));
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    divider.onpointermove = (move) => {
      const box = desk.getBoundingClientRect();
      widen(((move.clientX - box.left) / box.width) * 100);
    };
  });
  divider.addEventListener("pointerup", () => { divider.onpointermove = null; });
  divider.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (step) widen(Number(divider.getAttribute("aria-valuenow")) + step);
  });

  // --- Start ---

  if (form.dataset.unsaved !== undefined) changed();
  /* Open the source where the section's first value stands. */
  function openSource() {
    const lines = [...form.querySelectorAll("[data-path]")]
      .flatMap((field) => spans[field.dataset.path] ?? [])
      .map(([first]) => first);
    if (lines.length) document.getElementById(`L${Math.min(...lines)}`)?.scrollIntoView({ block: "start" });
  }
  // When the other scripts have drawn their part.
  document.addEventListener("DOMContentLoaded", () => {
    if (!(location.hash.length > 1 && focusOn(decodeURIComponent(location.hash.slice(1))))) openSource();
  });

  window.sectionPage = { form, linesOf, partOf, goTo, say, changed };
})();
