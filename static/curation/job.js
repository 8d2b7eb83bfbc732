/* The page of a job: shows each second how far it is, and says it by tens of percent. */
(() => {
  "use strict";
  const said = document.getElementById("job-said");
  const SECOND = 1000;

  /* Only what changed is put anew, so that the focus stays on a button. */
  function show(fresh) {
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (old.dataset.key !== part.dataset.key) old.replaceWith(document.adoptNode(part));
    }
    const text = document.getElementById("job-facts").dataset.said;
    if (said.textContent !== text) said.textContent = text;
  }

  async function look() {
    let wait = SECOND;
    if (!document.hidden) {
      try {
        const answer = await fetch(location.pathname, { headers: { "X-Requested-With": "fetch" } });
        // Logged out, or no longer allowed: the browser shows what is said then.
        if (answer.redirected || answer.status === 403 || answer.status === 404) { location.reload(); return; }
        if (!answer.ok) throw new Error(`The desk answered ${answer.status}.`);
        show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } catch {
        wait = 5 * SECOND;  // The desk is away; it may come back.
      }
    }
    follow(wait);
  }

  function follow(wait) {
    if (!document.querySelector("#job-facts[data-over]")) setTimeout(look, wait);
  }

  follow(SECOND);
})();
