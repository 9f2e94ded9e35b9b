// Runs before the page is drawn: where the reader follows the machine, the page takes the machine's light or dark.
"use strict";
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    const wanted = root.dataset.theme;
    root.dataset.bsTheme = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
  }
  follow();
  dark.addEventListener("change", follow);
})();
