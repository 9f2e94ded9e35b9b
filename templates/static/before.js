// Last period's figures beside the entry: shown on request, and taken over into blank cells as one step.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells || !Hub.undo) return;
  const { form, placeOf, taken, announce } = Hub.cells;
  const KEY = "hub-show-before";

  const textOf = (field) => field.parentElement.dataset.before || "";

  // --- shown under every cell, or not -------------------------------------------------------------------------------

  const toggles = [...document.querySelectorAll("[data-show-before]")];
  function show(on) {
    form.classList.toggle("show-before", on);
    for (const toggle of toggles) toggle.setAttribute("aria-pressed", String(on));
    try { localStorage.setItem(KEY, on ? "1" : ""); } catch { /* this browser keeps nothing */ }
  }
  for (const toggle of toggles) toggle.addEventListener("click", () => show(!form.classList.contains("show-before")));
  try { if (localStorage.getItem(KEY)) show(true); } catch { /* this browser keeps nothing */ }

  // --- the same as last period --------------------------------------------------------------------------------------

  const open = (field) => !Hub.cells.sheetOf(field).isComputed(field) && !field.value;

  function recordsOf(sheet) { // last period's lines of a list as [field, text]
    const source = document.querySelector(`script[data-records-before="${sheet.code}"]`);
    const records = source ? JSON.parse(source.textContent) : [];
    if (sheet.fields.some((line) => line.some((field) => field && field.value))) return []; // only where nothing stands yet
    Hub.records.ensure(sheet, records.length + 1);
    return records.flatMap((record, row) => Object.entries(record).map(([column, text]) => {
      const field = Hub.cells.find(`rec.${sheet.code}.${row + 1}.${column}`);
      return field ? [field, taken(field, text)] : null;
    }).filter(Boolean));
  }

  function same(sheet) {
    const chosen = Hub.grid && Hub.grid.isWide() && Hub.grid.block().sheet === sheet ? Hub.grid.selected() : null;
    const fields = chosen || sheet.fields.flat().filter((field) => field && open(field));
    const texts = sheet.isList ? recordsOf(sheet)
      : fields.filter((field) => textOf(field) && !sheet.isComputed(field)).map((field) => [field, textOf(field)]);
    const count = Hub.undo.write(texts, "same");
    announce(Hub.say(count ? "filled_same" : "nothing_same", { n: count }));
  }

  for (const button of document.querySelectorAll("button[data-same]")) {
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    button.addEventListener("click", () => {
      const sheet = Hub.cells.sheets.find((one) => one.code === button.dataset.same);
      if (sheet && !(sheet.nil && sheet.nil.checked)) same(sheet);
    });
  }

  function changed(field) { // {difference, percent} since last period, or null
    const place = placeOf(field), column = place && place.sheet.known(field);
    if (!column || !textOf(field) || !window.HubRules) return null;
    const now = field.value || (place.sheet.isComputed(field) ? field.placeholder : "");
    return window.HubRules.change(textOf(field), now, column, Hub.cells.program.texts);
  }

  Hub.before = { textOf, changed };
})();
