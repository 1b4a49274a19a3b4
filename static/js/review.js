// The pages on the way to a save: what is to be saved is kept and guarded like the edit itself.

import { guard, keep, kept } from "./unsaved.js";

const form = document.querySelector("[data-unsaved]");
const wroteOn = kept()?.sent !== undefined;
if (!wroteOn) keep(form.elements.base.value, form.elements.text.value);
for (const notice of document.querySelectorAll("[data-wrote-on]")) notice.hidden = !wroteOn;

// Back leads to the editor, which has the edit: only a link away is asked about.
let away = false;
document.addEventListener("click", (event) => {
  away = event.target.closest("a[href]") !== null;
});
window.navigation?.addEventListener("navigate", ({ navigationType }) => {
  away = navigationType === "push";
});
guard(() => away);
