// The tour of a first visit, one step at a time; without this file all its steps stand on the page.
"use strict";
(function () {
  const tour = document.getElementById("tour");
  if (!tour) return;
  const steps = [...tour.querySelectorAll(".tour-steps > li")];
  const back = tour.querySelector("[data-tour=back]");
  const next = tour.querySelector("[data-tour=next]");
  const place = document.getElementById("tour-place");
  let at = 0;

  function show(number, focus) {
    at = Math.min(Math.max(number, 0), steps.length - 1);
    steps.forEach((step, index) => { step.hidden = index !== at; });
    back.hidden = at === 0;
    next.hidden = at === steps.length - 1;
    place.textContent = Hub.say("tour_step", { n: at + 1, all: steps.length });
    if (focus) steps[at].focus();
  }

  tour.classList.add("tour-stepwise");
  back.addEventListener("click", () => show(at - 1, true));
  next.addEventListener("click", () => show(at + 1, true));
  tour.addEventListener("keydown", (event) => {
    if (event.target.closest("form")) return;
    if (event.key === "ArrowRight") show(at + 1, true);
    else if (event.key === "ArrowLeft") show(at - 1, true);
    else return;
    event.preventDefault();
  });
  show(0, false);
})();
