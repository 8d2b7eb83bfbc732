/* The review on a trial's page: boxes that open from the head, and the comments. */
(() => {
  "use strict";

  // --- A box that asks for a note: one at a time, gone with Escape or a click beside it ---

  // The head may be shown anew in place, so that the document listens and not the boxes.
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches("details.pop") && target.open) target.querySelector("textarea").focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    const pop = event.target.closest("details.pop");
    if (!pop || event.key !== "Escape") return;
    pop.open = false;
    pop.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.pop").forEach((pop) => { if (!pop.contains(event.target)) pop.open = false; });
  });

  // --- The panel of comments ---

  const panel = document.getElementById("comments");
  if (!panel) return;
  const toggle = () => document.getElementById("comments-toggle");
  const box = () => document.getElementById("say-box");
  const talk = () => panel.querySelector(".talk");

  function show(isOpen) {
    panel.hidden = !isOpen;
    toggle().setAttribute("aria-expanded", isOpen);
  }
  function keep(isOpen) {
    show(isOpen);
    localStorage.setItem("comments-open", isOpen);
  }
  document.addEventListener("click", (event) => { if (event.target.closest("#comments-toggle")) keep(panel.hidden); });
  document.addEventListener("desk:replaced", () => show(!panel.hidden));
  // Until somebody chooses, it is open where there is something to read, and room.
  const hasRoom = window.matchMedia("(min-width: 1281px)").matches;
  const chosen = localStorage.getItem("comments-open");
  show(chosen ? chosen === "true" : hasRoom && talk().dataset.count !== "0");

  /* Let the box be about a place: its path, and what to call it. */
  function about(path, name) {
    box().elements.path.value = path;
    box().querySelector("[data-about]").textContent = name;
    box().querySelector("[data-whole]").hidden = !path;
  }

  const placeOf = (button) => button.title.replace(/^.*?omment on /, "");

  /* Open the panel at a place: at what was said of it, with the box ready to say more. */
  function open(button) {
    keep(true);
    const path = button.dataset.comment;
    const thread = talk().querySelector(`.thread:not(.off)[data-place="${CSS.escape(path)}"]`);
    if (box()) {
      about(path, placeOf(button));
      box().elements.text.focus({ preventScroll: Boolean(thread) });
    }
    (thread ?? box()).scrollIntoView({ block: "nearest" });
    talk().querySelectorAll(".thread.shown").forEach((other) => other.classList.remove("shown"));
    thread?.classList.add("shown");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-comment]");
    if (button) open(button);
  });

  // From inside a field, as the history of it opens with Alt H.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyC") return;
    const near = document.activeElement?.closest(".cell, .field") ?? document.activeElement?.closest("tr, .row");
    const button = near?.querySelector("[data-comment]");
    if (!button) return;
    event.preventDefault();
    open(button);
  });

  /* Show a panel that the server sent: its number in the head, its marks at the fields. */
  function renew(html) {
    panel.innerHTML = html;
    arm();
    document.querySelector("[data-open-comments]").textContent = talk().dataset.count;
    const open = new Set(talk().dataset.commented.split(" "));
    document.querySelectorAll("[data-comment]").forEach((button) => {
      const isOpen = open.has(button.dataset.comment);
      button.classList.toggle("open", isOpen);
      button.title = `${isOpen ? "Open comment" : "Comment"} on ${placeOf(button)}`;
      button.tabIndex = isOpen ? 0 : -1;
    });
  }

  /* What works with this script alone. */
  function arm() {
    panel.querySelectorAll("[data-mention]").forEach((menu) => { menu.hidden = false; });
  }

  // Sent from here, so that what stands unsaved in the form beside it stays.
  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter ?? form.querySelector("button:not([type])");
    const error = form.querySelector("[role=alert]");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
      const text = await answer.text();
      if (answer.ok && !answer.redirected) { renew(text); toggle().focus(); return; }
      const isSentence = answer.headers.get("Content-Type")?.startsWith("text/plain");
      error.textContent = isSentence ? text : "It was not saved: reload the page in another window and log in, then send it again.";
    } catch {
      error.textContent = "It was not saved: the desk does not answer. Send it again in a moment.";
    }
    error.hidden = false;
    button.disabled = false;
  });

  panel.addEventListener("click", (event) => {
    if (event.target.matches("[data-whole]")) { about("", "the whole trial"); box().elements.text.focus(); }
    const link = event.target.closest("[data-path-link]");
    if (!link) return;
    const asked = new CustomEvent("desk:focus", { detail: link.dataset.pathLink, cancelable: true });
    if (!document.dispatchEvent(asked)) event.preventDefault();
  });

  panel.addEventListener("change", (event) => {
    const menu = event.target.closest("[data-mention]");
    if (!menu?.value) return;
    const area = menu.form.elements.text;
    const before = area.value.slice(0, area.selectionStart);
    const space = before && !/\s$/.test(before) ? " " : "";
    area.setRangeText(`${space}@${menu.value} `, area.selectionStart, area.selectionEnd, "end");
    menu.value = "";
    area.focus();
  });

  // Ctrl Enter sends, as Ctrl S saves the form.
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) event.target.form.requestSubmit();
  });

  window.addEventListener("beforeunload", (event) => {
    if ([...panel.querySelectorAll("textarea")].some((area) => area.value.trim())) event.preventDefault();
  });

  arm();
  const wanted = location.hash.startsWith("#comment-") && document.getElementById(location.hash.slice(1));
  if (wanted) { show(true); wanted.focus(); }
})();
