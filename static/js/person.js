// Who this page was made for, and who is logged in in this browser now. A person who logs in in another
// tab does so for all of them: what is done here would be done in that name. So it is said, and
// nothing is sent until somebody has chosen to go on.

const banner = document.querySelector("[data-other-person]");

function signedIn() {
  const found = /(?:^|; )person=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  try {
    return decodeURIComponent(found);
  } catch {
    return ""; // not written by us
  }
}

function say() {
  const name = signedIn();
  for (const place of document.querySelectorAll("[data-signed-in]")) {
    if (place.textContent !== name) place.textContent = name;
  }
  for (const place of document.querySelectorAll("[data-as]")) show(place, Boolean(name));
  if (banner) show(banner, other());
}

function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

function other() {
  const made = document.body.dataset.person;
  const name = signedIn();
  return Boolean(made && name && made !== name);
}

// Whether nothing may be sent, because somebody else would be taken for who did it.
export function mistaken() {
  say();
  return other();
}

export function askWho() {
  banner?.querySelector("button").focus();
}

function goOn() {
  document.body.dataset.person = signedIn();
  for (const place of document.querySelectorAll("[data-person-here]")) place.textContent = signedIn();
  document.querySelector("[data-right-here]")?.remove();
  say();
}

banner?.querySelector("button").addEventListener("click", goOn);
window.addEventListener("pageshow", say);
document.addEventListener("visibilitychange", say);
window.setInterval(() => document.hidden || say(), 1000);
say();
