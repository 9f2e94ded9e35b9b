// The words that scripts speak come from the page, in the reader's language: {{ words({'saved': _('…')}) }}.
"use strict";
(function () {
  const words = {};
  for (const block of document.querySelectorAll("script.words")) Object.assign(words, JSON.parse(block.textContent));
  window.Hub = Object.assign(window.Hub || {}, {
    words,
    language: document.documentElement.lang,
    // Hub.say("errors", {n: 3}) fills the {n} of the page's text.
    say: (name, values = {}) => (words[name] || "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole),
  });
})();
