// Regions with `data-poll` ask again by themselves, but not while nobody looks; when the page is
// looked at again they hear `look` and ask at once. Every answer is put in by `morph`, the parts
// that lie elsewhere too: what a person has in hand stays, and when it is let go the page
// catches up with what it was told meanwhile.

import { onRelease } from "./hands.js";
import { morph } from "./morph.js";

const late = new Map();

function put(target, fragment) {
  const fresh = [...fragment.children].find((each) => each.id === target.id);
  if (!fresh) return [];
  const again = fresh.cloneNode(true);
  if (morph(target, fresh)) late.delete(target);
  else late.set(target, again);
  return [target];
}

function catchUp() {
  for (const [target, fresh] of [...late]) {
    late.delete(target);
    if (!target.isConnected) continue;
    const box = document.createDocumentFragment();
    box.append(fresh);
    put(target, box);
    window.htmx.process(target);
  }
}

// An answer to what the region does not ask any more, because it was filtered meanwhile.
function outdated(detail) {
  const region = detail.requestConfig.elt;
  return region.matches("[data-poll]") && region.getAttribute("hx-get") !== detail.pathInfo.requestPath;
}

export function pollWhileVisible() {
  window.htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment) => style === "morph" && put(target, fragment),
  });
  onRelease(catchUp);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("[data-poll]") && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (outdated(event.detail)) event.detail.shouldSwap = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) window.htmx?.trigger(document.body, "look");
  });
}
