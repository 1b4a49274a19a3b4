// The text of callbacks.conf in an editor. The text field stays the form's field: without
// JavaScript, and on narrow screens, it is what one writes in. What stands beside it comes from
// the server: findings as notes in the margin, and a new text after a step of the form.

import { mode, theme } from "./conf_mode.js";

const field = document.getElementById("text");
const form = document.querySelector("[data-workspace]");
const WIDE = window.matchMedia("(min-width: 721px)");
let editor = null;
let marks = [];
let written = field?.value ?? "";
let leaving = false;

function mount() {
  const box = document.createElement("div");
  field.after(box);
  const ace = window.ace;
  ace.config.set("useStrictCSP", true);
  ace.config.set("loadWorkerFromBlob", false);
  editor = ace.edit(box, {
    value: field.value,
    mode: mode(ace),
    theme,
    useWorker: false,
    useSoftTabs: true,
    showPrintMargin: false,
    highlightActiveLine: true,
    fixedWidthGutter: true,
    scrollPastEnd: 0,
    minLines: 18,
    maxLines: Math.max(24, Math.floor((window.innerHeight - 260) / 20)),
    enableKeyboardAccessibility: true,
  });
  editor.session.setUndoManager(new ace.UndoManager());
  editor.textInput.getElement().setAttribute("aria-label", "callbacks.conf");
  field.hidden = true;
  const keys = document.querySelector(".editor-keys");
  if (keys) keys.hidden = false;
  editor.session.on("change", () => {
    if (field.value === editor.getValue()) return;
    field.value = editor.getValue();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function annotate() {
  const side = document.getElementById("side");
  if (!editor || !side) return;
  const found = JSON.parse(side.dataset.annotations || "[]");
  const { Range } = window.ace.require("ace/range");
  editor.session.setAnnotations(found);
  for (const mark of marks) editor.session.removeMarker(mark);
  marks = found.map((one) => {
    const range = new Range(one.row, one.column, one.row, Math.max(one.end, one.column + 1));
    return editor.session.addMarker(range, `found of-${one.type}`, "text");
  });
}

// A step of the form wrote into the text: take it over, so that undo still works.
function takeOver() {
  const fresh = document.querySelector("#side [data-new-text]");
  if (!fresh) return;
  const text = fresh.value;
  fresh.remove();
  if (editor) {
    field.value = text;
    replaceChangedLines(text);
  } else {
    field.value = text;
  }
}

function replaceChangedLines(text) {
  const { Range } = window.ace.require("ace/range");
  const before = editor.session.getValue().split("\n");
  const after = text.split("\n");
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let last = 0;
  const most = Math.min(before.length, after.length) - first;
  while (last < most && before[before.length - 1 - last] === after[after.length - 1 - last]) last += 1;
  if (first === before.length && first === after.length) return;
  const end = before.length - last;
  const lines = after.slice(first, after.length - last);
  const atEnd = last === 0;
  const range = atEnd
    ? new Range(Math.max(first - 1, 0), first ? before[first - 1].length : 0, end, 0)
    : new Range(first, 0, end, 0);
  const put = atEnd && first ? `\n${lines.join("\n")}` : lines.map((line) => `${line}\n`).join("");
  editor.session.replace(range, atEnd ? (first ? (lines.length ? put : "") : lines.join("\n")) : put);
  if (editor.getValue() !== text) editor.session.setValue(text);
  editor.scrollToLine(first, true, false);
}

function goTo(line, column) {
  if (editor) {
    editor.gotoLine(line, Math.max((column || 1) - 1, 0), true);
    editor.focus();
    return;
  }
  const start = field.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  field.focus();
  field.setSelectionRange(start, start);
}

function followPlaces() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.goto), Number(link.dataset.column));
  });
}

// What was typed is not lost by leaving: the browser asks, unless the form itself is sent.
function guard() {
  form.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && field.value !== written) event.preventDefault();
  });
}

if (field && form) {
  const side = document.getElementById("side");
  if (window.ace && WIDE.matches) mount();
  if (side) annotate();
  followPlaces();
  guard();
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "side" && !document.getElementById("side")) return;
    takeOver();
    annotate();
  });
  const open = /^#L(\d+)$/.exec(window.location.hash);
  if (open) goTo(Number(open[1]), 1);
}
