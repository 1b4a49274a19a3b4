// What a person must know of requests that did not work: a banner while there is no
// connection or session, a message when the server refused or failed.

const SAYINGS = {
  400: "The request could not be read. Reload the page and try again.",
  403: "This is not allowed with your rights.",
  404: "What the page asked for is gone; it may have been pruned. Reload the page.",
  409: "Somebody else changed this meanwhile. Reload the page to see both.",
  413: "The request is too large.",
  429: "Too many requests at once. Wait a moment and try again.",
  507: "The disk is full: nothing was stored. Make room, then try again.",
};
const SERVER = "A defect of qubecb; its log says more. Reload the page, and try again.";
let last = "";

function banner(name, shown) {
  const element = document.querySelector(`[data-${name}]`);
  if (element && element.hidden === shown) element.hidden = !shown;
}

export function toast(title, text) {
  const box = document.querySelector("[data-toasts]");
  const form = document.querySelector("template[data-toast]");
  if (!box || !form || last === title + text) return;
  const element = form.content.firstElementChild.cloneNode(true);
  element.querySelector("[data-toast-title]").textContent = title;
  element.querySelector("[data-toast-text]").textContent = text;
  const close = () => {
    last = "";
    element.remove();
  };
  element.querySelector("[data-toast-close]").addEventListener("click", close);
  last = title + text;
  box.append(element);
  window.setTimeout(close, 12000);
}

export function watchConnection() {
  document.addEventListener("htmx:sendError", () => banner("offline", true));
  document.addEventListener("htmx:timeout", () => banner("offline", true));
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    banner("offline", false);
    banner("signed-out", event.detail.xhr.status === 401);
  });
  window.addEventListener("offline", () => banner("offline", true));
  window.addEventListener("online", () => window.htmx?.trigger(document.body, "look"));
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status === 401) detail.isError = false; // the banner says it
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    toast(`The server answered ${status}`, SAYINGS[status] || SERVER);
  });
}
