// Moving, selecting and editing in the tables of a form, as in a spreadsheet. A cell is first moved to (arrows move on,
// typing replaces it), then edited: F2, a double click or a tap puts the caret into it.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells || !Hub.undo) return;
  const { form, placeOf, put } = Hub.cells;
  const { commit, settledText } = Hub.undo;
  const PAGE = 10;

  let mode = "move"; // "move", "type" (begun by typing) or "edit"
  let active = null; // the field at hand
  let block = null; // {sheet, from: [row, column], to: [row, column]}
  let tabbed = null; // the column from which Tab set out: Enter returns there
  let pointer = "", extending = false, painted = [];

  // --- the block that is selected -----------------------------------------------------------------------------------

  function corners({ from, to }) {
    return {
      top: Math.min(from[0], to[0]), bottom: Math.max(from[0], to[0]),
      left: Math.min(from[1], to[1]), right: Math.max(from[1], to[1]),
    };
  }

  function each(chosen, visit) { // every place of the block, in lines
    const { top, bottom, left, right } = corners(chosen);
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) visit(chosen.sheet.at(row, column), row, column);
    }
  }

  const isWide = () => block !== null && (block.from[0] !== block.to[0] || block.from[1] !== block.to[1]);

  function paint() {
    for (const cell of painted) cell.classList.remove("chosen");
    painted = [];
    if (isWide()) {
      const { top, bottom, left, right } = corners(block);
      for (let row = top; row <= bottom; row += 1) {
        for (let column = left; column <= right; column += 1) {
          const cell = block.sheet.lines[row].cells[column + 1];
          cell.classList.add("chosen");
          painted.push(cell);
        }
      }
    }
    form.dispatchEvent(new CustomEvent("hub:selected"));
  }

  function selected() { // the fields of the block, else the one at hand
    if (!isWide()) return active && placeOf(active) ? [active] : [];
    const fields = [];
    each(block, (field) => { if (field) fields.push(field); });
    return fields;
  }

  function stretch(row, column) { // the block reaches from where it began to this place; the field at hand stays
    block.to = [row, column];
    paint();
    block.sheet.lines[row].cells[column + 1].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // --- going from cell to cell --------------------------------------------------------------------------------------

  function setMode(next) {
    mode = next;
    form.classList.toggle("editing", mode !== "move");
  }

  function go(field) {
    if (!field) return false;
    if (field === active) { setMode("move"); mark(field); paint(); return true; }
    field.focus();
    return true;
  }

  function mark(field) { if (field.select && field.tagName !== "SELECT") field.select(); }

  function onward(sheet, row, column, [down, right]) { // the next open cell in a direction, or null at the edge
    for (;;) {
      row += down; column += right;
      if (row < 0 || column < 0 || row >= sheet.height || column >= sheet.width) return null;
      if (sheet.at(row, column)) return [row, column];
    }
  }

  function edge(sheet, row, column, [down, right]) { // as Ctrl+arrow: to the end of the run, or over the gap
    const full = (place) => place && sheet.at(...place) && sheet.at(...place).value !== "";
    let here = [row, column], next = onward(sheet, row, column, [down, right]);
    const running = full(here) && full(next);
    while (next && (running ? full(next) : true)) {
      here = next;
      if (!running && full(here)) break;
      next = onward(sheet, ...here, [down, right]);
    }
    return here;
  }

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function arrow(event, place) {
    const step = STEPS[event.key], from = event.shiftKey && block ? block.to : [place.row, place.column];
    const target = event.ctrlKey || event.metaKey ? edge(place.sheet, ...from, step)
      : event.shiftKey ? beside(place.sheet, from, step) : onward(place.sheet, ...from, step);
    if (!target) return grow(place, step);
    return event.shiftKey ? stretch(...target) : go(place.sheet.at(...target));
  }

  function beside(sheet, [row, column], [down, right]) { // blocks reach over cells that are blocked
    return [Math.min(Math.max(row + down, 0), sheet.height - 1), Math.min(Math.max(column + right, 0), sheet.width - 1)];
  }

  function grow(place, [down]) { // below the last line of a list there is always one more
    if (down !== 1 || !place.sheet.isList || !Hub.records || !Hub.records.ensure(place.sheet, place.row + 2)) return false;
    return go(place.sheet.at(place.row + 1, place.column));
  }

  function enter(event, place) {
    const back = event.shiftKey ? -1 : 1, column = tabbed && tabbed.sheet === place.sheet ? tabbed.column : place.column;
    tabbed = null;
    const target = onward(place.sheet, place.row, column, [back, 0]);
    if (target) go(place.sheet.at(...target));
    else if (!grow({ ...place, column }, [back, 0])) { commit(active); go(active); }
  }

  function corner(sheet, last) {
    for (let n = 0; n < sheet.height * sheet.width; n += 1) {
      const at = last ? sheet.height * sheet.width - 1 - n : n;
      const place = [Math.floor(at / sheet.width), at % sheet.width];
      if (sheet.at(...place)) return place;
    }
    return null;
  }

  function home(event, { sheet, row, column }) {
    const last = event.key === "End";
    let target = event.ctrlKey ? corner(sheet, last) : null;
    if (!event.ctrlKey) {
      const start = last ? sheet.width : -1;
      target = onward(sheet, row, start, [0, last ? -1 : 1]) || [row, column];
    }
    return event.shiftKey ? stretch(...target) : go(sheet.at(...target));
  }

  function page(event, { sheet, row, column }) {
    const step = event.key === "PageDown" ? 1 : -1;
    let target = Math.min(Math.max(row + step * PAGE, 0), sheet.height - 1);
    while (target !== row && !sheet.at(target, column)) target -= step;
    go(sheet.at(target, column));
  }

  function all({ sheet }) {
    block = { sheet, from: [0, 0], to: [sheet.height - 1, sheet.width - 1] };
    paint();
  }

  // --- editing ------------------------------------------------------------------------------------------------------

  function edit(field) {
    setMode("edit");
    if (field.tagName === "SELECT") { if (field.showPicker) { try { field.showPicker(); } catch { /* not now */ } } return; }
    field.setSelectionRange(field.value.length, field.value.length);
  }

  function restore(field) {
    const before = settledText(field);
    const changed = field.value !== before;
    put(field, before);
    if (changed) Hub.cells.tell([field.name], "typing");
    setMode("move");
    mark(field);
  }

  function clear() {
    const written = Hub.undo.write(selected().filter((field) => field.value).map((field) => [field, ""]), "clear");
    if (written > 1) Hub.cells.announce(Hub.say("cleared", { n: written }));
    if (active) mark(active);
  }

  function leavesText(event, field) { // whether an arrow leaves the text that is being written
    if (mode === "move") return true;
    if (field.tagName === "SELECT") return mode === "type";
    if (field.tagName === "TEXTAREA") return false;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return true;
    return mode === "type" && event.key === "ArrowRight" && field.selectionStart === field.value.length && !event.shiftKey;
  }

  // --- keys ---------------------------------------------------------------------------------------------------------

  function press(event) {
    const field = event.target, place = field.matches("table.entry :is(input, select, textarea)") ? placeOf(field) : null;
    if (!place || event.isComposing) return;
    if (key(event, field, place)) { event.preventDefault(); event.stopPropagation(); }
  }

  function key(event, field, place) { // true if the key was used
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return alt(event, field);
    if (control && "zy".includes(event.key.toLowerCase())) return false; // undo.js through the document
    if (event.key !== "Tab" && event.key !== "Enter" && event.key.length > 1 && event.key !== "Shift") tabbed = null;
    if (STEPS[event.key]) return leavesText(event, field) ? (arrow(event, place), true) : false;
    switch (event.key) {
      case "Enter": if (mode === "edit" && field.tagName === "SELECT") return false; enter(event, place); return true;
      case "Escape": if (mode !== "move" || field.value !== settledText(field)) { restore(field); return true; } block = at(place); paint(); return false;
      case "F2": if (event.shiftKey) return remark(field); edit(field); return true;
      case "Tab": if (!tabbed || tabbed.sheet !== place.sheet) tabbed = { sheet: place.sheet, column: place.column }; return false;
      default: return mode === "move" && keyWhileMoving(event, place, control);
    }
  }

  function keyWhileMoving(event, place, control) {
    switch (event.key) {
      case "Home": case "End": home(event, place); return true;
      case "PageUp": case "PageDown": page(event, place); return true;
      case "Delete": clear(); return true;
      case "a": case "A": if (control) all(place); return control;
      default: return false;
    }
  }

  function alt(event, field) {
    if (event.key === "Enter" && field.tagName === "TEXTAREA") {
      field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      setMode("edit");
      return true;
    }
    if (event.key === "ArrowDown" && field.tagName === "SELECT") { edit(field); return true; }
    return false;
  }

  function remark(field) {
    document.dispatchEvent(new CustomEvent("hub:remark", { detail: { place: field.parentElement.dataset.place } }));
    return true;
  }

  // --- focus and pointer --------------------------------------------------------------------------------------------

  const at = ({ sheet, row, column }) => ({ sheet, from: [row, column], to: [row, column] });

  form.addEventListener("focusin", (event) => {
    const place = placeOf(event.target);
    if (!place || !event.target.name) return;
    active = event.target;
    block = at(place);
    setMode(pointer === "touch" ? "edit" : "move");
    if (pointer !== "touch") mark(active);
    paint();
    form.dispatchEvent(new CustomEvent("hub:active", { detail: { field: active } }));
  });

  form.addEventListener("focusout", (event) => {
    if (!placeOf(event.target)) return;
    commit(event.target);
    setMode("move");
  });

  form.addEventListener("input", (event) => {
    if (event.target === active && mode === "move") setMode("type");
    if (isWide()) { block = at(placeOf(active)); paint(); }
  });

  document.addEventListener("pointerdown", (event) => { pointer = event.pointerType; tabbed = null; }, true);
  document.addEventListener("keydown", () => { pointer = "key"; }, true);

  form.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("table.entry tbody td");
    if (!cell || event.button !== 0 || pointer === "touch" || event.target.closest("a, button, summary, .offer")) return;
    const field = cell.querySelector("input, select, textarea"), place = field && placeOf(field);
    if (!place) return;
    if (event.shiftKey && block && block.sheet === place.sheet) {
      event.preventDefault();
      stretch(place.row, place.column);
    } else if (field === active && document.activeElement === field) {
      if (event.target === field && field.tagName !== "SELECT") setMode("edit"); // the caret goes where the pointer is
    } else {
      if (field.tagName !== "SELECT" || event.target !== field) event.preventDefault();
      field.focus();
    }
    extending = !event.shiftKey || Boolean(block);
  });

  form.addEventListener("mouseover", (event) => {
    if (!extending || !(event.buttons & 1) || !block) { extending = false; return; }
    const cell = event.target.closest("table.entry tbody td"), sheet = cell && Hub.cells.sheetOf(cell);
    if (!sheet || sheet !== block.sheet || !sheet.number.has(cell.parentElement)) return;
    const to = [sheet.number.get(cell.parentElement), cell.cellIndex - 1];
    if (to[1] < 0 || (to[0] === block.to[0] && to[1] === block.to[1])) return;
    if (!isWide() && to[0] === block.from[0] && to[1] === block.from[1]) return;
    setMode("move");
    getSelection().removeAllRanges();
    stretch(...to);
  });
  document.addEventListener("mouseup", () => { extending = false; });

  form.addEventListener("keydown", press, true);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const letter = event.key.toLowerCase();
    const typing = document.activeElement && document.activeElement.matches("[data-narrative], #explaining textarea, #bar-explain input, dialog *");
    if (letter === "s") {
      event.preventDefault();
      if (active) commit(active);
      form.requestSubmit(form.querySelector("#dock button[value=save]") || undefined);
    } else if (!typing && (letter === "z" || letter === "y") && (!document.activeElement.form || document.activeElement.form === form)) {
      event.preventDefault();
      if (letter === "y" || event.shiftKey) Hub.undo.redo(); else Hub.undo.undo();
    }
  });
  form.addEventListener("submit", () => { if (active) commit(active); });

  // A cell is not hidden below the heads that stay in place.
  function setMargins() {
    for (const sheet of Hub.cells.sheets) {
      const head = sheet.table.tHead, first = sheet.lines[0] && sheet.lines[0].cells[0];
      sheet.region.style.setProperty("--head", `${head.offsetHeight + 4}px`);
      sheet.region.style.setProperty("--first", `${first && getComputedStyle(first).position === "sticky" ? first.offsetWidth + 4 : 0}px`);
    }
  }
  requestAnimationFrame(setMargins);

  // Lines far out of sight are there for everybody but the painter: a frame then costs what stands in the window.
  const LARGE = 600;
  function spareThePainter(sheet) {
    if (!window.IntersectionObserver || sheet.height * sheet.width < LARGE) return;
    const watcher = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) target.classList.toggle("far", !isIntersecting);
    }, { root: sheet.region, rootMargin: "250px 0px" });
    for (const line of sheet.lines) watcher.observe(line);
  }
  requestAnimationFrame(() => Hub.cells.sheets.forEach(spareThePainter));

  Hub.grid = {
    selected, go, each, corners,
    active: () => active, mode: () => mode, block: () => block, isWide, toMove: () => { setMode("move"); if (active) mark(active); },
  };
})();
