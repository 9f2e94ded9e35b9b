// "Nothing to report" is said on purpose: figures that stand in the form are cleared after a question, as one step.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells || !Hub.undo) return;
  const { form, sheets, announce } = Hub.cells;

  function show(sheet) {
    sheet.section.classList.toggle("is-nil", sheet.nil.checked);
    sheet.region.inert = sheet.nil.checked;
  }

  function mark(sheet) {
    const full = sheet.fields.flat().filter((field) => field && field.value);
    if (full.length && !window.confirm(Hub.say("nil_ask", { n: full.length }))) { sheet.nil.checked = false; return; }
    Hub.undo.write([...full.map((field) => [field, ""]), [sheet.nil, "1"]], "nil");
    announce(Hub.words.nil_done);
  }

  for (const sheet of sheets) {
    if (!sheet.nil) continue;
    show(sheet);
    sheet.nil.addEventListener("change", () => {
      if (sheet.nil.checked) mark(sheet);
      else { Hub.undo.write([[sheet.nil, ""]], "nil"); announce(Hub.words.nil_off); }
      show(sheet);
    });
  }
  form.addEventListener("hub:changed", (event) => {
    for (const sheet of sheets) if (sheet.nil && event.detail.names.includes(sheet.nil.name)) show(sheet);
  });
})();
