// Comfort for remarks and points of a return: the cell one stands on goes into the form. Every form works without this.
"use strict";
(function () {
  const Hub = window.Hub || {};
  const say = (name, values) => (Hub.say ? Hub.say(name, values) : "");
  const box = document.getElementById("remark-box");
  const place = document.getElementById("remark-place");
  const text = document.getElementById("remark-text");
  const sendBack = document.getElementById("send-back");
  let here = null; // the element with data-place that was last on

  // --- Which cell one stands on --------------------------------------------------------------------------------------

  // The words of a cell's row and column stand at row.<form>.<row> and col.<form>.<column>.
  function whereOf(element) {
    if (!element) return "";
    if (element.dataset.where) return element.dataset.where;
    const [form, row, column] = element.dataset.place.split("/");
    const words = [document.getElementById(`row.${form}.${row}`), document.getElementById(`col.${form}.${column}`)];
    const said = words.filter(Boolean).map((each) => (each.firstChild ? each.firstChild.textContent : "").trim());
    if (column && said.some(Boolean)) return [form, ...said.filter(Boolean)].join(", ");
    const label = element.querySelector("label");
    return label ? label.firstChild.textContent.trim() : element.dataset.place;
  }

  function note(event) {
    const found = event.target instanceof Element && event.target.closest("[data-place]");
    if (!found) return;
    if (here) here.classList.remove("remark-here");
    here = found;
    if (!here.querySelector("input, select, textarea")) here.classList.add("remark-here");
    if (floating) showFloating();
  }
  document.addEventListener("focusin", note);
  document.addEventListener("click", note);

  // --- A remark about it ---------------------------------------------------------------------------------------------

  function remarkOn(wanted, where) {
    if (!box || !place) return;
    let option = [...place.options].find((each) => each.value === wanted);
    if (!option) {
      option = new Option(where || say("place", {place: wanted}), wanted);
      place.add(option);
    }
    place.value = wanted;
    box.open = true;
    text.focus();
    box.scrollIntoView({block: "center"});
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-remark-here]");
    if (!button || !box) return;
    event.preventDefault();
    const named = button.dataset.remarkHere;
    if (named || button.hasAttribute("href")) remarkOn(named, button.dataset.where);
    else remarkOn(here ? here.dataset.place : "", whereOf(here));
  });
  document.addEventListener("hub:remark", (event) => remarkOn(event.detail.place, event.detail.where));
  for (const button of document.querySelectorAll("#review [data-remark-here][hidden]")) button.hidden = !box;

  // --- A point of a return about it ----------------------------------------------------------------------------------

  const points = document.getElementById("points-here");
  const count = document.getElementById("points-count");

  function pointOn(wanted, where) {
    const given = document.querySelector(`.point-box textarea[name="${CSS.escape("point:" + wanted)}"]`);
    sendBack.open = true;
    if (given) {
      given.closest("details").open = true;
      given.focus();
      return;
    }
    let item = points.querySelector(`[data-point="${CSS.escape(wanted)}"]`);
    if (!item) {
      item = document.createElement("li");
      item.dataset.point = wanted;
      const label = document.createElement("label");
      const area = document.createElement("textarea");
      area.id = `point-at-${points.children.length}-${Date.now()}`;
      label.htmlFor = area.id;
      label.textContent = say("point_for", {where});
      area.name = `point:${wanted}`;
      area.rows = 2;
      area.maxLength = 4000;
      area.className = "form-control";
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-link btn-sm";
      remove.textContent = say("point_remove");
      remove.addEventListener("click", () => {
        item.remove();
        countPoints();
      });
      item.append(label, area, remove);
      points.append(item);
    }
    item.querySelector("textarea").focus();
  }

  function countPoints() {
    const named = [...document.querySelectorAll('[name^="point:"], [name="point_text"]')];
    const written = named.filter((field) => field.value.trim()).length;
    count.hidden = !written;
    count.textContent = say("points", {n: written});
  }
  if (sendBack) {
    document.addEventListener("input", countPoints);
    countPoints();
  }

  // --- What one may do with the cell, beside it ----------------------------------------------------------------------

  const tools = [];
  const toolbar = [...document.querySelectorAll("[data-remark-here]")].some((each) => !each.closest("#review, #decide"));
  if (box && !toolbar) {
    tools.push(["remark_here", () => remarkOn(here.dataset.place, whereOf(here))]);
  }
  if (sendBack) tools.push(["point_here", () => pointOn(here.dataset.place, whereOf(here))]);
  let floating = null;
  if (tools.length && document.querySelector("[data-place]")) {
    floating = document.createElement("div");
    floating.className = "remark-tools no-print";
    floating.hidden = true;
    for (const [name, act] of tools) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-secondary";
      button.textContent = say(name);
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        act();
      });
      floating.append(button);
    }
    document.body.append(floating);
  }
  function showFloating() {
    floating.hidden = !here;
  }

  // --- A link to a thread opens what hides it ------------------------------------------------------------------------

  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = target && target.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
    if (target && target.matches(".thread, .points > li")) target.focus();
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();
})();
