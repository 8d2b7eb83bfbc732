/* Who else has the trial open: said and heard every half minute while one can see it. */
(() => {
  "use strict";
  const EVERY = 30_000;  // Milliseconds.
  const { presence: address, section } = document.getElementById("notices").dataset;
  let text = "";

  function show() {
    const chip = document.getElementById("presence");
    if (chip.textContent !== text) chip.textContent = text;  // Said aloud once.
  }

  async function beat() {
    if (document.hidden) return;
    try {
      const answer = await fetch(address, {
        method: "POST", body: new URLSearchParams({ section }), headers: { "X-CSRFToken": Renewal.token() },
      });
      if (!answer.ok || answer.redirected) return;
      const { others } = await answer.json();
      const names = others.map(({ name, minutes }) => `${name} (${minutes} min)`);
      text = names.length ? `Also open: ${names.join(", ")}` : "";
      show();
    } catch {
      // The desk does not answer: what was heard last stays until it does.
    }
  }

  beat();
  setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", beat);
  document.addEventListener("desk:replaced", show);
  window.addEventListener("pageshow", (event) => { if (event.persisted) beat(); });
  window.addEventListener("pagehide", () => {
    navigator.sendBeacon(address, new URLSearchParams({ leave: 1, csrfmiddlewaretoken: Renewal.token() }));
  });
})();
