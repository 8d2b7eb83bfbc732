/* Unsaved work: kept in this browser while it is typed, offered again until it is saved
   or discarded. The server names the drafts that saves took (curation/drafts.py): a name is
   of one page and its typing, never used again. */
(() => {
  "use strict";
  const DAYS = 14;
  const MOST_CHARACTERS = 1_000_000;  // Browsers keep some five million for the whole desk.
  const EVERY = 800;  // Milliseconds.
  const notices = document.getElementById("notices");
  const note = document.getElementById("draft-note");
  const pages = [...new URLSearchParams(location.search)].filter(([name]) => name.endsWith("-page")).map((pair) => pair.join("=")).sort().join("&");
  // Of this account alone: others may use this browser too.
  const section = `draft:${notices.dataset.draft}:`;
  const place = `${section}${pages}:`;
  const keyOf = (draft) => `${place}${draft.version}:${draft.id}`;
  const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

  let id = newId();
  let timer = null;
  let kept = null;  // The key of what was kept of this page.
  let offered = null;

  // --- Storage ---

  function all() {
    const drafts = [];
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith("draft:"))) {
      try {
        drafts.push([key, JSON.parse(localStorage.getItem(key))]);
      } catch {
        localStorage.removeItem(key);  // Not one of ours, or cut short.
      }
    }
    return drafts;
  }

  function complain(why) {
    note.replaceChildren(`Your unsaved work is not kept in this browser (${why}). Save soon.`);
    offered = null;
  }

  function keep() {
    clearTimeout(timer);
    timer = null;
    const form = Typing.form();
    if (!form.querySelector("[name=_save]")) return;
    const served = Typing.servedOf(form);
    const pairs = Typing.read(form);
    const count = served ? Typing.count(served, pairs) : null;
    try {
      if (count === 0) {
        if (kept) localStorage.removeItem(kept);
        kept = null;
        return;
      }
      const draft = { id, at: Date.now(), version: Typing.version(form), address: location.pathname + location.search, count, pairs };
      const json = JSON.stringify(draft);
      if (json.length > MOST_CHARACTERS) { complain("it is too long"); return; }
      localStorage.setItem(keyOf(draft), json);
      if (kept && kept !== keyOf(draft)) localStorage.removeItem(kept);
      kept = keyOf(draft);
    } catch (error) {
      complain(error.name === "QuotaExceededError" ? "its storage is full" : "it allows no storage");
    }
  }
  // Rows move and links are set by buttons and keys too.
  function later() { timer ??= setTimeout(keep, EVERY); }
  for (const type of ["input", "change", "click", "keyup"]) document.addEventListener(type, later);
  window.addEventListener("pagehide", keep);
  // Back from the browser's cache, perhaps after a save: what is typed now is other work.
  window.addEventListener("pageshow", (event) => { if (event.persisted) id = newId(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });

  // --- Saving ---

  document.addEventListener("submit", (event) => {
    if (event.target !== Typing.form()) return;
    keep();
    const name = event.target.elements.draft ?? Object.assign(document.createElement("input"), { type: "hidden", name: "draft" });
    name.value = id;
    event.target.append(name);
    // One may have logged in anew in another window.
    event.target.elements.csrfmiddlewaretoken.value = Renewal.token();
  }, true);

  /* Drop what was saved, and what nobody came back for. */
  function tidy() {
    const saved = notices.dataset.saved.split(" ");
    for (const [key, draft] of all()) {
      const isOld = Date.now() - draft.at > DAYS * 24 * 60 * 60 * 1000;
      if (isOld || saved.includes(draft.id)) localStorage.removeItem(key);
    }
  }

  // --- Offering ---

  function describe(draft) {
    const at = new Date(draft.at);
    const isToday = at.toDateString() === new Date().toDateString();
    const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    const when = isToday ? time : `${at.toLocaleDateString()}, ${time}`;
    const many = draft.count ? ` (${draft.count} value${draft.count === 1 ? "" : "s"})` : "";
    const now = Typing.version(Typing.form());
    const since = draft.version === now ? "" : `, typed in version ${draft.version}; this is version ${now}`;
    return `Unsaved work from ${when}${many}${since}`;
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  /* The newest draft of this page that says anything else than the page. */
  function offer() {
    const form = Typing.form();
    offered = null;
    note.replaceChildren();
    if (!form.querySelector("[name=_save]")) return;
    const mine = all().filter(([key]) => key.startsWith(place) && key !== kept).sort(([, a], [, b]) => b.at - a.at);
    for (const [key, draft] of mine) {
      const isSame = draft.version === Typing.version(form) && !Typing.count(Typing.read(form), draft.pairs);
      if (!isSame) {
        offered = key;
        note.append(`${describe(draft)}: `, button("Restore", () => restore(key, draft)), button("Discard", () => discard(key)));
        return;
      }
      // The page came back with it from a save that could not be.
      if (form.dataset.unsaved !== undefined) kept = key; else localStorage.removeItem(key);
    }
    offerElsewhere();
  }

  /* The newest draft of another page of a long list: it is restored there. */
  function offerElsewhere() {
    const others = all().filter(([key]) => key.startsWith(section) && !key.startsWith(place)).sort(([, a], [, b]) => b.at - a.at);
    if (!others.length) return;
    const [key, draft] = others[0];
    offered = key;
    note.append(`${describe(draft)}, on another page of this section: `, button("Go there", () => location.assign(draft.address)), button("Discard", () => discard(key)));
  }

  function discard(key) {
    localStorage.removeItem(key);
    offer();
    (note.querySelector("button") ?? document.querySelector("#section-form :is(input:not([type=hidden]), textarea, select)")).focus();
  }

  async function restore(key, draft) {
    try {
      await Renewal.servedNow();
      const fresh = await Renewal.fetchPage();
      if (Typing.version(fresh.getElementById("section-form")) !== draft.version) { send(draft); return; }
      const written = Renewal.typed();
      keep();
      if (!written.length) kept = key;
      const { first } = Renewal.swap(fresh, [[null, draft.pairs], ...written]);
      if (kept !== key) localStorage.removeItem(key);
      offer();
      (first?.type === "hidden" ? Typing.form().querySelector("[name=_save]") : first)?.focus();
    } catch (error) {
      note.querySelector("em")?.remove();
      const said = document.createElement("em");
      said.textContent = ` It is not restored: ${error.message} Nothing is lost; try again.`;
      note.append(said);
    }
  }

  /* The trial went on: save it as what it was, so that one chooses value by value. */
  function send(draft) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = draft.address;
    for (const [name, value] of [...draft.pairs, ["draft", draft.id], ["csrfmiddlewaretoken", Renewal.token()]]) {
      const field = document.createElement("textarea");  // Keeps the line breaks.
      field.name = name;
      field.value = value;
      form.append(field);
    }
    form.hidden = true;
    document.body.append(form);
    form.submit();
  }

  // --- Start ---

  document.addEventListener("desk:replaced", (event) => {
    // What the page has no place for any more stays to be offered, as what it was.
    if (event.detail.lost.length) { id = newId(); kept = null; }
    tidy();
    keep();
    if (offered !== null || event.detail.lost.length) offer();
  });
  try {
    tidy();
    offer();
  } catch {
    complain("it allows no storage");
  }
})();
