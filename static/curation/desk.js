/* What the theme's templates name, as data for the build of Alpine that needs no eval. */
(() => {
  "use strict";

  /* The whole page: the scheme, and what lies over everything else. */
  const theme = () => ({
    openModal: false,
    filterOpen: false,
    openAllApplications: false,
    adminTheme: localStorage.getItem("scheme") ?? "auto",
    switchTheme(name) {
      this.adminTheme = name;
      localStorage.setItem("scheme", name);
      document.dispatchEvent(new CustomEvent("desk:scheme"));
    },
    /* Filters lie over a narrow page: the focus goes in with them and comes back. */
    openFilters() {
      this.filterOpen = true;
      this.$nextTick(() => document.querySelector("#changelist-filter :is(a[href], button, input, select)")?.focus());
    },
    closeFilters() {
      if (!this.filterOpen) return;
      this.filterOpen = false;
      this.$nextTick(() => document.getElementById("open-filters")?.focus());
    },
  });

  /* The menu at the side, which stays as it was left, and the tabs of a form. */
  const desk = (tab) => ({
    // Templates of the theme ask for it; Alpine lets them see nothing global.
    window: { location: { pathname: location.pathname, search: location.search } },
    activeTab: tab ? getCurrentTab() || tab : "",
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem("sidebarDesktopOpen") !== "0",
    toggleSidebar() {
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      localStorage.setItem("sidebarDesktopOpen", this.sidebarDesktopOpen ? "1" : "0");
    },
    openSidebar() {
      this.sidebarMobileOpen = true;
      this.$nextTick(() => document.getElementById("close-sidebar")?.focus());
    },
    closeSidebar() {
      if (!this.sidebarMobileOpen) return;
      this.sidebarMobileOpen = false;
      this.$nextTick(() => document.getElementById("open-sidebar")?.focus());
    },
  });

  /* Who is logged in: the scheme, the password, the way out. */
  const userMenu = () => ({
    openUserLinks: false,
    close() {
      if (!this.openUserLinks) return;
      this.openUserLinks = false;
      document.getElementById("open-user-links").focus();
    },
  });

  /* What folds out over a page: a click beside it or Escape folds it in again. */
  const foldout = () => ({
    close() {
      this.$root.open = false;
    },
    leave() {
      if (!this.$root.open) return;
      this.close();
      this.$root.querySelector("summary").focus();
    },
  });

  document.addEventListener("alpine:init", () => {
    Alpine.data("theme", theme);
    Alpine.data("desk", desk);
    Alpine.data("userMenu", userMenu);
    Alpine.data("foldout", foldout);
    Alpine.data("searchForm", searchForm);
  });

  // The theme writes an icon as its name, which is nothing to be read out.
  document.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.setAttribute("aria-hidden", "true"));

  // A screen reader reads out what comes into a region, not what a page came with.
  window.addEventListener("load", () => {
    document.querySelectorAll("[data-announce]").forEach((region) => {
      region.replaceChildren(...[...region.childNodes].map((node) => node.cloneNode(true)));
    });
  });
})();
