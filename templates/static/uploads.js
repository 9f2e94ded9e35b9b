// The page of an upload looks again every second until the file is read; without scripts it reloads itself.
"use strict";
(function () {
  async function look() {
    const here = document.getElementById("upload-now");
    if (!here || !here.dataset.reading) return;
    try {
      const answer = await fetch(here.dataset.reading, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error("ended");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = page.getElementById("upload-now");
      if (there) here.replaceWith(document.adoptNode(there));
      document.title = page.title;
    } catch (error) {
      setTimeout(look, 5000);
      return;
    }
    setTimeout(look, 1000);
  }
  setTimeout(look, 1000);
})();
