// Regions with `data-poll` ask again by themselves, but not while nobody looks, nor while a
// dialog is open: an answer may bring parts of the page that lie elsewhere, and with them a
// new, closed dialog. When the page is looked at again they hear `look` and ask at once.

export function pollWhileVisible() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const region = event.detail.elt;
    if (!region.matches("[data-poll]")) return;
    const open = document.querySelector(":popover-open") || region.contains(chosen());
    if (document.hidden || open) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) window.htmx?.trigger(document.body, "look");
  });
}

// What is being used is not taken away from under the hand: selected text, a focused field.
function chosen() {
  const selection = document.getSelection();
  if (selection && !selection.isCollapsed) return selection.anchorNode;
  const focus = document.activeElement;
  return focus?.matches("input, textarea, select") ? focus : null;
}
