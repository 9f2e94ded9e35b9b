// Judges what is typed beside the page, so that typing never waits for it. Told the program and every text once, then
// only what changes; answers with what the hub would find.
"use strict";
let rules, program;
const texts = new Map();

function typed() { // what stands in the fields, by form
  const said = {};
  const of = (code) => (said[code] = said[code] || { nil: false, cells: {}, records: new Map() });
  for (const [name, text] of texts) {
    const [kind, code, row, column] = name.split(".");
    if (kind === "nil" && code) of(code).nil = text !== "";
    else if (kind === "cell" && column) of(code).cells[`${row}.${column}`] = text;
    else if (kind === "rec" && column) {
      const records = of(code).records, number = Number(row);
      if (!records.has(number)) records.set(number, {});
      records.get(number)[column] = text;
    }
  }
  for (const each of Object.values(said)) each.records = [...each.records].sort((a, b) => a[0] - b[0]);
  return said;
}

function judge({ changes }) {
  for (const [name, text] of changes) texts.set(name, text);
  const { findings, totals } = rules.judge(program, typed());
  const missing = findings.filter((one) => one.stage === "presence");
  return { // what is blank goes as bare places: there may be thousands
    findings: findings.filter((one) => one.stage !== "presence" && one.severity !== "note"),
    missing: missing.map((one) => [one.form, one.row_typed, one.column]),
    totals: totals.filter((one) => one.text).map((one) => [one.form, one.row, one.column, one.text]),
  };
}

if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  self.onmessage = ({ data }) => {
    if (data.rules) {
      importScripts(data.rules);
      rules = self.HubRules;
      program = data.program;
    }
    self.postMessage({ serial: data.serial, ...judge(data) });
  };
} else {
  window.HubJudge = { begin: (known) => { rules = window.HubRules; program = known; }, judge };
}
