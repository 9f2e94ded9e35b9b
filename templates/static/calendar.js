// Arrow keys between the days of the month; without this file every day with a deadline is a link as any other.
"use strict";
(function () {
  const calendar = document.getElementById("calendar");
  if (!calendar) return;
  const days = [...calendar.querySelectorAll("[data-day]")];
  const AT = "hub_calendar_day";

  function choose(day, focus) {
    for (const each of days) each.tabIndex = each === day ? 0 : -1;
    if (focus) day.focus();
  }

  function turn(id, day) {
    try { sessionStorage.setItem(AT, String(Number(day.dataset.day.slice(-2)))); } catch { /* the month opens at its first day */ }
    document.getElementById(id).click();
  }

  calendar.addEventListener("keydown", (event) => {
    const at = days.indexOf(event.target.closest("[data-day]"));
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const weekday = (new Date(`${days[at].dataset.day}T00:00:00Z`).getUTCDay() + 6) % 7;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -weekday, End: 6 - weekday }[event.key];
    if (event.key === "PageUp") turn("month-before", days[at]);
    else if (event.key === "PageDown") turn("month-after", days[at]);
    else if (step !== undefined) choose(days[Math.min(Math.max(at + step, 0), days.length - 1)], true);
    else return;
    event.preventDefault();
  });

  let kept = null;
  try { kept = sessionStorage.getItem(AT); sessionStorage.removeItem(AT); } catch { kept = null; }
  const back = kept && days[Math.min(Number(kept), days.length) - 1];
  choose(back || calendar.querySelector("[aria-current=date]") || days[0], Boolean(back));
})();
