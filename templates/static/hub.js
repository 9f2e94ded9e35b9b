// Comfort only: every page works without this file.
"use strict";
(function () {
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // --- Light and dark at a click, without loading the page anew ------------------------------------------------------

  const root = document.documentElement;
  for (const form of document.querySelectorAll("form[data-theme-form]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const flip = "themeFlip" in event.submitter.dataset;
      const wanted = flip ? (root.dataset.bsTheme === "dark" ? "light" : "dark") : event.submitter.value;
      const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      const safe = location.protocol === "https:" ? "; secure" : "";
      document.cookie = `hub_theme=${wanted}; path=/; max-age=31536000; samesite=lax${safe}`;
      root.dataset.theme = wanted;
      root.dataset.bsTheme = wanted === "auto" ? system : wanted;
      for (const button of document.querySelectorAll("button[data-theme-choice]")) {
        button.setAttribute("aria-pressed", String(button.value === wanted));
      }
    });
  }

  // --- Small menus close when one goes elsewhere ---------------------------------------------------------------------

  const menus = document.querySelectorAll("details.pop");
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus) {
      if (!menu.open) continue;
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  const here = document.querySelector(".menu [aria-current]");
  if (here) here.parentElement.parentElement.scrollLeft = here.offsetLeft - 60;

  // --- A form that was changed is not left by accident ---------------------------------------------------------------

  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  let changed = form.dataset.entry === "changed";
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
