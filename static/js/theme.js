// The theme: the system's, light or dark. Kept in a cookie, so that the server writes it into
// the page and nothing flashes.

const ORDER = ["system", "light", "dark"];
const YEAR = 365 * 24 * 3600;

function current() {
  return document.documentElement.dataset.theme || "system";
}

function choose(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const age = theme === "system" ? 0 : YEAR;
  document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
}

export function switchTheme() {
  const button = document.querySelector("[data-theme-switch]");
  if (!button) return;
  const say = () => {
    button.querySelector("span").textContent = `Theme: ${current()}`;
  };
  say();
  button.hidden = false;
  button.addEventListener("click", () => {
    choose(ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length]);
    say();
  });
}
