// Shows what the rules say while people type: totals filled in, findings beside their cells and counted in the dock.
// Comfort only: the hub checks everything again when the form is saved, and every page works without this file.
"use strict";
(function () {
  const source = document.getElementById("rules");
  const form = document.getElementById("forms");
  if (!source || !form || !window.HubRules) return;
  const program = JSON.parse(source.textContent);
  const panel = document.getElementById("live");
  const count = document.getElementById("live-count");
  const WAIT = 150, MOST_SHOWN = 100;

  function typed() { // what stands in the fields, by form
    const said = {};
    const of = (code) => (said[code] = said[code] || { nil: false, cells: {}, records: new Map() });
    for (const field of form.elements) {
      const [kind, code, row, column] = field.name.split(".");
      if (kind === "nil" && code) of(code).nil = field.checked;
      else if (kind === "cell" && column) of(code).cells[`${row}.${column}`] = field.value;
      else if (kind === "rec" && column) {
        const records = of(code).records, number = Number(row);
        if (!records.has(number)) records.set(number, {});
        records.get(number)[column] = field.value;
      }
    }
    for (const each of Object.values(said)) each.records = [...each.records].sort((a, b) => a[0] - b[0]);
    return said;
  }

  function nameOf(code, row, column) {
    return program.forms[code].kind === "list" ? `rec.${code}.${row}.${column}` : `cell.${code}.${row}.${column}`;
  }

  function whereOf(finding) {
    const known = program.forms[finding.form];
    const row = known.kind === "list" ? (/^[0-9]+$/.test(finding.row_typed) ? `dòng ${finding.row_typed}` : "") : known.rows[finding.row];
    const column = known.columns[finding.column];
    return [finding.form, row, column && column.label].filter(Boolean).join(", ");
  }

  // --- marks beside cells -------------------------------------------------------------------------------------------

  let marked = [];
  function unmark() {
    for (const { cell, field, note } of marked) {
      note.remove();
      cell.classList.remove("error", "warning");
      field.removeAttribute("aria-invalid");
    }
    marked = [];
  }

  function mark(finding) {
    const field = form.elements.namedItem(nameOf(finding.form, finding.row_typed, finding.column));
    const cell = field && field.closest ? field.closest("td") : null;
    if (!cell) return;
    if (finding.stage === "value" && cell.querySelector('.finding[data-stage="value"]:not([hidden])')) return;
    const note = document.createElement("span");
    note.className = `finding live ${finding.severity}`;
    note.textContent = finding.message;
    cell.append(note);
    cell.classList.add(finding.severity === "error" ? "error" : "warning");
    if (finding.severity === "error") field.setAttribute("aria-invalid", "true");
    marked.push({ cell, field, note });
  }

  function retire() { // what the hub found when the page was made: rules and blanks are judged anew, texts once changed
    for (const note of form.querySelectorAll("td .finding[data-stage]:not([hidden])")) {
      const cell = note.closest("td"), field = cell.querySelector("input, select");
      if (note.dataset.stage === "value" && field && !field.dataset.changed) continue;
      note.hidden = true;
      if (!cell.querySelector(".finding[data-stage]:not([hidden])")) cell.classList.remove("error", "warning", "missing");
    }
  }

  // --- totals and the list ------------------------------------------------------------------------------------------

  function fill(totals) {
    for (const field of form.querySelectorAll("td.computed input")) field.placeholder = "tự tính";
    for (const { form: code, row, column, text } of totals) {
      const field = form.elements.namedItem(nameOf(code, row, column));
      if (field && text) field.placeholder = text;
    }
  }

  function tell(findings) {
    const wrong = findings.filter((one) => one.stage !== "presence");
    const errors = wrong.filter((one) => one.severity === "error");
    const warnings = wrong.filter((one) => one.severity === "warning");
    const missing = findings.length - wrong.length;
    const parts = [];
    if (errors.length) parts.push(`${errors.length} lỗi`);
    if (warnings.length) parts.push(`${warnings.length} cảnh báo`);
    if (missing) parts.push(`${missing} ô chưa điền`);
    const text = parts.length ? `Đang nhập: ${parts.join(", ")}` : "Chưa thấy lỗi trong số liệu đã nhập";
    if (count.textContent !== text) count.textContent = text;
    count.className = errors.length ? "live-count error" : warnings.length ? "live-count warning" : "live-count";
    count.hidden = false;
    list([...errors, ...warnings]);
  }

  function list(findings) {
    panel.hidden = !findings.length;
    panel.querySelector("summary").textContent = `Lỗi và cảnh báo đang thấy: ${findings.length}`;
    panel.querySelector("ul").replaceChildren(...findings.slice(0, MOST_SHOWN).map((finding) => {
      const item = document.createElement("li"), link = document.createElement("a");
      const name = nameOf(finding.form, finding.row_typed, finding.column);
      link.href = `#${form.elements.namedItem(name) ? name : `form-${finding.form}`}`;
      link.textContent = whereOf(finding);
      item.className = finding.severity;
      item.append(link, `: ${finding.message}`);
      return item;
    }));
  }

  // --- asking -------------------------------------------------------------------------------------------------------

  let touched = false, waiting = 0;
  function ask() {
    const { findings, totals } = window.HubRules.judge(program, typed());
    fill(totals);
    tell(findings);
    if (!touched) return;
    unmark();
    retire();
    for (const finding of findings) if (finding.stage !== "presence" && finding.severity !== "note") mark(finding);
  }

  form.addEventListener("input", (event) => {
    touched = true;
    event.target.dataset.changed = "1";
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });
  ask();
})();
