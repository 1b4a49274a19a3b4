// Makes a part of the page what the server says it is now, node by node: what is the same is
// not touched, and what a person has in hand stays (hands.js). So focus, selection, scroll
// positions, open boxes and typed text outlive every answer.

import { hands } from "./hands.js";

// Gives whether all of it could be done; `fresh` is used up.
export function morph(old, fresh) {
  return change(old, fresh, hands());
}

function change(old, fresh, hand) {
  if (old.isEqualNode(fresh) || sameMoment(old, fresh)) return true;
  if (hand.closes(old)) return false;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return true;
  }
  changeAttributes(old, fresh);
  return changeChildren(old, fresh, hand);
}

// The words of a time are kept true by the page itself (times.js).
function sameMoment(old, fresh) {
  return old.nodeName === "TIME" && "when" in old.dataset && old.dateTime === fresh.dateTime;
}

function changeAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (!ours(old, name, value) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !ours(old, name, "")) old.removeAttribute(name);
  }
}

// What the page itself changes: folds that somebody opened or closed, classes of the moment,
// and tokens, which are written differently each time (token.js).
function ours(element, name, value) {
  if (name === "open") return element.nodeName === "DETAILS";
  if (name === "value") return element.name === "csrfmiddlewaretoken";
  return name === "class" && lasting(element.className) === value;
}

function lasting(names) {
  const kept = typeof names === "string" ? names.split(/\s+/) : [];
  return kept.filter((each) => each && each !== "fresh" && !each.startsWith("htmx-")).join(" ");
}

function changeChildren(old, fresh, hand) {
  const wanted = [...fresh.childNodes];
  const partners = paired([...old.childNodes], wanted);
  const used = new Set(partners.filter(Boolean));
  const staying = new Set();
  for (const child of [...old.childNodes]) {
    if (used.has(child)) continue;
    if (hand.holds(child)) staying.add(child);
    else child.remove();
  }
  return arrange(old, wanted, partners, staying, hand) && staying.size === 0;
}

// For each wanted node the present one that it is another version of, or undefined.
function paired(present, wanted) {
  const found = new Map();
  for (const node of present) {
    const called = name(node);
    if (!found.has(called)) found.set(called, []);
    found.get(called).push(node);
  }
  for (const nodes of found.values()) nodes.reverse();
  return wanted.map((node) => found.get(name(node))?.pop());
}

const KEYS = ["id", "data-key", "href", "popovertarget", "action", "formaction", "name", "for"];

// Nodes of one name are versions of one thing. A button never becomes another button under the
// finger; rows and entries are told apart by what they lead to, cards by their headings.
function name(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeName;
  const told = teller(node);
  const keys = KEYS.map((key) => told.getAttribute(key)).filter(Boolean);
  if (node.matches("section")) keys.push(node.querySelector("h2, h3")?.textContent);
  if (node.matches("button, option, input[type=radio], input[type=checkbox]")) keys.push(node.value);
  return [node.nodeName, node.classList[0] ?? "", ...keys].join("\n");
}

function teller(node) {
  const listed = node.matches("tr, li") && !node.id && !node.dataset.key;
  return (listed && node.querySelector("a[href]")) || node;
}

function arrange(parent, wanted, partners, staying, hand) {
  let whole = true;
  let next = parent.firstChild;
  const pass = () => {
    while (staying.has(next)) next = next.nextSibling;
  };
  wanted.forEach((node, at) => {
    const partner = partners[at];
    pass();
    if (!partner) {
      parent.insertBefore(node, next);
      if (node.nodeName === "TR" && used(partners)) node.classList.add("fresh");
      return;
    }
    if (partner !== next) next = bring(parent, partner, next, hand);
    next = partner.nextSibling;
    whole = change(partner, node, hand) && whole;
  });
  return whole;
}

function used(partners) {
  return partners.some(Boolean);
}

// Puts a node before another one. What is in hand is not moved, for that lets go of it: what
// stands between goes behind it instead, and is put into its place when its turn comes.
function bring(parent, node, before, hand) {
  if (!hand.holds(node)) {
    parent.insertBefore(node, before);
    return before;
  }
  const behind = node.nextSibling;
  for (let each = before; each !== node; ) {
    const following = each.nextSibling;
    parent.insertBefore(each, behind);
    each = following;
  }
  return node;
}
