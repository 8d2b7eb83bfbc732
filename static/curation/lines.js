/* The lines of the source: walked by keys, chosen, and sent to a field. */
(function start() {
  "use strict";
  // The page may be shown anew in place (renewal.js): then all of this starts again.
  const replaced = new AbortController();
  const { signal } = replaced;
  document.addEventListener("desk:replaced", () => { replaced.abort(); start(); }, { once: true });
  const { form, linesOf, goTo, criteria, rows } = window.sectionPage;
  const box = document.querySelector(".lines-box");
  if (!box) return;
  const list = box.querySelector(".lines");
  const menu = box.querySelector(".line-menu");
  const more = box.querySelector(".line-more");
  const items = [...menu.querySelectorAll("button")];
  const item = (name) => items.find((button) => button.dataset.send === name);
  const numberOf = (line) => Number(line.id.slice(1));
  const textOf = (line) => line.querySelector("span").textContent;

  // --- The current line, and those chosen with it ---

  let current = list.querySelector(".unplaced") ?? list.firstElementChild;
  let chosen = [];
  let anchor = current;
  let part = "";  // What is selected within one line.
  if (!current) return;
  current.tabIndex = 0;

  function setCurrent(line) {
    current.tabIndex = -1;
    current = line;
    current.tabIndex = 0;
  }

  function setChosen(lines) {
    chosen.forEach((line) => line.removeAttribute("aria-selected"));
    chosen = lines;
    chosen.forEach((line) => line.setAttribute("aria-selected", "true"));
  }

  /* The lines from one to another, in the order of the page. */
  function between(one, other) {
    const [first, last] = [numberOf(one), numberOf(other)].sort((a, b) => a - b);
    return [...list.children].slice(first - 1, last);
  }

  function goToLine(line) {
    setCurrent(line);
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  }

  // --- The field that the focus was in last ---

  let lastField = null;
  form.addEventListener("focusin", (event) => {
    const isText = event.target.matches("textarea:enabled, input:enabled:is([type=text], [type=url], [type=email])");
    if (isText && !event.target.closest(".save-bar")) lastField = event.target;
  });
  const target = () => (lastField?.isConnected ? lastField : null);

  function nameOf(field) {
    const name = field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent.trim() ?? "field";
    const start = field.value.trim().slice(0, 24);
    return start ? `Append to “${name}: ${start}…”` : `Into “${name}”`;
  }

  // --- The menu ---

  /* What is sent: number and text of each line that says something. */
  function wanted() {
    const lines = chosen.length ? chosen : [current];
    if (part && lines.length === 1) return [[numberOf(lines[0]), part]];
    return lines.map((line) => [numberOf(line), textOf(line).trim()]).filter(([, text]) => text);
  }

  function below(element, line) {
    element.style.top = `${line.offsetTop + line.offsetHeight}px`;
  }

  function openMenu() {
    const lines = wanted();
    if (!lines.length) return;
    item("goto").hidden = !current.dataset.to || chosen.length > 1;
    const field = item("field");
    if (field) {
      field.disabled = !target();
      field.textContent = target() ? nameOf(target()) : "To a field: go to one first";
    }
    menu.hidden = false;
    more.setAttribute("aria-expanded", "true");
    below(menu, (chosen.length ? chosen : [current]).at(-1));
    menu.scrollIntoView({ block: "nearest" });
    items.find((button) => !button.hidden && !button.disabled).focus({ preventScroll: true });
  }

  function closeMenu() {
    menu.hidden = true;
    more.setAttribute("aria-expanded", "false");
  }

  const sends = {
    goto() { goTo(current.dataset.to); },
    field(lines) {
      const field = target();
      const isOneLine = !field.matches("textarea:not([data-line])") || field.closest(".parts-criteria");
      const joint = isOneLine ? " " : "\n";
      const text = lines.map(([, line]) => line).join(joint);
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
      // As typing, so that the browser's own undo takes it back.
      document.execCommand("insertText", false, (field.value.trim() ? joint : "") + text);
    },
    INCLUSION: (lines) => criteria.fromLines("INCLUSION", lines),
    EXCLUSION: (lines) => criteria.fromLines("EXCLUSION", lines),
    copy(lines) {
      const text = lines.map(([, line]) => line).join("\n");
      const area = document.createElement("textarea");
      area.value = text;
      box.append(area);
      area.select();
      document.execCommand("copy");  // The clipboard API is there with HTTPS alone.
      area.remove();
      rows.tell(lines.length === 1 ? "Line copied." : `${lines.length} lines copied.`);
      goToLine(current);
    },
  };

  menu.addEventListener("click", (event) => {
    const name = event.target.closest("[data-send]")?.dataset.send;
    if (!name) return;
    const lines = wanted();
    closeMenu();
    more.hidden = true;
    sends[name](lines);
    setChosen([]);
    part = "";
  });
  menu.addEventListener("keydown", (event) => {
    const shown = items.filter((button) => !button.hidden && !button.disabled);
    const index = shown.indexOf(document.activeElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) shown.at(to % shown.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") { closeMenu(); goToLine(current); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target) && event.target !== more) closeMenu();
  }, { signal });
  more.addEventListener("click", () => { if (menu.hidden) openMenu(); else closeMenu(); });

  // --- By mouse ---

  /* The button stands at the end of the line that is pointed at. */
  function offer(line) {
    more.hidden = false;
    more.style.top = `${line.offsetTop}px`;
  }

  list.addEventListener("pointerover", (event) => {
    const line = event.target.closest(".lines > div");
    if (!line || !menu.hidden || chosen.length || !textOf(line).trim()) return;
    offer(line);
    setCurrent(line);
  });

  // What is selected by the mouse or a finger is chosen, when the selection stands.
  document.addEventListener("pointerup", (event) => {
    if (!list.contains(event.target)) return;
    const selection = window.getSelection();
    if (selection.isCollapsed) { setChosen([]); part = ""; return; }
    const ends = [selection.anchorNode, selection.focusNode].map((node) => (node.nodeType === 1 ? node : node.parentElement).closest(".lines > div"));
    if (!ends.every((line) => line && list.contains(line))) return;
    part = ends[0] === ends[1] ? String(selection).trim() : "";
    setChosen(between(...ends));
    setCurrent(chosen.at(-1));
    offer(current);
  }, { signal });

  list.addEventListener("click", (event) => {
    const line = event.target.closest(".lines > div");
    if (!line || String(window.getSelection())) return;  // A selection is being made.
    setCurrent(line);
    if (line.dataset.to) goTo(line.dataset.to);
    else if (line.classList.contains("unplaced")) openMenu();
  });

  // --- By keys ---

  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const line = { ArrowDown: current.nextElementSibling, ArrowUp: current.previousElementSibling, Home: list.firstElementChild, End: list.lastElementChild }[event.key];
    if (line) {
      if (!chosen.length) anchor = current;
      goToLine(line);
      part = "";
      setChosen(event.shiftKey ? between(anchor, line) : []);
    } else if (event.key === "Enter" && current.dataset.to && chosen.length < 2) goTo(current.dataset.to);
    else if (event.key === "Enter" || event.key === " ") openMenu();
    else if (event.key === "Escape") setChosen([]);
    else return;
    event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.code === "KeyL" && list.contains(document.activeElement)) (target() ?? form.querySelector("textarea, input:not([type=hidden])"))?.focus();
    else if (event.code === "KeyL") {
      const path = document.activeElement?.closest("[data-path]")?.dataset.path;
      const first = path && linesOf(path)[0]?.[0];
      goToLine((first && document.getElementById(`L${first}`)) || current);
    } else if (event.code === "KeyU") nextUnplaced();
    else return;
    event.preventDefault();
  }, { signal });

  let lastUnplaced = 0;
  function nextUnplaced() {
    const all = [...list.querySelectorAll(".unplaced")];
    const next = all.find((line) => numberOf(line) > lastUnplaced) ?? all[0];
    if (!next) { rows.tell("Every line of the source is placed."); return; }
    lastUnplaced = numberOf(next);
    setChosen([]);
    goToLine(next);
    next.scrollIntoView({ block: "center" });
  }
  document.querySelector("[data-next-unplaced]")?.addEventListener("click", nextUnplaced);
})();
