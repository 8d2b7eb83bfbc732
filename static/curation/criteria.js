/* Criteria: two lists in one, split and merged, and their numbers. */
(function start() {
  "use strict";
  // The page may be shown anew in place (renewal.js): then all of this starts again.
  document.addEventListener("desk:replaced", start, { once: true });
  const { form, rows } = window.sectionPage;
  const { rowsOf, input, isGone, insert, like, remove, act, acts, hasRoom, FULL } = rows;
  const parts = form.querySelector(".parts-criteria");
  if (!parts) return;
  const mayChange = Boolean(parts.querySelector(":scope > template"));
  const refuse = (said) => ({ said, isRefused: true });

  /* "3. Pregnancy" -> ["3", "Pregnancy"]: the marker that a list prints, and the rest. */
  function unmarked(text) {
    const [, number, rest] = text.trim().match(/^(?:(\d{1,3})\\?[.)]|[-*•·–]|[oO](?=\s{2}))\s+(\S.*)$/s) ?? [];
    return rest ? [number ?? "", rest] : ["", text.trim()];
  }

  // --- Two lists in one ---

  const nameOf = (row) => input(row, "type").selectedOptions[0]?.textContent ?? "";

  /* Head each run of criteria of one type with its name. */
  function regroup() {
    parts.querySelectorAll(".type-heading").forEach((heading) => heading.remove());
    let last = null;
    for (const row of rowsOf(parts)) {
      const type = input(row, "type");
      if (type.value !== last) row.before(headingOf(row));
      last = type.value;
      const button = row.querySelector('[data-act="swap"]');
      if (button) button.innerHTML = type.value === "INCLUSION" ? '→ Exc<span class="sr-only">lusion</span>' : '→ Inc<span class="sr-only">lusion</span>';
    }
  }

  function headingOf(row) {
    const heading = document.createElement("div");
    heading.className = "type-heading";
    const name = nameOf(row);
    heading.textContent = name === "—" ? "No type" : name;
    if (mayChange) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.renumber = input(row, "type").value;
      button.textContent = "Renumber";
      button.setAttribute("aria-label", `Renumber ${heading.textContent.toLowerCase()}`);
      heading.append(button);
    }
    return heading;
  }

  parts.addEventListener("desk:placed", regroup);
  form.addEventListener("change", (event) => {
    if (event.target.matches(".parts-criteria [name$='-type']")) regroup();
  });

  /* To the end of the other list, or right there where that list has no row here. */
  acts.swap = (_, row) => {
    const type = input(row, "type");
    type.value = type.value === "INCLUSION" ? "EXCLUSION" : "INCLUSION";
    const same = rowsOf(parts).filter((other) => other !== row && input(other, "type").value === type.value);
    if (same.length) same.at(-1).after(row);
    return { said: `Moved to ${nameOf(row).toLowerCase()}.` };
  };

  // --- Split and merge ---

  /* As if it had been typed, for all who listen. */
  function write(area, text) {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  acts.split = (_, row) => {
    const area = input(row, "text");
    const caret = area.selectionStart;
    const [before, after] = [area.value.slice(0, caret).trimEnd(), area.value.slice(caret).trimStart()];
    if (isGone(row) || !before || !after) return refuse("Put the caret where the text is to be split.");
    if (!hasRoom()) return FULL;
    const [label, text] = unmarked(after);
    write(area, before);
    const below = insert(parts, row, { ...like(row), label, text });
    input(below, "text").setSelectionRange(0, 0);
    return { said: "Split in two.", focus: input(below, "text") };
  };

  acts.merge = (_, row) => {
    const above = rowsOf(parts).filter((other) => other === row || !isGone(other));
    const upper = above[above.indexOf(row) - 1];
    if (isGone(row)) return refuse("It is deleted already.");
    if (!upper) return refuse("There is none above it on this page.");
    if (input(upper, "type").value !== input(row, "type").value) return refuse("The one above is of the other list.");
    const area = input(upper, "text");
    const [first, second] = [area.value.trimEnd(), input(row, "text").value.trimStart()];
    write(area, [first, second].filter(Boolean).join(" "));
    for (const name of ["label", "group"]) input(upper, name).value ||= input(row, name).value;
    remove(row);
    area.setSelectionRange(first.length, first.length);
    return { said: "Merged with the one above.", focus: area };
  };

  // --- Numbers ---

  /* Number one list from 1, each group and each list below a criterion for itself: the
     criteria that have a number; where none has, all. A list that began on a page
     before goes on from there. */
  function renumber(list) {
    const mine = rowsOf(parts).filter((row) => input(row, "type").value === list && !isGone(row));
    const isNumber = (row) => /^\d+$/.test(input(row, "label").value.trim());
    const some = mine.filter(isNumber);
    const numbered = some.length ? some : mine.filter((row) => !input(row, "label").value.trim());
    const [before, last] = JSON.parse(parts.dataset.lastNumbers ?? "{}")[list] ?? [null, 0];
    let group = before;
    let counts = [last];
    for (const row of numbered) {
      const level = Number(input(row, "level").value) || 0;
      if (group !== null && input(row, "group").value !== group) counts = [];
      group = input(row, "group").value;
      counts.length = Math.min(counts.length, level + 1);
      counts[level] = (counts[level] ?? 0) + 1;
      input(row, "label").value = counts[level];
    }
    const end = Number(parts.dataset.start) + rowsOf(parts).filter((row) => input(row, "key").value).length - 1;
    const more = end < Number(parts.dataset.count) ? " Those on the next page are not: go there for them." : "";
    const count = numbered.length === 1 ? "1 criterion" : `${numbered.length} criteria`;
    return { said: `${count} renumbered.${more}`, focus: null };
  }

  parts.addEventListener("click", (event) => {
    const button = event.target.closest("[data-renumber]");
    if (!button) return;
    const list = button.dataset.renumber;
    act(parts, () => renumber(list));
    parts.querySelector(`[data-renumber="${CSS.escape(list)}"]`).focus();
  });

  // --- New ones from lines of the source ---

  /* Criteria of a list from lines (number, text): each where its line stands among
     those of that list. */
  function fromLines(list, lines) {
    if (!hasRoom(lines.length)) { act(parts, () => FULL); return; }
    act(parts, () => {
      let row = null;
      for (const [number, line] of lines) {
        const [label, text] = unmarked(line);
        const same = rowsOf(parts).filter((other) => input(other, "type").value === list);
        const earlier = same.filter((other) => other === row || (Number(other.querySelector(".ln").textContent) || Infinity) < number);
        const after = earlier.at(-1) ?? null;
        row = insert(parts, after, { type: list, label, text });
        // Before the first of its list, where the source has it earlier.
        if (!after && same.length) same[0].before(row);
        row.querySelector(".ln").textContent = number;
      }
      const count = lines.length === 1 ? "A new criterion" : `${lines.length} new criteria`;
      return { said: `${count}: ${nameOf(row).toLowerCase()}.`, focus: input(row, "text") };
    });
  }

  regroup();
  window.sectionPage.criteria = { fromLines };
})();
