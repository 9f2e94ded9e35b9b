// The bar at the foot of the window: the cell at hand, last period's figure and the change, what is wrong with it, and a
// field for the explanation that a warning asks for.
"use strict";
(function () {
  const Hub = window.Hub;
  const bar = document.getElementById("cell-bar");
  if (!Hub || !Hub.cells || !bar) return;
  const { form, find, nameOf, placeOf, program } = Hub.cells;
  const [where, before, sum, finding, explain] = ["where", "before", "sum", "finding", "explain"].map((one) => document.getElementById(`bar-${one}`));
  const answer = explain.querySelector("input");
  let field = null, waiting = 0;

  function put(part, text) { part.textContent = text; part.hidden = !text; }

  function beforeText() {
    const text = Hub.before ? Hub.before.textOf(field) : "";
    if (!text) return form.querySelector("td[data-before]") && placeOf(field) && !placeOf(field).sheet.isList ? Hub.words.before_blank : "";
    const moved = Hub.before.changed(field), said = Hub.say("before", { text });
    if (!moved) return said;
    return `${said} · ${moved.percent ? `${moved.percent} % (${moved.difference})` : moved.difference}`;
  }

  function sumText() {
    if (!Hub.grid || !Hub.grid.isWide() || !window.HubRules) return "";
    const fields = Hub.grid.selected(), sheet = Hub.grid.block().sheet;
    const figures = fields.filter((one) => "decimals" in sheet.known(one)).map((one) => [one.value || (sheet.isComputed(one) ? one.placeholder : ""), sheet.known(one)]);
    const total = window.HubRules.total(figures, program.texts);
    return [Hub.say("cells", { n: fields.length }), total.count ? Hub.say("sum", { text: total.text }) : ""].filter(Boolean).join(" · ");
  }

  // --- explanations -------------------------------------------------------------------------------------------------

  const explaining = document.getElementById("explaining");
  const made = new Map(); // key of a warning → the block made for it

  const addressOf = (one) => (!one.form ? "" : /^[0-9]+$/.test(one.row) ? `@${one.form}[${one.row}].${one.column}` : `@${one.form}.${one.row}.${one.column}`);
  const explainName = (one) => `explain.${one.code}${addressOf(one)}`;
  const asks = (one) => one.severity === "warning" && !one.beta;

  function block(one) { // a field like those that come with the page
    const box = document.createElement("div"), label = document.createElement("label"), text = document.createElement("textarea");
    const link = document.createElement("a");
    box.className = "field wide";
    label.className = "form-label";
    label.htmlFor = text.id = text.name = explainName(one);
    link.href = `#${one.name || "forms"}`;
    link.textContent = [one.form, Hub.mistakes.whereOf(one)].filter(Boolean).join(", ");
    label.append(link, `: ${one.message}`);
    Object.assign(text, { className: "form-control", rows: 2, maxLength: 2000 });
    box.append(label, text);
    return box;
  }

  function offerExplanations(findings) {
    if (!explaining) return;
    const wanted = new Set();
    for (const one of findings.filter(asks)) {
      const name = explainName(one);
      wanted.add(name);
      if (made.has(name)) made.get(name).hidden = false;
      else if (!find(name)) { made.set(name, block(one)); explaining.querySelector(".card").append(made.get(name)); }
    }
    for (const [name, box] of made) if (!wanted.has(name)) box.hidden = true; // kept: the warning may come back
    explaining.hidden = ![...explaining.querySelectorAll(".field")].some((box) => !box.hidden);
  }

  const warningHere = () => (Hub.mistakes && field ? Hub.mistakes.of(field.name).find(asks) : undefined);

  answer.addEventListener("input", () => {
    const one = warningHere(), target = one && find(explainName(one));
    if (!target) return;
    target.value = answer.value;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  answer.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") { event.preventDefault(); event.stopPropagation(); if (field) field.focus(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "F4" && !event.altKey && !event.ctrlKey && !explain.hidden) { event.preventDefault(); answer.focus(); }
  });

  // --- drawing ------------------------------------------------------------------------------------------------------

  function draw() {
    waiting = 0;
    if (!field || !field.isConnected) { bar.hidden = true; return; }
    bar.hidden = false;
    const words = nameOf(field).filter(Boolean).join(" › ");
    if (where.textContent !== words) where.textContent = words;
    put(before, beforeText());
    put(sum, sumText());
    const found = Hub.mistakes ? Hub.mistakes.of(field.name) : [];
    put(finding, found.map((one) => one.message).join(" "));
    finding.className = found.some((one) => one.severity === "error") ? "error" : "warning";
    const one = warningHere(), target = one && find(explainName(one));
    explain.hidden = !target;
    if (target && document.activeElement !== answer) answer.value = target.value;
  }

  function later() { if (!waiting) waiting = requestAnimationFrame(() => setTimeout(draw)); }

  form.addEventListener("hub:active", (event) => { field = event.detail.field; later(); });
  form.addEventListener("hub:selected", later);
  form.addEventListener("hub:changed", (event) => { if (field && event.detail.names.includes(field.name)) later(); });
  form.addEventListener("hub:judged", (event) => { offerExplanations(event.detail.findings); later(); });
})();
