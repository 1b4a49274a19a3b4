// Every form and request carries the token that this browser has now. Logging in, here or in
// another tab, renews it, and a page that was loaded before goes on working.

const FIELD = "csrfmiddlewaretoken";

function token() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get" && token()) detail.parameters[FIELD] = token();
});
document.addEventListener(
  "submit",
  ({ target }) => {
    const field = target.querySelector(`[name=${FIELD}]`);
    if (field && token()) field.value = token();
  },
  true,
);
