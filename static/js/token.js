// Every form and request carries the token that this browser has now. Logging in again, here or
// in another tab, renews it, and a page that was loaded before goes on working; but not when
// somebody else has logged in (person.js).

import { askWho, mistaken } from "./person.js";

const FIELD = "csrfmiddlewaretoken";

function token() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
}

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, parameters } = event.detail;
  if (verb === "get") return;
  if (mistaken()) event.preventDefault();
  else if (token()) parameters[FIELD] = token();
});
document.addEventListener(
  "submit",
  (event) => {
    const field = event.target.querySelector(`[name=${FIELD}]`);
    if (!field) return;
    if (mistaken()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      askWho();
    } else if (token()) field.value = token();
  },
  true,
);
