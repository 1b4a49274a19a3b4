// Tells the server in which time zone this browser is, so that pages show its times.

const YEAR = 365 * 24 * 3600;
const ASKED = "zone-asked";
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function kept() {
  const found = document.cookie.split("; ").find((part) => part.startsWith("zone="));
  return found ? found.slice(5) : "";
}

if (zone && kept() !== zone) {
  document.cookie = `zone=${zone}; path=/; max-age=${YEAR}; samesite=lax`;
  const shown = document.querySelector("[data-zone]");
  // the page that is there shows another zone: once, and only before anybody has begun anything
  if (shown && shown.dataset.zone !== zone && kept() === zone && !sessionStorage.getItem(ASKED)) {
    sessionStorage.setItem(ASKED, "1");
    window.location.reload();
  }
}
