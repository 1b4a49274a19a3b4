// Keyboard: `/` searches, `?` lists the shortcuts, `g` and a letter goes somewhere, j and k
// walk along the rows of a table, Escape leaves the search and the navigation.

const PLACES = { o: "/", c: "/callbacks/", r: "/runs/", e: "/events/", t: "/triggers/" };

let going = 0;

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable], .ace_editor") !== null;
}

function step(direction) {
  const links = [...document.querySelectorAll("main a.row-link")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? 0 : Math.min(Math.max(at + direction, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

function act(key) {
  if (going && Date.now() - going < 1500 && PLACES[key]) {
    window.location.assign(PLACES[key]);
    return true;
  }
  going = key === "g" ? Date.now() : 0;
  if (key === "/") document.querySelector("[data-search]")?.select();
  else if (key === "?") document.getElementById("shortcuts")?.togglePopover();
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else return false;
  if (key === "/") document.querySelector("[data-search]")?.focus();
  return true;
}

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (event.target.matches("[data-search]")) event.target.blur();
      if (window.location.hash === "#navigation") window.location.hash = "main";
      return;
    }
    if (typing(event.target)) return;
    if (act(event.key)) event.preventDefault();
  });
}
