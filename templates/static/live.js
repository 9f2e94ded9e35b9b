// Shows what the rules say while people type: totals filled in, findings beside their cells. The judging is done beside
// the page (judge.js in a worker; on the page where there is none). Comfort only: the hub checks everything again when
// the form is saved, and every page works without this file.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells || !Hub.cells.program) return;
  const { form, program, find, read, kept } = Hub.cells;
  const source = document.getElementById("rules");

  function nameOf(code, row, column) {
    if (!program.forms[code]) return "";
    return program.forms[code].kind === "list" ? `rec.${code}.${row}.${column}` : `cell.${code}.${row}.${column}`;
  }

  // --- asking: one question at a time, always with the newest texts --------------------------------------------------

  const changes = new Map();
  let worker = null, asked = 0, busy = false, waiting = 0, touched = false;

  function begin() {
    for (const field of form.elements) if (field.name && /^(cell|rec|nil)\./.test(field.name)) changes.set(field.name, read(field));
    program.before = figuresBefore();
    if (source.dataset.judge && window.Worker) {
      worker = new Worker(source.dataset.judge);
      worker.onmessage = ({ data }) => { busy = false; show(data); if (changes.size) ask(); };
      worker.onerror = onThePage;
      ask({ program, rules: new URL(source.dataset.rules, location.href).href });
    } else onThePage();
  }

  function figuresBefore() { // last period's figures by form and place
    const before = {};
    for (const cell of form.querySelectorAll("td[data-before]")) {
      const [code, row, column] = cell.dataset.place.split("/");
      (before[code] = before[code] || {})[`${row}.${column}`] = cell.dataset.before;
    }
    return before;
  }

  function onThePage() {
    worker = null;
    busy = false;
    for (const field of form.elements) if (field.name && /^(cell|rec|nil)\./.test(field.name)) changes.set(field.name, read(field));
    window.HubJudge.begin(program);
    ask();
  }

  function ask(more = {}) {
    waiting = 0;
    if (busy) return;
    asked += 1;
    const said = { ...more, serial: asked, changes: [...changes] };
    changes.clear();
    if (!worker) { show(window.HubJudge.judge(said)); return; }
    busy = true;
    worker.postMessage(said);
  }

  form.addEventListener("hub:changed", (event) => {
    touched = true;
    for (const name of event.detail.names) {
      const field = kept(name) && find(name);
      if (!field || /^(outline|explain)\./.test(name)) continue;
      changes.set(name, read(field));
      retire(field);
    }
    if (!waiting && changes.size) waiting = setTimeout(ask, worker ? 60 : 150);
  });

  // --- marks beside cells -------------------------------------------------------------------------------------------

  const marked = new Map(); // what is marked now: key → {cell, field, note}
  const fromHub = new Set([...form.querySelectorAll("td .finding[data-stage]")]); // notes that came with the page
  const keyOf = (one) => `${one.name}|${one.code}|${one.message}`;

  function takeNote(note) { // away, and the cell's colour with the last one
    const cell = note.closest("td");
    fromHub.delete(note);
    note.remove();
    if (cell) recolour(cell);
  }

  function recolour(cell) {
    const notes = [...cell.querySelectorAll(".finding")], field = cell.querySelector("input, select, textarea");
    const has = (severity) => notes.some((note) => note.classList.contains(severity) && note.dataset.stage !== "presence");
    cell.classList.toggle("error", has("error"));
    cell.classList.toggle("warning", !has("error") && has("warning"));
    cell.classList.toggle("missing", notes.some((note) => note.dataset.stage === "presence"));
    if (!field) return;
    if (has("error")) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    if (notes.length) describe(field, notes); else field.removeAttribute("aria-describedby");
  }

  function describe(field, notes) {
    notes.forEach((note, index) => { if (!note.id) note.id = `note-${field.name}-${index}-${asked}`; });
    field.setAttribute("aria-describedby", notes.map((note) => note.id).join(" "));
  }

  function retire(field) { // what the hub said of a text is no longer said once the text changed
    const cell = field.closest("td");
    if (cell) for (const note of [...fromHub].filter((one) => cell.contains(one))) takeNote(note);
  }

  function mark(finding) {
    const field = find(finding.name), cell = field && field.closest("td");
    if (!cell) return null;
    const note = document.createElement("span"), hidden = document.createElement("span");
    note.className = `finding live ${finding.severity}`;
    hidden.className = "hidden-label";
    hidden.textContent = `${Hub.words[`severity_${finding.severity}`] || ""} `;
    note.append(hidden, finding.code === "swing" ? finding.message.slice(finding.message.lastIndexOf(": ") + 2) : finding.message);
    cell.append(note);
    return { cell, note };
  }

  function draw(findings) {
    if (!touched) return;
    for (const note of [...fromHub]) if (note.dataset.stage === "rule") takeNote(note);
    const wanted = new Map(), cells = new Set();
    for (const one of findings) if (!isSaid(one)) wanted.set(keyOf(one), one);
    for (const [key, { cell, note }] of marked) {
      if (wanted.has(key)) continue;
      note.remove();
      cells.add(cell);
      marked.delete(key);
    }
    for (const [key, one] of wanted) {
      if (marked.has(key)) continue;
      const made = mark(one);
      if (made) { marked.set(key, made); cells.add(made.cell); }
    }
    for (const cell of cells) recolour(cell);
  }

  function isSaid(finding) { // the hub's own note of this text still stands there
    if (finding.stage !== "value") return false;
    const field = find(finding.name), cell = field && field.closest("td");
    return Boolean(cell) && [...fromHub].some((note) => note.dataset.stage === "value" && cell.contains(note));
  }

  // --- totals and everybody who listens ------------------------------------------------------------------------------

  const computed = [...form.querySelectorAll("td.computed input")];
  let filled = new Map();

  function fill(totals) {
    const now = new Map(totals.map(([code, row, column, text]) => [nameOf(code, row, column), text]));
    if (!filled.size) for (const field of computed) if (field.isConnected && !now.has(field.name)) field.placeholder = Hub.words.computes;
    for (const name of filled.keys()) {
      const field = !now.has(name) && find(name);
      if (field) field.placeholder = Hub.words.computes;
    }
    for (const [name, text] of now) {
      const field = filled.get(name) !== text && find(name);
      if (field) field.placeholder = text;
    }
    filled = now;
  }

  function show({ findings, missing, totals }) {
    fill(totals);
    const named = findings.map((one) => ({ ...one, name: nameOf(one.form, one.row_typed, one.column) }));
    draw(named);
    form.dispatchEvent(new CustomEvent("hub:judged", { detail: { findings: named, missing, touched } }));
  }

  Hub.live = { begin };
  document.addEventListener("DOMContentLoaded", begin, { once: true });
  if (document.readyState === "complete") begin();
})();
