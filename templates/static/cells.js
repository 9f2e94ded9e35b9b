// The fields of the page as forms of lines and columns: found by name or by place, read and written as texts. Every
// change goes out as one event "hub:changed" with the names of what changed, whoever made it.
"use strict";
(function () {
  const form = document.getElementById("forms");
  if (!form) return;
  const Hub = (window.Hub = window.Hub || {});
  const source = document.getElementById("rules");
  const program = source ? JSON.parse(source.textContent) : null;

  // --- one form -----------------------------------------------------------------------------------------------------

  class Sheet {
    constructor(section) {
      this.section = section;
      this.code = section.dataset.form;
      this.isList = section.dataset.kind === "list";
      this.most = Number(section.dataset.most || 0);
      this.region = section.querySelector(".scroll");
      this.table = section.querySelector("table.entry");
      this.nil = section.querySelector(".nil input");
      this.read();
    }

    read() { // the lines as they stand in the table now
      this.lines = [...this.table.tBodies[0].rows].filter((line) => !line.classList.contains("group"));
      this.number = new Map(this.lines.map((line, index) => [line, index]));
      this.fields = this.lines.map((line) => [...line.cells].slice(1).map((cell) => cell.querySelector("input, select, textarea")));
      this.height = this.fields.length;
      this.width = this.height ? this.fields[0].length : 0;
    }

    at(row, column) { return (this.fields[row] && this.fields[row][column]) || null; }
    known(field) { return program ? program.forms[this.code].columns[field.name.split(".")[3]] : null; }
    isComputed(field) { return field.parentElement.classList.contains("computed"); }
  }

  let sheets = [];
  function readSheets() {
    sheets = [...form.querySelectorAll("section[data-form]")].filter((one) => one.querySelector("table.entry tbody td"))
      .map((section) => new Sheet(section));
    Hub.cells.sheets = sheets;
  }

  const sheetOf = (field) => {
    const section = field && field.closest ? field.closest("section[data-form]") : null;
    return section ? sheets.find((sheet) => sheet.section === section) : undefined;
  };

  function placeOf(field) { // {sheet, row, column} of a field of a table, else null
    const cell = field && field.closest ? field.closest("table.entry td") : null;
    const sheet = cell ? sheetOf(cell) : null;
    return sheet && sheet.number.has(cell.parentElement)
      ? { sheet, row: sheet.number.get(cell.parentElement), column: cell.cellIndex - 1 } : null;
  }

  // --- texts by name ------------------------------------------------------------------------------------------------

  const find = (name) => { // a field's id is its name
    const found = document.getElementById(name);
    return found && found.name === name && found.form === form ? found : null;
  };
  const read = (field) => (field.type === "checkbox" ? (field.checked ? "1" : "") : field.value);

  function put(field, text) { // without telling anybody
    if (field.type === "checkbox") { field.checked = text !== ""; return; }
    if (field.tagName === "SELECT" && text && ![...field.options].some((option) => option.value === text)) {
      field.add(new Option(text, text));
    }
    field.value = text;
  }

  function started(field) { // the text that came with the page
    if (field.type === "checkbox") return field.defaultChecked ? "1" : "";
    if (field.tagName !== "SELECT") return field.defaultValue;
    const chosen = [...field.options].find((option) => option.defaultSelected);
    return chosen ? chosen.value : "";
  }

  const kept = (name) => /^(cell|rec|nil|outline|explain)\./.test(name);

  // detail.by: "typing", "undo", "paste", … or "others" for what came from elsewhere
  function tell(names, by) {
    if (names.length) form.dispatchEvent(new CustomEvent("hub:changed", { detail: { names, by } }));
  }

  form.addEventListener("input", (event) => {
    if (event.target.name && kept(event.target.name)) tell([event.target.name], "typing");
  });

  // --- words and numbers as people like them ------------------------------------------------------------------------

  function tidied(field) { // "1234,5" as "1.234,5" where it has one meaning; a choice by its code
    const place = placeOf(field), column = place && place.sheet.known(field);
    return column && window.HubRules ? window.HubRules.grouped(field.value, column, program.texts) : field.value;
  }

  function taken(field, text) { // a text from a clipboard or from last period as the field would hold it
    const column = sheetOf(field).known(field);
    if (field.tagName === "SELECT") {
      const wanted = text.trim(), codes = [...field.options].map((option) => option.value);
      if (!wanted || codes.includes(wanted)) return wanted;
      const folded = window.HubRules ? window.HubRules.fold(wanted) : wanted;
      return column && column.choices && Object.hasOwn(column.choices, folded) ? column.choices[folded] : wanted;
    }
    const plain = field.tagName === "TEXTAREA" ? text.trim() : text.replace(/\s*[\r\n]+\s*/g, " ").trim();
    return column && window.HubRules ? window.HubRules.grouped(plain, column, program.texts) : plain;
  }

  const labelled = (id) => { const words = document.getElementById(id); return words ? words.getAttribute("aria-label") || words.textContent : ""; };
  function nameOf(field) { // [row's words, column's words]
    const [row, column] = (field.getAttribute("aria-labelledby") || "").split(" ").map(labelled);
    return [sheetOf(field) && sheetOf(field).isList ? Hub.say("line", { n: row }) : row, column];
  }

  // --- what is said of a deed ---------------------------------------------------------------------------------------

  let silence = 0;
  function announce(text, { warn = false } = {}) {
    const said = document.getElementById("said");
    if (!said) return;
    said.textContent = text;
    said.hidden = !text;
    said.classList.toggle("warn", warn);
    clearTimeout(silence);
    if (text && !warn) silence = setTimeout(() => { said.hidden = true; }, 6000);
  }

  Hub.cells = { form, program, Sheet, sheets, sheetOf, placeOf, find, read, put, started, kept, tell, tidied, taken, nameOf, announce, readSheets };
  document.documentElement.classList.add("filling");
  readSheets();
  for (const tool of document.querySelectorAll("[data-script]")) tool.hidden = false;
})();
