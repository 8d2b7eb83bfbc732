/* Keys of the whole page, and the dialog that lists them all. */
(() => {
  "use strict";
  const dialog = document.getElementById("keys");
  const single = dialog.querySelector("[data-single-keys]");
  const isTyping = (target) => target.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

  // --- The dialog ---

  const show = () => { if (!document.querySelector("dialog[open]")) dialog.showModal(); };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys]")) show(); });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  // Single keys can be in the way of speech input: whoever wants to switches them off.
  single.checked = localStorage.getItem("single-keys") !== "off";
  single.addEventListener("change", () => {
    if (single.checked) localStorage.removeItem("single-keys");
    else localStorage.setItem("single-keys", "off");
  });

  // --- Keys ---

  // The form and its rows may be shown anew in place: they are asked for each time.
  const form = () => window.sectionPage.form;
  const press = (selector) => form().querySelector(selector)?.click();
  const takeBack = () => window.sectionPage.rows.takeBack();

  function onCtrl(event) {
    const key = event.key.toLowerCase();
    if (key === "s") press("[name=_save]");
    // In a box beside the form it sends that box.
    else if (key === "enter" && !event.target.closest("#comments, dialog, .pop, #findings")) press("[name=_next]");
    else if (key === "z" && !event.shiftKey && !isTyping(event.target)) takeBack();
    else return;
    event.preventDefault();
  }

  function onAlt(event) {
    const digit = event.code.match(/^Digit(\d)$/)?.[1];
    if (digit) document.querySelectorAll(".section-tabs > a")[(Number(digit) + 9) % 10]?.click();
    else if (event.code === "KeyR") toReason();
    else if (event.code === "KeyZ") takeBack();
    else return;
    event.preventDefault();
  }

  function toReason() {
    const choices = [...form().querySelectorAll(".reason [name=reason]")];
    (choices.find((choice) => choice.checked) ?? choices[0])?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.getModifierState("AltGraph")) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey) onCtrl(event);
    else if (event.altKey && !event.ctrlKey && !event.metaKey) onAlt(event);
    else if (event.key === "?" && single.checked && !isTyping(event.target)) { show(); event.preventDefault(); }
  });
})();
