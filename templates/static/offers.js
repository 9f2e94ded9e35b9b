// Puts a figure that was reported elsewhere into its cell when the reporter asks for it. Without this file the figure
// stands beside the cell to be typed.
"use strict";
(function () {
  for (const button of document.querySelectorAll("button[data-use]")) {
    const field = document.getElementById(button.dataset.for);
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      field.value = button.dataset.use;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
  }
})();
