// What is typed saves by itself: at once in this browser, within a second of a pause at the hub. A lost connection, an
// ended session or a closed window lose nothing; what others type comes into its cells. Protocol: hub/web/unsaved.py.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells || !Hub.cells.form.dataset.unsaved) return;
  const { form, find, read, put, started, kept, tell, placeOf } = Hub.cells;
  const REST = 600, LONGEST = 4000, BEAT = 15000, SLOW_BEAT = 60000, MOST_WAIT = 60000;

  const status = document.getElementById("saved"), editors = document.getElementById("editors");
  const version = Number(form.elements.version.value), serial = form.elements.serial;
  const address = form.dataset.unsaved;
  let csrf = form.elements.csrf_token.value;

  const known = new Map(); // name → the text the hub has
  const asking = new Map(); // name → {mine, theirs, by}: both wrote, somebody must choose
  const notKept = new Set(); // names of fields whose text the hub would not keep
  let pending = new Map(), inflight = new Map(); // name → {text, was}
  let state = "open"; // "open", "offline", "signed_out", "closed"
  let failures = 0, timer = 0, firstTyped = 0, leaving = false, at = "";

  const knownText = (field) => (known.has(field.name) ? known.get(field.name) : started(field));

  // --- kept in this browser -----------------------------------------------------------------------------------------

  const PREFIX = `hub.unsaved.${form.dataset.filing}.${form.dataset.account}.`;
  const KEY = PREFIX + Math.random().toString(36).slice(2, 10);
  let stored = true;

  function keep() {
    const left = { ...Object.fromEntries(inflight), ...Object.fromEntries(pending) };
    for (const [name, { mine, theirs }] of asking) if (!left[name]) left[name] = { text: mine, was: theirs };
    try {
      if (Object.keys(left).length) localStorage.setItem(KEY, JSON.stringify(left)); else localStorage.removeItem(KEY);
      stored = true;
    } catch { stored = false; }
  }

  function leftovers() { // what earlier windows of this browser did not bring to the hub
    const found = {};
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX) && one !== KEY)) {
        Object.assign(found, JSON.parse(localStorage.getItem(key)));
        localStorage.removeItem(key);
      }
    } catch { /* this browser keeps nothing */ }
    return found;
  }

  // --- one meaning --------------------------------------------------------------------------------------------------

  function alike(field, one, other) { // as the hub compares: by meaning
    if (one.trim() === other.trim()) return true;
    const place = placeOf(field), column = place && place.sheet.known(field);
    if (!column || !window.HubRules) return false;
    const [left, right] = [one, other].map((text) => window.HubRules.readText(text, column, Hub.cells.program.texts).value);
    return left !== undefined && left === right;
  }

  function standing(field) { // what stands in a field for people: a computed figure where it is left blank
    return field.value || (field.closest("td.computed") && field.placeholder !== Hub.words.computes ? field.placeholder : "");
  }

  function takeUp() { // leftovers newer than the hub's go into their cells; where the hub has something else, ask
    const left = leftovers();
    const names = [];
    for (const [name, { text, was }] of Object.entries(left)) {
      const field = reach(name);
      if (!field || alike(field, text, field.type === "checkbox" ? read(field) : standing(field))) continue;
      if (alike(field, was, read(field))) {
        put(field, text);
        if (Hub.undo) Hub.undo.settle(field);
        names.push(name);
      } else asking.set(name, { mine: text, theirs: read(field), by: Hub.words.somebody });
    }
    if (names.length) {
      tell(names, "kept");
      Hub.cells.announce(Hub.say("from_this_machine", { n: names.length }));
    }
    ask();
  }

  function reach(name) { // the field of a name; lists grow for it
    const [kind, code, number] = name.split(".");
    if (kind === "rec" && !find(name) && Hub.records) {
      const sheet = Hub.cells.sheets.find((one) => one.code === code);
      if (sheet) Hub.records.ensure(sheet, Number(number) + 1);
    }
    return find(name);
  }

  // --- sending ------------------------------------------------------------------------------------------------------

  form.addEventListener("hub:changed", (event) => {
    if (event.detail.by === "others") return;
    for (const name of event.detail.names) note(name);
    keep();
    plan();
  });

  function note(name) {
    const field = kept(name) && find(name);
    if (!field) return;
    const text = read(field), was = pending.has(name) ? pending.get(name).was : inflight.has(name) ? inflight.get(name).text : knownText(field);
    asking.delete(name);
    if (Hub.conflicts) Hub.conflicts.forget(field);
    if (text === was && !inflight.has(name)) pending.delete(name); else pending.set(name, { text, was });
  }

  function plan() {
    const now = Date.now();
    if (!firstTyped) firstTyped = now;
    if (["signed_out", "closed", "other"].includes(state)) return show();
    const wait = failures ? Math.min(1000 * 2 ** failures, MOST_WAIT) : Math.max(0, Math.min(REST, firstTyped + LONGEST - now));
    schedule(wait);
    show();
  }

  function schedule(wait) { clearTimeout(timer); timer = setTimeout(send, wait); }

  function beat() {
    if (state === "other") return;
    const waiting = pending.size && state !== "closed" && state !== "signed_out";
    const soon = failures ? Math.min(1000 * 2 ** failures, MOST_WAIT) : state === "signed_out" ? 5000 : waiting ? REST : document.hidden ? SLOW_BEAT : BEAT;
    schedule(soon);
  }

  async function send() {
    if (inflight.size || leaving || state === "other") return;
    inflight = state === "closed" ? new Map() : pending;
    if (inflight === pending) pending = new Map();
    firstTyped = 0;
    show();
    let answer;
    try {
      answer = await post(Object.fromEntries(inflight));
    } catch (error) {
      answer = { error: { code: error.name === "TypeError" ? "offline" : "failed" } };
    }
    if (answer.error) fail(answer.error.code); else done(answer);
    keep();
    show();
    beat();
  }

  async function post(changes, again = true) {
    const response = await fetch(address, {
      method: "POST", credentials: "same-origin", cache: "no-store", redirect: "error",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify({ version, seen: Number(serial ? serial.value : 0), changes }),
    });
    const said = await answerOf(response);
    if (said.error && response.status === 403 && said.error.code === "not_meant" && again && await renew()) return post(changes, false);
    return said;
  }

  async function answerOf(response) {
    try { return await response.json(); } catch { return { error: { code: response.ok ? "failed" : `status_${response.status}` } }; }
  }

  async function renew() { // a new session has a new token: every form of the page gets it
    const said = await answerOf(await fetch(address, { credentials: "same-origin", cache: "no-store" }));
    if (!said.csrf) return false;
    if (said.account && said.account !== form.dataset.account) { state = "other"; return false; } // nobody speaks for another
    csrf = said.csrf;
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = csrf;
    return true;
  }

  function fail(code) { // everything that was on its way is still to be sent
    for (const [name, one] of inflight) pending.set(name, pending.has(name) ? { text: pending.get(name).text, was: one.was } : one);
    inflight = new Map();
    if (code === "not_signed_in") { state = "signed_out"; failures = 0; return; }
    if (code === "not_meant") { if (state !== "other") state = "signed_out"; failures = 0; return; }
    if (["locked", "not_found", "forbidden"].includes(code)) { state = "closed"; failures = 6; return; }
    state = "offline";
    failures = Math.min(failures + 1, 6);
  }

  function done(answer) {
    const sent = inflight;
    inflight = new Map();
    failures = 0;
    if (state === "signed_out") renewForms();
    state = "open";
    if (serial) serial.value = answer.serial;
    for (const name of answer.saved || []) {
      if (sent.has(name)) known.set(name, sent.get(name).text);
      notKept.delete(name);
    }
    for (const name of answer.refused || []) notKept.add(name);
    for (const [name, one] of sent) if (pending.has(name) && (answer.saved || []).includes(name)) pending.get(name).was = one.text;
    for (const [name, { text, by, mine }] of Object.entries(answer.conflicts || {})) {
      if (!pending.has(name)) asking.set(name, { mine, theirs: text, by: by || Hub.words.somebody });
    }
    takeOthers(answer.others || {});
    ask();
    showEditors(answer.editors || []);
    if (sent.size) at = new Date().toLocaleTimeString("vi-VN", { hour12: false, timeZone: "Asia/Ho_Chi_Minh" });
  }

  function renewForms() { renew().catch(() => {}); }

  // --- what others typed --------------------------------------------------------------------------------------------

  function takeOthers(others) {
    const changed = [];
    for (const [name, { text, by }] of Object.entries(others)) {
      const field = reach(name);
      if (!field || pending.has(name) || asking.has(name) || isBeingWritten(field)) continue;
      known.set(name, text);
      if (alike(field, read(field), text)) continue;
      put(field, text);
      if (Hub.undo) Hub.undo.settle(field);
      if (Hub.conflicts) Hub.conflicts.flash(field, by);
      changed.push(name);
    }
    tell(changed, "others");
  }

  const isBeingWritten = (field) => document.activeElement === field && read(field) !== (Hub.undo ? Hub.undo.settledText(field) : knownText(field));

  function ask() {
    if (!Hub.conflicts) return;
    for (const [name, one] of asking) {
      const field = reach(name);
      if (field) Hub.conflicts.ask(field, one, (mine) => settle(name, mine));
    }
  }

  function settle(name, keepMine) {
    const one = asking.get(name), field = find(name);
    asking.delete(name);
    known.set(name, one.theirs);
    put(field, keepMine ? one.mine : one.theirs);
    if (Hub.undo) Hub.undo.settle(field);
    if (keepMine) pending.set(name, { text: one.mine, was: one.theirs });
    tell([name], "others");
    keep();
    plan();
  }

  // --- what is said -------------------------------------------------------------------------------------------------

  function show() {
    status.replaceChildren();
    status.className = `saved ${state}`;
    const text = state === "signed_out" ? Hub.words.signed_out : state === "closed" ? Hub.words.closed
      : state === "other" ? Hub.words.other_person
      : state === "offline" ? Hub.words.offline : pending.size || inflight.size ? Hub.words.saving
        : at ? Hub.say("saved_at", { time: at }) : Hub.words.saved_none;
    status.append(text);
    if (state === "signed_out") status.append(" ", link(Hub.words.sign_in_again, `${form.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`, "_blank"));
    if (state === "closed" || state === "other") status.append(" ", link(Hub.words.reload, location.pathname));
    if (asking.size) status.append(" · ", Hub.say("conflicts", { n: asking.size }));
    if (notKept.size) status.append(" · ", Hub.say("not_kept", { n: notKept.size }));
  }

  function link(text, href, target = "") {
    const made = document.createElement("a");
    Object.assign(made, { textContent: text, href });
    if (target) Object.assign(made, { target, rel: "noopener" });
    return made;
  }

  function showEditors(names) {
    const text = names.length ? Hub.say("others_here", { names: names.map((one) => one.name || one).join(", ") }) : "";
    if (editors.textContent !== text) editors.textContent = text;
    editors.hidden = !text;
  }

  // --- leaving ------------------------------------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    if (leaving) { event.preventDefault(); return; } // the second click of a double click
    leaving = true;
    setTimeout(() => { leaving = false; beat(); }, 15000); // no page came
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && !stored && (pending.size || inflight.size)) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    if (leaving || !pending.size || state !== "open") return;
    const body = JSON.stringify({ version, seen: Number(serial ? serial.value : 0), changes: Object.fromEntries(pending) });
    if (body.length > 60000) return; // it is kept in this browser
    fetch(address, { method: "POST", keepalive: true, credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; schedule(0); } });
  window.addEventListener("online", () => { failures = 0; schedule(0); });
  window.addEventListener("offline", () => { state = state === "open" ? "offline" : state; show(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) schedule(0); });
  window.addEventListener("focus", () => { if (state !== "open") schedule(0); });

  Hub.autosave = { flush: send, state: () => state, pending: () => pending.size + inflight.size };
  document.addEventListener("DOMContentLoaded", () => { takeUp(); show(); schedule(pending.size ? 0 : 1500); }, { once: true });
})();
