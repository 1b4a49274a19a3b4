// One edit in two views: the text in the editor, and what the server makes of it beside it. What
// is typed in one while an answer for the other is on its way stays (steps.js).

import { Editor } from "./editor.js";
import { answerSteps, initial } from "./steps.js";
import { moved, stretch } from "./stretches.js";
import { guard, keep, kept } from "./unsaved.js";

const form = document.querySelector("[data-workspace]");
const editor = new Editor(document.getElementById("text"));
let saved = document.querySelector("[data-saved]")?.value ?? editor.text;
let told = "";

const unsaved = () => editor.text !== saved;
const check = () => window.htmx.trigger(editor.field, "look");

// Something typed into the form beside, that is not in the text yet.
function unapplied() {
  const mapping = document.getElementById("mapping");
  if (!mapping) return false;
  const fields = [...mapping.querySelectorAll("[name^=mapping-]:not([type=hidden])")];
  return "unapplied" in mapping.dataset || fields.some((field) => field.value !== initial(field));
}

function say() {
  const lines = editor.text.split("\n").length - (editor.text.endsWith("\n") || !editor.text ? 1 : 0);
  const note = document.querySelector("[data-lines]");
  const words = `${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"}`;
  if (note && note.textContent !== words) note.textContent = words;
  for (const state of document.querySelectorAll("[data-state]")) {
    state.hidden = (state.dataset.state === "changed") !== unsaved();
  }
}

function remember() {
  if (unsaved()) keep(form.elements.base.value, editor.text);
  else keep(null);
}

function showFindings() {
  editor.annotate(JSON.parse(document.getElementById("side").dataset.annotations || "[]"));
}

// What is typed while the edit is on its way to the review, which says that it is there.
function keepWhatIsWrittenOn() {
  let sent;
  form.addEventListener("submit", () => {
    sent = editor.text;
  });
  window.addEventListener("pageshow", () => {
    sent = undefined;
  });
  window.addEventListener("pagehide", () => {
    if (sent !== undefined && editor.text !== sent) keep(form.elements.base.value, editor.text, sent);
  });
}

// An edit that this tab kept: after Back, a reload, a login. One that was saved is done with, but
// for what was written while it was on its way.
function restore() {
  const edit = kept();
  const fresh = !document.querySelector("[data-saved]");
  const taken = !fresh || window.location.hash === "#saved";
  if (!edit || (taken ? edit.sent === undefined : edit.text === saved)) return;
  const added = taken && moved(edit.sent, edit.text, editor.text);
  if (!taken) form.elements.base.value = edit.base;
  editor.replace(added || stretch(editor.text, edit.text));
  document.querySelector("[data-restored]").hidden = false;
  document.addEventListener("DOMContentLoaded", check); // htmx listens from then on
}

// Somebody else saved: an untouched text follows, a touched one is told (with the next check).
function follow() {
  const newer = document.querySelector("#standing [data-newer]");
  if (!newer || newer.dataset.newer === told) return;
  told = newer.dataset.newer;
  if (!unsaved() && !document.getElementById("mapping")) {
    form.elements.base.value = told;
    saved = newer.value;
    editor.replace(stretch(editor.text, saved));
  }
  check();
}

function followPlaces() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (!link) return;
    event.preventDefault();
    editor.goTo(Number(link.dataset.goto), Number(link.dataset.column));
  });
  const open = /^#L(\d+)$/.exec(window.location.hash);
  if (open) editor.goTo(Number(open[1]), 1);
}

for (const name of ["input", "written"]) {
  editor.field.addEventListener(name, () => {
    say();
    remember();
  });
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "standing") follow();
  if (event.detail.target?.id === "side") showFindings();
  say();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && unsaved() && !kept()) window.location.reload();
});
guard(() => unsaved() || unapplied());
answerSteps(form, editor, check);
showFindings();
restore();
if (window.location.hash === "#saved") window.history.replaceState(null, "", window.location.pathname);
remember();
say();
followPlaces();
keepWhatIsWrittenOn();
