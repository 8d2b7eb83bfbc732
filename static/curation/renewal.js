/* Showing the page as it is by now without leaving it: what is typed, where one reads and
   how wide the panes are stays. */
const Renewal = (() => {
  "use strict";

  /* The token of the session as it is now: one may have logged in anew meanwhile. */
  function token() {
    const cookie = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
    return cookie?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  /* This page anew. Throws where the desk or the session is gone. */
  async function fetchPage() {
    const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("The page could not be read.");
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  const PARTS = [".trial-head", "#findings", ".section-tabs", "#desk", "#spans", "#choices"];
  const SCROLLED = ["#source", ".form-pane", "#comments"];

  /* A note that is being written in the head, and its box. */
  function notes() {
    return [...document.querySelectorAll(".trial-head textarea")].filter((area) => area.value)
      .map((area) => [area.form.getAttribute("action"), area.name, area.value]);
  }
  function putNotes(list) {
    for (const [action, name, value] of list) {
      const area = document.querySelector(`.trial-head form[action="${CSS.escape(action)}"] [name="${CSS.escape(name)}"]`);
      if (!area) continue;
      area.value = value;
      area.closest("details").open = true;
    }
  }

  /* Show `fresh`, with each of `typings` (before, after) in its form. What came of them. */
  function swap(fresh, typings) {
    const scrolled = SCROLLED.map((name) => [name, document.querySelector(name)?.scrollTop]);
    const written = notes();
    const form = fresh.getElementById("section-form");
    const served = Typing.read(form);
    const comments = document.getElementById("comments");
    for (const name of PARTS) document.querySelector(name).replaceWith(document.adoptNode(fresh.querySelector(name)));
    // With its answers half written.
    if (comments) document.getElementById("comments")?.replaceWith(comments);
    document.querySelector(".look")?.remove();
    const look = fresh.querySelector(".look");
    if (look) document.querySelector(".trial-head").after(look);
    document.querySelectorAll(".trial-page > ul").forEach((old) => old.remove());
    document.getElementById("notices").dataset.saved = fresh.getElementById("notices").dataset.saved;
    Typing.serve(form, served);
    const found = { clashes: [], lost: [], first: null };
    for (const [before, after] of typings) {
      const { clashes, lost, first } = Typing.put(form, before ?? served, after);
      found.clashes.push(...clashes);
      found.lost.push(...lost);
      found.first ??= first;
    }
    document.dispatchEvent(new CustomEvent("desk:replaced", { detail: found }));
    putNotes(written);
    scrolled.forEach(([name, top]) => { if (top !== undefined) document.querySelector(name).scrollTop = top; });
    return found;
  }

  /* What is typed on this page now, for `swap`; nothing where nothing is. */
  function typed(served) {
    const before = served ?? Typing.servedOf(Typing.form());
    const after = Typing.read(Typing.form());
    return Typing.count(before, after) ? [[before, after]] : [];
  }

  /* What the page had before the typing that came back from a save. Throws where the
     trial is at another version by now. */
  async function servedNow() {
    const form = Typing.form();
    if (Typing.servedOf(form)) return Typing.servedOf(form);
    const fresh = (await fetchPage()).getElementById("section-form");
    if (Typing.version(fresh) !== Typing.version(form)) throw new Error("The trial was changed meanwhile.");
    Typing.serve(form, Typing.read(fresh));
    return Typing.servedOf(form);
  }

  return { token, fetchPage, swap, typed, servedNow };
})();
