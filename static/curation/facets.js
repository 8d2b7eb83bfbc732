/* The facets beside a list: their values are fetched when a facet is opened. Choosing one
   loads the list anew; the focus then stands where it was. */
(() => {
  "use strict";
  const FOCUS = "facets:focus";
  const panel = document.getElementById("facets");
  if (!panel) return;

  // Beside the list where there is room, folded above it where there is not.
  const wide = matchMedia("(min-width: 1200px)");
  const fold = () => { panel.open = wide.matches || sessionStorage.getItem("facets:open") === "1"; };
  wide.addEventListener("change", fold);
  panel.querySelector("summary").addEventListener("click", () => {
    if (!wide.matches) sessionStorage.setItem("facets:open", panel.open ? "0" : "1");
  });
  fold();

  const last = () => JSON.parse(sessionStorage.getItem(FOCUS) ?? "null");

  async function load(facet) {
    const values = facet.querySelector(".values");
    if (values.dataset.asked) return;
    values.dataset.asked = "yes";
    values.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(values.dataset.url, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) return;  // The link stays, and leads there.
      values.innerHTML = await answer.text();
      narrow(values);
      refocus(facet);
    } catch {
      delete values.dataset.asked;  // The desk does not answer: asked again when opened.
    } finally {
      values.removeAttribute("aria-busy");
    }
  }

  /* Of many values, those with what is typed in them. */
  function narrow(values) {
    const box = values.querySelector(".narrow-values");
    if (!box) return;
    box.hidden = false;
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      values.querySelectorAll("li").forEach((item) => {
        item.hidden = !item.querySelector(".label")?.textContent.toLowerCase().includes(wanted);
      });
    });
  }

  function refocus(facet) {
    const kept = last();
    if (kept?.path !== location.pathname || kept.facet !== facet.dataset.facet) return;
    sessionStorage.removeItem(FOCUS);
    const link = [...facet.querySelectorAll("[data-value]")].find((one) => one.dataset.value === kept.value);
    (link ?? facet.querySelector("summary")).focus();
  }

  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-value]");
    if (!link) return;
    const facet = link.closest(".facet").dataset.facet;
    sessionStorage.setItem(FOCUS, JSON.stringify({ path: location.pathname, facet, value: link.dataset.value }));
  });

  const facets = [...panel.querySelectorAll(".facet")];
  // The one where somebody is at work stays open when its last value is taken off.
  const kept = last();
  facets.forEach((facet) => {
    if (kept?.path === location.pathname && kept.facet === facet.dataset.facet) {
      facet.open = true;
      const more = facet.closest(".more");
      if (more) more.open = true;
    }
    if (facet.open) load(facet);
    facet.addEventListener("toggle", () => { if (facet.open) load(facet); });
  });
})();
