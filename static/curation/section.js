/* The section page: source lines and fields find each other, rows move, nothing is lost. */
(function start() {
  "use strict";
  // The page may be shown anew in place (renewal.js): then all of this starts again.
  const replaced = new AbortController();
  const { signal } = replaced;
  document.addEventListener("desk:replaced", () => { replaced.abort(); start(); }, { once: true });
  const desk = document.getElementById("desk");
  const form = document.getElementById("section-form");
  const spans = JSON.parse(document.getElementById("spans").textContent);
  const choices = JSON.parse(document.getElementById("choices").textContent);
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

  form.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-path]");
    if (!field) return;
    form.elements.focus.value = field.dataset.path;
    mark(field.dataset.path);
  });

  document.querySelector(".lines")?.addEventListener("click", (event) => {
    const line = event.target.closest("[data-to]");
    if (!line || String(window.getSelection())) return;  // A selection is being made.
    if (focusOn(line.dataset.to)) return;
    const query = new URLSearchParams({ path: line.dataset.to });
    if (new URLSearchParams(location.search).has("source")) query.set("source", desk.dataset.source);
    location.assign(`${desk.dataset.goto}?${query}`);
  });

  // Findings ask for their lines and fields.
  document.addEventListener("desk:mark", (event) => markSpans(event.detail), { signal });
  document.addEventListener("desk:focus", (event) => { if (focusOn(event.detail)) event.preventDefault(); }, { signal });

  document.querySelector("[data-submit]")?.addEventListener("change", (event) => event.target.form.submit());

  // --- Rows ---

  const rowsOf = (parts) => [...parts.querySelectorAll(":scope > .rows > [data-row]")];
  const input = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const isGone = (row) => Boolean(input(row, "DELETE")?.checked);

  /* Give the rows of this page the places that follow from their order. */
  function renumber(parts) {
    const rows = rowsOf(parts).filter((row) => !isGone(row));
    const places = rows.map((row) => Number(input(row, "position").defaultValue)).filter(Boolean);
    const start = places.length ? Math.min(...places, Number(parts.dataset.start) || Infinity) : Number(parts.dataset.start) || 1;
    parts.dataset.start = start;
    rows.forEach((row, index) => {
      const place = input(row, "position");
      place.value = start + index;
      row.classList.toggle("moved", place.value !== place.defaultValue);
    });
    regroup(parts);
  }

  /* Head each run of criteria of one type with its name. */
  function regroup(parts) {
    if (parts.dataset.collection !== "criteria") return;
    parts.querySelectorAll(".type-heading").forEach((heading) => heading.remove());
    let last = null;
    for (const row of rowsOf(parts)) {
      const type = input(row, "type");
      const name = type.selectedOptions[0]?.textContent ?? "";
      if (name !== last) {
        const heading = document.createElement("div");
        heading.className = "type-heading";
        heading.textContent = name === "—" ? "No type" : name;
        row.before(heading);
        last = name;
      }
      const button = row.querySelector('[data-act="swap"]');
      if (button) button.textContent = type.value === "INCLUSION" ? "→ Exc" : "→ Inc";
    }
  }

  /* The server takes 1,000 fields a form, and a row has up to nine. */
  const MOST_ROWS = 100;

  function add(parts) {
    if (form.querySelectorAll("[data-row]").length >= MOST_ROWS) {
      say("Please save before you add more rows.");
      return;
    }
    const total = form.elements[`${parts.dataset.collection}-TOTAL_FORMS`];
    const html = parts.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    total.value = Number(total.value) + 1;
    const rows = parts.querySelector(".rows");
    rows.querySelector(".none")?.remove();
    rows.insertAdjacentHTML("beforeend", html);
    const row = rowsOf(parts).at(-1);
    const before = rowsOf(parts).at(-2);
    if (before && input(row, "type")) input(row, "type").value = input(before, "type").value;
    row.querySelectorAll("[data-choose]").forEach(choose);
    renumber(parts);
    row.querySelector("textarea, input:not([type=hidden])").focus();
    changed();
  }

  /* To the end of the other list, or right there where that list has no row here. */
  function swap(parts, row) {
    const type = input(row, "type");
    type.value = type.value === "INCLUSION" ? "EXCLUSION" : "INCLUSION";
    const same = rowsOf(parts).filter((other) => other !== row && input(other, "type").value === type.value);
    if (same.length) same.at(-1).after(row);
  }

  const acts = {
    up(parts, row) {
      const rows = rowsOf(parts);
      rows[rows.indexOf(row) - 1]?.before(row);
    },
    down(parts, row) {
      const rows = rowsOf(parts);
      rows[rows.indexOf(row) + 1]?.after(row);
    },
    swap,
    delete(parts, row) {
      const box = input(row, "DELETE");
      box.checked = !box.checked;
      row.classList.toggle("gone", box.checked);
    },
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act], [data-add]");
    if (!button) return;
    const parts = button.closest(".parts");
    if (button.dataset.add !== undefined) { add(parts); return; }
    acts[button.dataset.act](parts, button.closest("[data-row]"));
    renumber(parts);
    changed();
    button.focus();
    button.scrollIntoView({ block: "nearest" });
  });

  form.addEventListener("change", (event) => {
    if (event.target.matches(".parts-criteria [name$='-type']")) regroup(event.target.closest(".parts"));
  });

  // --- Links between parts: keys in the input, names on the buttons ---

  function choose(control) {
    const all = new Map(choices[control.dataset.choose] ?? []);
    const single = control.dataset.choose === "locations";
    const chips = document.createElement("div");
    chips.className = "chips";
    const menu = document.createElement("select");
    menu.setAttribute("aria-label", `Add to ${control.getAttribute("aria-label") ?? "list"}`);
    control.before(chips);
    control.after(menu);
    control.type = "hidden";
    menu.dataset.path = control.dataset.path ?? "";
    const keys = () => control.value.split(/\s+/).filter(Boolean);
    const draw = () => {
      chips.replaceChildren(...keys().map((key) => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.title = "Remove";
        chip.textContent = `${all.get(key) ?? key} ×`;
        chip.disabled = control.disabled;
        chip.addEventListener("click", () => set(keys().filter((k) => k !== key)));
        return chip;
      }));
    };
    const set = (list) => { control.value = list.join(" "); draw(); changed(); };
    // Filled only when it is opened: there may be hundreds of rows times hundreds of names.
    const fill = () => {
      if (menu.options.length > 1) return;
      for (const [key, name] of all) menu.add(new Option(name, key));
    };
    menu.add(new Option(single ? "set location…" : "add…", ""));
    menu.disabled = control.disabled;
    menu.addEventListener("focus", fill);
    menu.addEventListener("pointerdown", fill);
    menu.addEventListener("change", (event) => {
      event.stopPropagation();
      if (menu.value) set(single ? [menu.value] : [...new Set([...keys(), menu.value])]);
      menu.value = "";
    });
    draw();
  }

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
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.querySelector("[name=_save]")?.click();
    }
  }, { signal });

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
  form.querySelectorAll("[data-choose]").forEach(choose);
  form.querySelectorAll(".parts").forEach((parts) => {
    for (const row of rowsOf(parts)) {
      row.classList.toggle("gone", isGone(row));
      const path = row.querySelector("[data-path]")?.dataset.path;
      const first = path ? Math.min(...linesOf(partOf(path) + ".").map(([line]) => line)) : Infinity;
      if (Number.isFinite(first)) row.querySelector(".ln").textContent = first;
    }
    regroup(parts);
  });
  /* Open the source where the section's first value stands. */
  function openSource() {
    const lines = [...form.querySelectorAll("[data-path]")]
      .flatMap((field) => spans[field.dataset.path] ?? [])
      .map(([first]) => first);
    if (lines.length) document.getElementById(`L${Math.min(...lines)}`)?.scrollIntoView({ block: "start" });
  }
  if (!(location.hash.length > 1 && focusOn(decodeURIComponent(location.hash.slice(1))))) openSource();
})();
