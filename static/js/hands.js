// What a person has in hand: an open box, what has the focus, what is pressed, what is selected.
// No answer of the server takes it away (morph.js). `onRelease` tells when some of it was let go.

const OPEN = ":popover-open, dialog[open]";
const FIELD = "input, textarea, select, [contenteditable]";
const RELEASES = ["focusout", "toggle", "close", "pointerup", "pointercancel", "selectionchange"];

// The smallest element with all that is selected.
function selected() {
  const selection = document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const around = selection.getRangeAt(0).commonAncestorContainer;
  return around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement;
}

export function hands() {
  const focus = document.activeElement;
  const pressed = [...document.querySelectorAll(":active")].pop();
  const root = [null, undefined, document.body, document.documentElement];
  const held = [focus, pressed].filter((each) => !root.includes(each));
  const field = focus?.matches(FIELD) ? [focus] : [];
  const closed = [...document.querySelectorAll(OPEN), ...field, selected()].filter(Boolean);
  return {
    // whether the node, or something in it, is in hand: it stays where it is
    holds: (node) => [...held, ...closed].some((each) => node.contains(each) || each.contains(node)),
    // whether nothing in the node may change either
    closes: (node) => closed.some((each) => each.contains(node)),
  };
}

export function onRelease(act) {
  let waits = 0;
  const later = () => {
    window.clearTimeout(waits);
    waits = window.setTimeout(act, 0);
  };
  for (const name of RELEASES) document.addEventListener(name, later, true);
}
