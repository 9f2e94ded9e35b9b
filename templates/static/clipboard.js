// Copying and pasting blocks of cells, with Excel and with each other.
"use strict";
(function () {
  // --- pure: texts to blocks and back -------------------------------------------------------------------------------

  function parseTsv(text) { // lines of texts; a quoted text may hold tabs, line ends and doubled quotes
    const lines = [[]];
    let here = "", quoted = false, begun = false;
    const end = () => { lines[lines.length - 1].push(here); here = ""; begun = false; };
    for (let n = 0; n < text.length; n += 1) {
      const letter = text[n];
      if (quoted) {
        if (letter === '"' && text[n + 1] === '"') { here += '"'; n += 1; }
        else if (letter === '"') quoted = false;
        else here += letter;
      } else if (letter === '"' && !begun && closes(text, n)) { quoted = begun = true; }
      else if (letter === "\t") end();
      else if (letter === "\n" || letter === "\r") {
        if (letter === "\r" && text[n + 1] === "\n") n += 1;
        end();
        lines.push([]);
      } else { here += letter; begun = true; }
    }
    end();
    const last = lines[lines.length - 1];
    if (lines.length > 1 && last.length === 1 && last[0] === "") lines.pop(); // Excel ends with a line end
    return lines;
  }

  function closes(text, from) { // whether a quote that begins a cell ends it too: inches and the like do not
    for (let n = from + 1; n < text.length; n += 1) {
      if (text[n] !== '"') continue;
      if (text[n + 1] === '"') { n += 1; continue; }
      return n + 1 === text.length || "\t\r\n".includes(text[n + 1]);
    }
    return false;
  }

  function parseHtml(html) { // the first table, its joined cells spread out with blanks; null if there is none
    const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
    if (!table) return null;
    const lines = [...table.rows].map(() => []);
    [...table.rows].forEach((row, down) => {
      for (const cell of row.cells) {
        let column = 0;
        while (lines[down][column] !== undefined) column += 1;
        for (let r = 0; r < Math.min(cell.rowSpan || 1, lines.length - down); r += 1) {
          for (let c = 0; c < (cell.colSpan || 1); c += 1) lines[down + r][column + c] = "";
        }
        lines[down][column] = cell.textContent.replace(/\s+/g, " ").trim();
      }
    });
    return lines.map((line) => [...line].map((text) => text || ""));
  }

  function blockOf(plain, html) { // what is on a clipboard, as lines of texts
    const lines = parseTsv(plain || "");
    if (lines.length === 1 && lines[0].length === 1 && html) {
      const table = parseHtml(html);
      if (table && (table.length > 1 || (table[0] || []).length > 1)) return table;
    }
    return lines;
  }

  const quotedText = (text) => (/[\t\r\n"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const toTsv = (lines) => lines.map((line) => line.map(quotedText).join("\t")).join("\r\n");
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\n/g, "<br>");
  const toHtml = (lines) => `<table>${lines.map((line) => `<tr>${line.map((text) => `<td>${escaped(text)}</td>`).join("")}</tr>`).join("")}</table>`;

  window.Hub = Object.assign(window.Hub || {}, { blocks: { parseTsv, parseHtml, blockOf, toTsv, toHtml } });

  // --- the page -----------------------------------------------------------------------------------------------------

  const Hub = window.Hub;
  if (!Hub.cells || !Hub.grid) return;
  const { form, placeOf, taken, announce } = Hub.cells;

  const shown = (field) => {
    if (!field) return "";
    if (field.tagName === "SELECT") return field.selectedOptions[0] ? field.selectedOptions[0].text : "";
    return field.value || (Hub.cells.sheetOf(field).isComputed(field) && field.placeholder !== Hub.words.computes ? field.placeholder : "");
  };

  function copied() { // the selected block as lines of texts
    const block = Hub.grid.block(), lines = [];
    const { top } = Hub.grid.corners(block);
    Hub.grid.each(block, (field, row) => (lines[row - top] = lines[row - top] || []).push(shown(field)));
    return lines;
  }

  function inTable(event) {
    return event.target.closest && event.target.closest("table.entry") && placeOf(event.target) && Hub.grid.mode() === "move";
  }

  function copy(event) {
    if (!inTable(event)) return;
    event.preventDefault();
    const lines = copied();
    event.clipboardData.setData("text/plain", toTsv(lines));
    event.clipboardData.setData("text/html", toHtml(lines));
    const fields = Hub.grid.selected();
    if (event.type === "cut") Hub.undo.write(fields.map((field) => [field, ""]), "cut");
    if (fields.length > 1) announce(Hub.say("copied", { n: fields.length }));
  }

  function paste(event) {
    if (!event.target.closest || !event.target.closest("table.entry") || !placeOf(event.target)) return;
    const lines = blockOf(event.clipboardData.getData("text/plain"), event.clipboardData.getData("text/html"));
    const single = lines.length === 1 && lines[0].length === 1;
    if (single && Hub.grid.mode() !== "move") return; // into the text that is being written
    event.preventDefault();
    if (single && Hub.grid.isWide()) fillAll(lines[0][0]);
    else lay(lines);
    Hub.grid.toMove();
  }

  function fillAll(text) {
    const open = Hub.grid.selected().filter((field) => !Hub.cells.sheetOf(field).isComputed(field));
    const skipped = Hub.grid.selected().length - open.length;
    Hub.undo.write(open.map((field) => [field, taken(field, text)]), "paste");
    tell(open.length, skipped, 0, 0);
  }

  function lay(lines) { // from the top left corner of what is selected
    const { sheet } = Hub.grid.block(), { top, left } = Hub.grid.corners(Hub.grid.block());
    if (sheet.isList && top + lines.length > sheet.height) Hub.records.ensure(sheet, top + lines.length);
    const width = Math.max(...lines.map((line) => line.length));
    const texts = [];
    let skipped = 0;
    lines.forEach((line, down) => line.forEach((text, right) => {
      if (top + down >= sheet.height || left + right >= sheet.width) return;
      const field = sheet.at(top + down, left + right);
      if (field && !sheet.isComputed(field)) texts.push([field, taken(field, text)]);
      else if (text.trim()) skipped += 1;
    }));
    Hub.undo.write(texts, "paste");
    tell(texts.length, skipped, Math.max(0, left + width - sheet.width), Math.max(0, top + lines.length - sheet.height));
  }

  function tell(count, skipped, wide, tall) {
    const said = [Hub.say("pasted", { n: count })];
    if (skipped) said.push(Hub.say("skipped", { n: skipped }));
    if (wide) said.push(Hub.say("too_wide", { n: wide }));
    if (tall) said.push(Hub.say("too_tall", { n: tall }));
    announce(said.join(" "), { warn: Boolean(skipped || wide || tall) });
  }

  form.addEventListener("copy", copy);
  form.addEventListener("cut", copy);
  form.addEventListener("paste", paste);
})();
