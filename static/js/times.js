// Relative times stay true while the page is open: `3 min ago` becomes `4 min ago`.

const STEPS = [
  [60, 1, "s"],
  [3600, 60, "min"],
  [2 * 86400, 3600, "h"],
  [60 * 86400, 86400, "d"],
];

function relative(moment, now) {
  const seconds = (now - moment) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 1) return "now";
  for (const [below, divisor, unit] of STEPS) {
    if (distance < below) {
      const count = Math.floor(distance / divisor);
      return seconds > 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`;
    }
  }
  return null;
}

// How far this browser's clock is ahead of the server's.
const AHEAD = Date.now() - Number(document.body.dataset.now || Date.now() / 1000) * 1000;

export function keepTimes() {
  window.setInterval(() => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("time[data-when]")) {
      const said = relative(Date.parse(element.dateTime), Date.now() - AHEAD);
      if (said && said !== element.textContent) element.textContent = said;
    }
  }, 1000);
}
