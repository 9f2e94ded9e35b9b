// Comfort only: every page works without this file.
"use strict";
(function () {
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  let changed = form.dataset.entry === "changed";
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  // Up, down and Enter move between the rows of a table, as in a workbook.
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    const cell = field.closest("td");
    const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    if (!cell || !step || field.tagName !== "INPUT" || field.type !== "text") return;
    event.preventDefault();
    const column = Array.prototype.indexOf.call(cell.parentElement.children, cell);
    let row = cell.parentElement;
    while ((row = step < 0 ? row.previousElementSibling : row.nextElementSibling)) {
      const next = row.children[column] && row.children[column].querySelector("input");
      if (next) { next.focus(); next.select(); return; }
    }
  });
})();
