/* The rows of lists: moved, added, deleted, and the last act undone. What criteria.js
   and lines.js do with rows goes through `sectionPage.rows`. */
(function start() {
  "use strict";
  // The page may be shown anew in place (renewal.js): then all of this starts again.
  document.addEventListener("desk:replaced", start, { once: true });
  const { form, linesOf, partOf, changed } = window.sectionPage;
  const choices = JSON.parse(document.getElementById("choices").textContent);
  const done = document.getElementById("done");
  const undoButton = form.querySelector("[data-undo]");

  const rowsOf = (parts) => [...parts.querySelectorAll(":scope > .rows > [data-row]")];
  const input = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const isGone = (row) => Boolean(input(row, "DELETE")?.checked);
  const isNew = (row) => !input(row, "key").value;
  const firstField = (row) => row.querySelector("[name$='-text']") ?? row.querySelector("textarea, input:not([type=hidden])");
  const tell = (text) => { if (done) done.textContent = text; };

  // --- Places ---

  /* Give the rows of this page the places that follow from their order. A row that
     goes over the edge of the page keeps the place that it goes to. */
  function place(parts) {
    const start = Number(parts.dataset.start);
    const away = rowsOf(parts).find((row) => row.dataset.away);
    const first = start + (away && Number(away.dataset.away) < start ? 1 : 0);
    rowsOf(parts).filter((row) => !isGone(row) && row !== away).forEach((row, index) => {
      input(row, "position").value = first + index;
    });
    if (away) input(away, "position").value = away.dataset.away;
    show(parts);
  }

  /* The rows that were moved: the fewest without which the others stand in their old
     order. Of two that changed places it is the one that somebody took. */
  function movedRows(parts) {
    const rows = rowsOf(parts).filter((row) => !isNew(row) && !isGone(row));
    const stayed = rows.filter((row) => !row.dataset.away);
    const was = stayed.map((row) => Number(input(row, "position").defaultValue));
    // For each row the best rising run that ends with it: its weight, and who is before.
    const best = [];
    stayed.forEach((row, index) => {
      const own = row.dataset.taken ? 1 : 1 + 1 / (rows.length + 1);
      best.push({ weight: own, before: -1 });
      for (let i = 0; i < index; i += 1) {
        const weight = best[i].weight + own;
        if (was[i] < was[index] && weight > best[index].weight) best[index] = { weight, before: i };
      }
    });
    let last = best.reduce((most, { weight }, index) => (most < 0 || weight > best[most].weight ? index : most), -1);
    const inPlace = new Set();
    for (; last >= 0; last = best[last].before) inPlace.add(stayed[last]);
    return new Set(rows.filter((row) => !inPlace.has(row)));
  }

  function mark(parts) {
    const others = movedRows(parts);
    for (const row of rowsOf(parts)) {
      row.classList.toggle("moved", isNew(row) || others.has(row));
      row.classList.toggle("gone", isGone(row));
    }
  }

  function show(parts) {
    mark(parts);
    parts.dispatchEvent(new CustomEvent("desk:placed", { bubbles: true }));
  }

  /* Move a row by one, over the edge of the page too; what there is to say of it. */
  function step(parts, row, by) {
    const rows = rowsOf(parts);
    const index = rows.indexOf(row);
    if (row.dataset.away) {
      delete row.dataset.away;
      return "Stays on this page.";
    }
    const other = rows[index + by];
    if (other && !other.dataset.away) {
      if (by < 0) other.before(row);
      else other.after(row);
      return by < 0 ? "Moved up." : "Moved down.";
    }
    if (other) return null;
    const start = Number(parts.dataset.start);
    const saved = rows.filter((r) => !isNew(r)).length;
    const beyond = by < 0 ? start - 1 : start + rows.filter((r) => !isGone(r)).length;
    const hasPage = by < 0 ? start > 1 : start + saved - 1 < Number(parts.dataset.count);
    if (!hasPage || isNew(row) || rows.some((r) => r.dataset.away)) return null;
    row.dataset.away = beyond;
    return `Goes to the page ${by < 0 ? "before" : "after"} this one when it is saved.`;
  }

  // --- Undo: the rows as they stood, and the values that the act changed ---

  let undo = null;
  const controlsOf = (parts) => rowsOf(parts).flatMap((row) => [...row.querySelectorAll("[name]")]);
  const valueOf = (control) => (control.type === "checkbox" ? control.checked : control.value);

  function offerUndo(way) {
    undo = way;
    undoButton.hidden = !way;
  }

  /* Do an act on rows that can be undone: `work` says what was done, or what stands
     against it (`isRefused`), and may name the control that is to have the focus. */
  function act(parts, work) {
    const rows = rowsOf(parts);
    const before = new Map(controlsOf(parts).map((control) => [control, valueOf(control)]));
    const away = new Map(rows.map((row) => [row, row.dataset.away]));
    const focused = document.activeElement;
    const { said, focus = focused, isRefused } = work();
    if (isRefused) { tell(said); return; }
    place(parts);
    const touched = [...before].filter(([control, value]) => valueOf(control) !== value);
    offerUndo({ parts, rows, touched, away, focused, added: rowsOf(parts).filter((row) => !rows.includes(row)) });
    count(parts);
    changed();
    tell(said);
    focus?.focus();
    focus?.scrollIntoView({ block: "nearest" });
    // After the others know that something changed: they may keep the form.
    form.dispatchEvent(new Event("desk:changed"));
  }

  function takeBack() {
    if (!undo) return;
    const { parts, rows, touched, away, focused } = undo;
    offerUndo(null);
    rowsOf(parts).filter((row) => !rows.includes(row)).forEach((row) => row.remove());
    parts.querySelector(":scope > .rows").append(...rows);
    for (const row of rows) {
      if (away.get(row)) row.dataset.away = away.get(row);
      else delete row.dataset.away;
    }
    for (const [control, value] of touched) {
      if (control.type === "checkbox") control.checked = value;
      else control.value = value;
    }
    show(parts);
    count(parts);
    tell("Undone.");
    (form.contains(focused) ? focused : firstField(rows[0] ?? parts))?.focus();
    form.dispatchEvent(new Event("desk:changed"));
  }

  // Typing goes on from what the act made: taking it back would lose the typing.
  form.addEventListener("input", (event) => {
    if (!undo) return;
    const isOfIt = undo.touched.some(([control]) => control === event.target)
      || undo.added.some((row) => row.contains(event.target));
    if (isOfIt) { offerUndo(null); tell(""); }
  });
  undoButton?.addEventListener("click", takeBack);

  // --- Adding and deleting ---

  /* The server takes 1,000 fields a form, and a row has up to nine. */
  const MOST_ROWS = 100;
  const hasRoom = (more = 1) => form.querySelectorAll("[data-row]").length + more <= MOST_ROWS;
  const FULL = { said: "Please save before you add more rows.", isRefused: true };
  const numbersOf = (parts) => rowsOf(parts).map((row) => Number(input(row, "key").name.match(/-(\d+)-key$/)[1]));

  /* Tell the server how many forms there are: one more than the highest number. */
  function count(parts) {
    form.elements[`${parts.dataset.collection}-TOTAL_FORMS`].value = Math.max(-1, ...numbersOf(parts)) + 1;
  }

  /* A new row: after `after`, or at the end. Values as name -> text. */
  function insert(parts, after, values = {}) {
    const used = new Set(numbersOf(parts));
    let number = 0;
    while (used.has(number)) number += 1;
    const box = document.createElement("div");
    box.innerHTML = parts.querySelector(":scope > template").innerHTML.replaceAll("__prefix__", number);
    const row = box.querySelector("[data-row]");
    parts.querySelector(":scope > .rows > .none")?.remove();
    if (after) after.after(row);
    else parts.querySelector(":scope > .rows").append(row);
    for (const [name, value] of Object.entries(values)) {
      if (input(row, name)) input(row, name).value = value;
    }
    row.querySelectorAll("[data-choose]").forEach(choose);
    return row;
  }

  /* What a row below another starts with. */
  function like(row) {
    const names = row ? ["type", "level", "group"].filter((name) => input(row, name)) : [];
    return Object.fromEntries(names.map((name) => [name, input(row, name).value]));
  }

  function add(parts, after) {
    if (!hasRoom()) return FULL;
    const row = insert(parts, after, like(after ?? rowsOf(parts).at(-1)));
    return { said: `A new ${parts.dataset.noun}.`, focus: firstField(row) };
  }

  /* A row that was never saved is gone; the others are marked until they are saved. */
  function remove(row) {
    if (isNew(row)) row.remove();
    else input(row, "DELETE").checked = true;
  }

  const acts = {
    up: (parts, row) => moved(step(parts, row, -1), "It is the first."),
    down: (parts, row) => moved(step(parts, row, 1), "It is the last."),
    below: (parts, row) => add(parts, row),
    delete(parts, row) {
      if (isGone(row)) {
        input(row, "DELETE").checked = false;
        return { said: "Kept after all." };
      }
      const rows = rowsOf(parts).filter((r) => r === row || !isGone(r));
      const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
      const wasNew = isNew(row);
      remove(row);
      if (wasNew) return { said: "The new row is gone.", focus: next ? firstField(next) : parts.querySelector("[data-add]") };
      return { said: "Deleted when it is saved." };
    },
  };

  const moved = (said, otherwise) => (said ? { said } : { said: otherwise, isRefused: true });
  function run(name, parts, row) {
    if (!acts[name]) return;
    if (["up", "down", "swap"].includes(name)) row.dataset.taken = "yes";
    act(parts, () => acts[name](parts, row));
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act], [data-add]");
    if (!button) return;
    const parts = button.closest(".parts");
    if (button.dataset.add !== undefined) { act(parts, () => add(parts, null)); return; }
    if (document.activeElement !== button) button.focus();
    run(button.dataset.act, parts, button.closest("[data-row]"));
  });

  const KEYS = {
    ArrowUp: "up", ArrowDown: "down", KeyX: "swap", Enter: "split", NumpadEnter: "split",
    Backspace: "merge", Insert: "below", Delete: "delete",
  };
  form.addEventListener("keydown", (event) => {
    const bar = event.target.closest("[role=toolbar]");
    if (bar && ["ArrowLeft", "ArrowRight"].includes(event.key) && !event.altKey) {
      const buttons = [...bar.querySelectorAll("button")];
      const by = event.key === "ArrowRight" ? 1 : -1;
      buttons.at((buttons.indexOf(event.target) + by) % buttons.length).focus();
      event.preventDefault();
      return;
    }
    const name = KEYS[event.code];
    const row = event.target.closest("[data-row]");
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !name || !row) return;
    // Alt and an arrow open a menu.
    if (event.target.matches("select") && event.code.startsWith("Arrow")) return;
    const parts = row.closest(".parts");
    if (!parts.querySelector(":scope > template")) return;  // For reading only.
    event.preventDefault();
    run(name, parts, row);
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

  // --- Start ---

  form.querySelectorAll("[data-choose]").forEach(choose);
  form.querySelectorAll(".parts").forEach(mark);
  form.querySelectorAll("[data-row]").forEach((row) => {
    const path = row.querySelector("[data-path]")?.dataset.path;
    const first = path ? Math.min(...linesOf(`${partOf(path)}.`).map(([line]) => line)) : Infinity;
    if (Number.isFinite(first)) row.querySelector(".ln").textContent = first;
  });

  window.sectionPage.rows = { rowsOf, input, isGone, insert, like, remove, act, acts, hasRoom, FULL, tell, takeBack };
})();
