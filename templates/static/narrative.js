// The narrative parts: they grow with what is written, and say how much room is left.
"use strict";
(function () {
  const Hub = window.Hub;
  if (!Hub || !Hub.cells) return;
  const grows = CSS.supports("field-sizing", "content");

  for (const text of document.querySelectorAll("textarea[data-narrative]")) {
    const room = document.createElement("p");
    room.className = "form-text room";
    room.id = `room-${text.id}`;
    text.after(room);
    text.setAttribute("aria-describedby", room.id);
    const show = () => {
      room.textContent = Hub.say("letters", { n: text.value.length.toLocaleString("vi"), most: text.maxLength.toLocaleString("vi") });
      if (grows) return;
      text.style.height = "auto";
      text.style.height = `${text.scrollHeight + 4}px`;
    };
    Hub.cells.form.addEventListener("hub:changed", (event) => { if (event.detail.names.includes(text.name)) show(); });
    show();
  }
})();
