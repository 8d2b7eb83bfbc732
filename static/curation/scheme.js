/* Dark or light, as chosen or as the system is: before the first paint, so that nothing flashes. */
(() => {
  "use strict";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    const chosen = localStorage.getItem("scheme") ?? "auto";
    const isDark = chosen === "dark" || (chosen === "auto" && system.matches);
    document.documentElement.classList.toggle("dark", isDark);
  }
  system.addEventListener("change", apply);
  document.addEventListener("desk:scheme", apply);
  apply();
})();
