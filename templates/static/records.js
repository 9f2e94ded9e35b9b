// The lines of a list: there are always as many as are needed, made from the last one.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells) return;
  const { form, placeOf, announce } = Hub.cells;
  const MOST_FIELDS = 8000;

  function fresh(sheet, number) { // a blank line with this number
    const line = sheet.lines[sheet.height - 1].cloneNode(true), old = String(number - 1);
    line.cells[0].querySelector("span").textContent = number;
    line.cells[0].querySelector("span").id = `row.${sheet.code}.${number}`;
    for (const cell of [...line.cells].slice(1)) blank(cell, sheet.code, old, String(number));
    return line;
  }

  function blank(cell, code, old, number) {
    cell.classList.remove("error", "warning", "missing", "chosen", "theirs", "conflict");
    delete cell.dataset.before;
    cell.dataset.place = cell.dataset.place.replace(`/${old}/`, `/${number}/`);
    const field = cell.querySelector("input, select, textarea");
    for (const other of [...cell.childNodes]) if (other !== field) other.remove();
    field.name = field.id = field.name.replace(`rec.${code}.${old}.`, `rec.${code}.${number}.`);
    field.setAttribute("aria-labelledby", field.getAttribute("aria-labelledby").replace(`row.${code}.${old} `, `row.${code}.${number} `));
    for (const name of ["aria-describedby", "aria-invalid", "value", "data-changed"]) field.removeAttribute(name);
    if (field.tagName === "SELECT") { for (const option of field.options) option.defaultSelected = false; field.selectedIndex = 0; }
    else { field.value = ""; if (field.tagName === "TEXTAREA") field.defaultValue = ""; }
    if (cell.classList.contains("computed")) field.placeholder = Hub.words.computes;
  }

  // The list has at least so many lines afterwards; false where it may not have them.
  function ensure(sheet, count) {
    if (!sheet.isList || !sheet.height) return false;
    const most = Math.min(sheet.most, Math.floor(MOST_FIELDS / sheet.width)), wanted = Math.min(count, most);
    const body = sheet.table.tBodies[0], made = document.createDocumentFragment();
    const before = sheet.height;
    while (sheet.height < wanted) {
      const line = fresh(sheet, sheet.height + 1);
      made.append(line);
      sheet.lines.push(line);
      sheet.height += 1;
    }
    if (sheet.height > before) { body.append(made); sheet.read(); }
    if (count > most) announce(Hub.say("rows_full", { n: most }), { warn: true });
    return count <= most;
  }

  for (const button of document.querySelectorAll("button[data-more]")) {
    button.addEventListener("click", (event) => {
      const sheet = Hub.cells.sheets.find((one) => one.code === button.dataset.more);
      if (!sheet) return;
      event.preventDefault();
      const first = sheet.height;
      ensure(sheet, sheet.height + 15);
      if (sheet.at(first, 0)) sheet.at(first, 0).focus();
    });
  }

  form.addEventListener("hub:changed", (event) => { // somebody writes in the last line
    for (const name of event.detail.names) {
      if (!name.startsWith("rec.")) continue;
      const field = Hub.cells.find(name), place = field && placeOf(field);
      if (place && place.row === place.sheet.height - 1 && field.value) ensure(place.sheet, place.sheet.height + 1);
    }
  });

  Hub.records = { ensure };
})();
