// An edit that is not saved: the browser asks before it is left, and this tab keeps a copy, so
// that it is there again after Back, a reload or a login.

const forms = document.querySelectorAll("[data-unsaved]");
const key = forms[0] && `edit of ${forms[0].dataset.unsaved}`;

// `sent`: what is on its way to the server, while a person goes on writing.
export function keep(base, text, sent) {
  try {
    if (base) window.sessionStorage.setItem(key, JSON.stringify({ base, text, sent }));
    else window.sessionStorage.removeItem(key);
  } catch {
    // a full or forbidden storage: the edit is in the page all the same
  }
}

export function kept() {
  try {
    return JSON.parse(window.sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

// `changed` tells whether there is anything to lose. Sending one of the page's own forms, going
// back to the text, or saying that the edit is to be dropped, asks nothing.
export function guard(changed) {
  let leaving = false;
  for (const form of forms) {
    form.addEventListener("submit", () => {
      leaving = true;
    });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-drop]")) keep(null);
    if (event.target.closest("[data-drop], [data-back]")) leaving = true;
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && changed()) event.preventDefault();
  });
}
