// A map of many cells is one stop of the Tab key: arrows, Home and End move within it. What a cell says is told below.
"use strict";
(function () {
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function made(frame) {
    const lines = [...frame.querySelectorAll("tr")].map((line) => [...line.cells].map((cell) => cell.querySelector("a")));
    const links = lines.flat().filter(Boolean);
    const told = frame.nextElementSibling;
    for (const link of links) link.tabIndex = -1;
    if (links.length) links[0].tabIndex = 0;

    function tell(link) {
      const cell = link.closest("td");
      const words = (each) => each.querySelector("i")?.textContent.replace(/^: /, "") || each.textContent;
      const heads = cell ? [cell.parentNode.cells[0].textContent, words(lines[0][cell.cellIndex] || frame)] : [];
      told.textContent = cell ? `${heads.join(", ")}: ${words(cell)}` : words(link);
    }
    function go(link) {
      for (const each of links) each.tabIndex = each === link ? 0 : -1;
      link.focus();
    }
    function next(from, [down, right]) {
      const cell = from.closest("th, td");
      let line = cell.parentNode.rowIndex + down, place = cell.cellIndex + right;
      while (lines[line] && place >= 0 && place < lines[line].length) {
        if (lines[line][place]) return lines[line][place];
        line += down;
        place += right;
      }
      return null;
    }
    frame.addEventListener("keydown", (event) => {
      const from = event.target.closest("td a, th a");
      if (!from || event.ctrlKey || event.altKey || event.metaKey) return;
      const own = lines[from.closest("tr").rowIndex].filter(Boolean);
      const ends = { Home: own[0], End: own[own.length - 1] };
      const to = STEPS[event.key] ? next(from, STEPS[event.key]) : ends[event.key];
      if (!to && !STEPS[event.key]) return;
      event.preventDefault();
      if (to) go(to);
    });
    for (const kind of ["focusin", "mouseover"]) {
      frame.addEventListener(kind, (event) => {
        const link = event.target.closest("td a, th a");
        if (link) tell(link);
      });
    }
  }
  for (const frame of document.querySelectorAll(".heat-frame")) made(frame);
})();
