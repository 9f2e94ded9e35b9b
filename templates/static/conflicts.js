// Where two people write in one cell: what the other one wrote comes in with the name; if both wrote, one of them chooses.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells) return;
  const boxOf = (field) => field.closest("td, .field");

  function flash(field, by) { // somebody else's text came into a field
    const cell = boxOf(field);
    if (!cell) return;
    cell.classList.add("theirs");
    cell.dataset.by = Hub.say("changed_by", { name: by || Hub.words.somebody });
    clearTimeout(cell.fading);
    cell.fading = setTimeout(() => { cell.classList.remove("theirs"); delete cell.dataset.by; }, 8000);
  }

  const shown = (field, text) => {
    if (!text) return Hub.words.blank;
    const option = field.tagName === "SELECT" && [...field.options].find((one) => one.value === text);
    return option ? option.text : text.length > 80 ? `${text.slice(0, 80)}…` : text;
  };

  function ask(field, { mine, theirs, by }, settle) {
    const cell = boxOf(field);
    if (!cell || cell.querySelector(".clash")) return;
    const box = document.createElement("span"), words = document.createElement("span");
    box.className = "clash";
    box.setAttribute("role", "group");
    words.id = `clash-${field.name}`;
    box.setAttribute("aria-labelledby", words.id);
    words.textContent = Hub.say("conflict", { name: by, theirs: shown(field, theirs), mine: shown(field, mine) });
    box.append(words, button(Hub.words.keep_mine, () => end(true)), button(Hub.say("take_theirs", { name: by }), () => end(false)));
    cell.append(box);
    cell.classList.add("conflict");
    Hub.cells.announce(words.textContent, { warn: true });
    function end(keepMine) {
      forget(field);
      settle(keepMine);
      field.focus();
    }
  }

  function button(text, act) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "btn btn-outline-secondary btn-sm", textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  function forget(field) {
    const cell = boxOf(field), box = cell && cell.querySelector(".clash");
    if (!box) return;
    box.remove();
    cell.classList.remove("conflict");
    Hub.cells.announce("");
  }

  Hub.conflicts = { flash, ask, forget };
})();
