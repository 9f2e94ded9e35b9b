// Steps that can be undone: each is a set of fields with their texts before and after. Typing into a cell is one step,
// so is a paste of two hundred cells.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells) return;
  const { form, find, read, put, started, tell, tidied, announce } = Hub.cells;
  const settled = new Map(); // name → the text that the last step left there
  const done = [], undone = [];
  const MOST = 500;
  const [back, again] = [document.getElementById("undo"), document.getElementById("redo")];

  const settledText = (field) => (settled.has(field.name) ? settled.get(field.name) : started(field));
  const settle = (field) => { settled.set(field.name, read(field)); };

  function show() {
    if (back) back.disabled = !done.length;
    if (again) again.disabled = !undone.length;
  }

  function keep(step) {
    done.push(step);
    if (done.length > MOST) done.shift();
    undone.length = 0;
    show();
  }

  // Writes texts as one step: [[field, text], …] → how many fields changed.
  function write(texts, by) {
    const step = [];
    for (const [field, text] of texts) {
      const before = settledText(field);
      put(field, text);
      settle(field);
      const after = read(field);
      if (before !== after) step.push({ name: field.name, before, after });
    }
    if (step.length) {
      keep(step);
      tell(step.map((one) => one.name), by);
    }
    return step.length;
  }

  function commit(field) { // what was typed into a field becomes a step, its number grouped
    if (!field || !field.name || read(field) === settledText(field)) return false;
    const text = field.type === "checkbox" ? read(field) : tidied(field);
    return write([[field, text]], "typing") > 0;
  }

  function replay(from, to, wanted, expected, words) {
    const step = from.pop();
    if (!step) return false;
    const names = [];
    let theirs = 0;
    for (const one of step) {
      const field = find(one.name);
      if (!field) continue;
      if (read(field) !== one[expected]) { theirs += 1; continue; } // somebody else's text is not undone
      put(field, one[wanted]);
      settle(field);
      names.push(one.name);
    }
    to.push(step);
    show();
    tell(names, "undo");
    announce([Hub.say(words, { n: names.length }), theirs ? Hub.say("kept_others", { n: theirs }) : ""].filter(Boolean).join(" "));
    const first = names.length && find(names[0]);
    if (first) first.focus();
    return true;
  }

  const undo = () => { commit(document.activeElement); return replay(done, undone, "before", "after", "undone"); };
  const redo = () => replay(undone, done, "after", "before", "redone");

  form.addEventListener("change", (event) => {
    if (event.target.closest("table.entry, .offer")) commit(event.target);
  });
  if (back) back.addEventListener("click", undo);
  if (again) again.addEventListener("click", redo);
  Hub.undo = { write, commit, settle, settledText, undo, redo };
})();
