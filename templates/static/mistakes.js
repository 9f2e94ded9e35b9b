// The mistakes of the whole report: counted at the foot of the window, listed there by form, gone through with F8.
"use strict";
(function () {
  const Hub = window.Hub;
  const panel = document.getElementById("live"), count = document.getElementById("live-count");
  if (!Hub || !Hub.cells || !Hub.cells.program || !panel || !count) return;
  const { form, program, find } = Hub.cells;
  const list = document.getElementById("live-list"), MOST_SHOWN = 100;
  let order = new Map(), mistakes = [], missing = [], shown = "";

  // --- in the order of the page -------------------------------------------------------------------------------------

  function sorted(findings) {
    if (order.size !== form.elements.length) order = new Map([...form.elements].map((field, index) => [field.name, index]));
    const forms = Object.keys(program.forms);
    const at = (one) => order.get(one.name) ?? 0;
    return findings.sort((a, b) => forms.indexOf(a.form) - forms.indexOf(b.form) || at(a) - at(b));
  }

  function whereOf(finding) {
    if (!finding.form) return Hub.words.whole_report;
    const known = program.forms[finding.form];
    const row = known.kind === "list" ? (/^[0-9]+$/.test(finding.row_typed) ? Hub.say("line", { n: finding.row_typed }) : "") : known.rows[finding.row];
    const column = known.columns[finding.column];
    return [row, column && column.label].filter(Boolean).join(", ") || finding.form;
  }

  // --- the count and the list ---------------------------------------------------------------------------------------

  function tell() {
    const errors = mistakes.filter((one) => one.severity === "error").length, warnings = mistakes.length - errors;
    const parts = [];
    if (errors) parts.push(Hub.say("count_errors", { n: errors }));
    if (warnings) parts.push(Hub.say("count_warnings", { n: warnings }));
    if (missing.length) parts.push(Hub.say("count_missing", { n: missing.length.toLocaleString("vi") }));
    const text = parts.length ? parts.join(", ") : Hub.words.no_mistakes;
    if (count.textContent !== text) count.textContent = text;
    count.classList.toggle("error", errors > 0);
    count.classList.toggle("warning", !errors && warnings > 0);
    count.hidden = false;
    say(text);
  }

  let saying = 0;
  function say(text) { // once the typing rests
    clearTimeout(saying);
    saying = setTimeout(() => { if (voice.textContent !== text) voice.textContent = text; }, 1500);
  }
  const voice = document.createElement("p");
  voice.className = "hidden-label";
  voice.setAttribute("role", "status");
  voice.id = "live-said";
  count.after(voice);

  function draw() {
    const key = JSON.stringify([mistakes.slice(0, MOST_SHOWN).map((one) => [one.name, one.message]), mistakes.length, missing.length]);
    if (key === shown) return;
    shown = key;
    const groups = new Map();
    mistakes.slice(0, MOST_SHOWN).forEach((one) => groups.set(one.form, [...(groups.get(one.form) || []), one]));
    list.replaceChildren(...[...groups].map(([code, found]) => group(code, found)));
    if (mistakes.length > MOST_SHOWN) list.append(line(Hub.say("more_mistakes", { n: mistakes.length - MOST_SHOWN })));
    if (missing.length) list.append(blanks());
    if (!mistakes.length && !missing.length) list.append(line(Hub.words.no_mistakes));
  }

  function line(text) {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  }

  function group(code, found) { // one form: what stops the sending first
    const section = document.createElement("section"), head = document.createElement("h3"), items = document.createElement("ul");
    const title = document.getElementById(`title-${code}`);
    head.textContent = title ? title.textContent : code || Hub.words.whole_report;
    items.append(...[...found].sort((a, b) => (a.severity === "error" ? 0 : 1) - (b.severity === "error" ? 0 : 1)).map(item));
    section.append(head, items);
    return section;
  }

  function item(finding) {
    const made = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("span");
    link.href = `#${find(finding.name) ? finding.name : finding.form ? `form-${finding.form}` : "forms"}`;
    link.textContent = whereOf(finding);
    made.className = finding.severity;
    kind.className = "kind";
    kind.textContent = `${Hub.words[`severity_${finding.severity}`] || ""} `;
    made.append(kind, link, ` – ${finding.message}`);
    return made;
  }

  function blanks() { // what is not filled in yet, folded away
    const made = document.createElement("details"), head = document.createElement("summary"), items = document.createElement("ul");
    head.textContent = Hub.say("listed_missing", { n: missing.length.toLocaleString("vi") });
    items.append(...missing.slice(0, MOST_SHOWN).map(([code, row, column]) => {
      const one = document.createElement("li"), link = document.createElement("a");
      link.href = `#${program.forms[code].kind === "list" ? "rec" : "cell"}.${code}.${row}.${column}`;
      link.textContent = `${code}: ${whereOf({ form: code, row, row_typed: row, column })}`;
      one.append(link);
      return one;
    }));
    if (missing.length > MOST_SHOWN) items.append(Object.assign(document.createElement("li"), { textContent: Hub.say("more_mistakes", { n: missing.length - MOST_SHOWN }) }));
    made.append(head, items);
    return made;
  }

  form.addEventListener("hub:judged", (event) => {
    mistakes = sorted(event.detail.findings);
    missing = event.detail.missing;
    tell();
    if (!panel.hidden) draw(); else shown = "";
  });

  // --- opening, and going from one to the next ----------------------------------------------------------------------

  function open(on) {
    panel.hidden = !on;
    count.setAttribute("aria-expanded", String(on));
    if (on) draw();
  }
  count.addEventListener("click", () => { open(panel.hidden); if (!panel.hidden) panel.focus(); });
  document.getElementById("live-close").addEventListener("click", () => { open(false); count.focus(); });
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { open(false); count.focus(); } });
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']"), field = link && find(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    reach(field);
  });

  function reach(field) {
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center", inline: "nearest" });
  }

  let last = -1; // where one stands on the way through
  function step(by) {
    const targets = [...new Set(mistakes.map((one) => one.name))].filter(find).sort((a, b) => order.get(a) - order.get(b));
    if (!targets.length) { Hub.cells.announce(Hub.words.no_more); return; }
    const here = document.activeElement && order.has(document.activeElement.name) ? order.get(document.activeElement.name) : last;
    const next = by > 0 ? targets.find((name) => order.get(name) > here) ?? targets[0]
      : [...targets].reverse().find((name) => order.get(name) < here) ?? targets[targets.length - 1];
    last = order.get(next);
    reach(find(next));
  }
  document.getElementById("live-next").addEventListener("click", () => step(1));
  document.getElementById("live-previous").addEventListener("click", () => step(-1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") { event.preventDefault(); step(event.shiftKey ? -1 : 1); }
    if (event.key === "F6") { event.preventDefault(); regions(event.shiftKey); }
  });

  function regions(back) { // table, panel, deeds: round and round
    const dock = document.getElementById("dock") || count.closest(".dock");
    const stops = [Hub.grid && Hub.grid.active(), panel.hidden ? null : panel, dock.querySelector(".actions button, .actions .btn")].filter(Boolean);
    const here = stops.findIndex((stop) => stop === document.activeElement || stop.contains(document.activeElement));
    const next = here < 0 ? 0 : (here + (back ? stops.length - 1 : 1)) % stops.length;
    if (stops[next]) stops[next].focus();
  }

  Hub.mistakes = { of: (name) => mistakes.filter((one) => one.name === name), whereOf };
})();
