/* The strip of findings: one at a time, with its lines marked in the source; fixed, waived
   and undone from here, so that the page and what is typed in it stay. */
(() => {
  "use strict";
  const kept = `finding:${location.pathname.replace(/section.*/, "")}`;
  const note = document.getElementById("act-note");
  const problem = document.getElementById("act-error");
  let items = [];
  let current = 0;

  const at = (index) => (index + items.length) % items.length;

  function show(index, isAsked) {
    if (!items.length) return;
    current = at(index);
    items.forEach((item, i) => { item.hidden = i !== current; });
    sessionStorage.setItem(kept, current);
    // Those beside it too, so that a step finds them there.
    [current, at(current + 1), at(current - 1)].forEach((near) => preview(items[near]));
    if (isAsked) {
      document.dispatchEvent(new CustomEvent("desk:mark", { detail: JSON.parse(items[current].dataset.lines) }));
    }
  }

  /* What the fix changes: the page came with that of the first findings only. */
  async function preview(item) {
    const link = item.querySelector(".preview");
    if (!link || link.dataset.asked) return;
    link.dataset.asked = "yes";
    try {
      const answer = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) return;  // The link stays, and leads there.
      link.outerHTML = await answer.text();
    } catch {
      delete link.dataset.asked;  // The desk does not answer: asked again when it is shown.
    }
  }

  /* A fixed finding is gone from the list: what follows it now has its place. */
  function start() {
    const strip = document.getElementById("findings");
    items = [...strip.querySelectorAll(".open .finding")];
    if (!items.length) return;
    strip.classList.add("one");
    strip.querySelector(".steps").hidden = items.length < 2;
    show(Math.min(Number(sessionStorage.getItem(kept)) || 0, items.length - 1), false);
  }

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") show(current + (key === "j" ? 1 : -1), true);
    else if (key === "a" && !event.repeat) items[current]?.querySelector(".acts button.primary")?.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const step = event.target.closest("#findings [data-step]");
    if (step) show(current + Number(step.dataset.step), true);
    // The field is on this page, or the link leads to it.
    const link = event.target.closest("#findings [data-path-link]");
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

  // --- Fix, waive, open again, undo ---

  let isBusy = false;

  function button(label, name, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    if (name) made.setAttribute("aria-label", name);
    made.addEventListener("click", act);
    return made;
  }

  function say(message, undo) {
    problem.replaceChildren();
    note.replaceChildren(`${message} `);
    if (undo) note.append(button("Undo", "", () => send(undo.url, new URLSearchParams(undo.fields))));
    note.append(button("×", "Dismiss", () => note.replaceChildren()));
  }

  function complain(message) {
    problem.replaceChildren(`${message} `, button("×", "Dismiss", () => problem.replaceChildren()));
  }

  /* The answer to an act; null where there is none, and then it is said why. */
  async function post(url, body) {
    let answer;
    try {
      await Renewal.servedNow();
      answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": Renewal.token() } });
    } catch (error) {
      const why = error instanceof TypeError ? "The desk does not answer." : error.message;
      complain(`${why} Nothing was changed, and what you typed is still here.`);
      return null;
    }
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
      const told = await answer.json();
      if (answer.ok) return told;
      complain(told.message);
    } else if (answer.redirected) {
      complain("You are no longer logged in. Log in in another window, then try again: what you typed is still here.");
    } else {
      complain(`The desk refused it (${answer.status}). Nothing was changed, and what you typed is still here.`);
    }
    return null;
  }

  const list = (values) => values.join("; ");

  async function send(url, body) {
    if (isBusy) return;
    isBusy = true;
    const told = await post(url, body);
    if (told) {
      try {
        const fresh = await Renewal.fetchPage();
        const { clashes, lost } = Renewal.swap(fresh, Renewal.typed());
        const message = [told.message];
        if (clashes.length) message.push(`Your typing was kept where the record changed too: ${list(clashes)}.`);
        if (lost.length) message.push(`This page has no place any more for what you typed: ${list(lost)}.`);
        say(message.join(" "), told.undo);
        // The next finding, without a step of its own for the keyboard.
        const next = items[current] ?? document.getElementById("findings");
        next.tabIndex = -1;
        next.focus({ preventScroll: true });
      } catch {
        complain(`${told.message} The page shows it when you reload it; what you typed is offered again then.`);
      }
    }
    isBusy = false;
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#findings")) return;
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    body.delete("csrfmiddlewaretoken");
    send(event.target.action, body);
  });

  document.addEventListener("desk:replaced", start);
  start();
})();
