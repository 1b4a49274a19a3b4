// The answers to the steps of an edit. Each is about what was sent; a person may have gone on
// writing since, and nothing of that is lost:
//
// - what was typed into the text stays, and what the step wrote into it is put where it belongs;
// - what was typed into the mapping: the step is done again, on what is there now;
// - both, or both in one place: nothing is done, and that is said;
// - another step: it was chosen from what is about to change, so it is not done, and that is said.
//
// A check only looks. What is typed while one is on its way is looked at next, and so is a meaning.

import { toast } from "./connection.js";
import { moved } from "./stretches.js";

const AGAIN = "You kept typing meanwhile, so nothing was done. Do it again.";
const BUSY = "The step before it was still on its way. Do it again.";

function mapping(data) {
  return JSON.stringify([...data].filter(([name]) => name.startsWith("mapping-")));
}

export function answerSteps(form, editor, check) {
  let about = null; // the text that the last answer is about
  let focus = null;
  let last = null; // the request of the last step

  // Gives whether the answer can be put in; takes over what a step wrote into the text.
  function take({ xhr, requestConfig }) {
    const { elt, formData } = requestConfig;
    const sent = text(formData);
    about = sent;
    if (elt === editor.field) return true;
    const made = written(xhr.response) ?? sent;
    if (mapping(formData) === mapping(new FormData(form))) return write(sent, made);
    if (editor.text === sent) window.setTimeout(() => window.htmx.trigger(elt, "click"), 0);
    else toast("Not done", AGAIN);
    return false;
  }

  function write(sent, made) {
    if (sent === made) return true;
    const place = moved(sent, made, editor.text);
    if (!place) {
      toast("Not done", AGAIN);
      return false;
    }
    about = made;
    const still = editor.text === sent;
    editor.replace(place);
    if (still) editor.show(place.start);
    return true;
  }

  // A step takes effect where its button is, too: the focus comes back when it is done.
  function letGo() {
    const side = document.getElementById("side");
    focus = side.contains(document.activeElement) ? document.activeElement : null;
    focus?.blur();
  }

  function done(sent) {
    fill(sent);
    if (focus) (focus.isConnected ? focus : document.getElementById("side")).focus({ preventScroll: true });
    focus = null;
  }

  const running = () => last !== null && ![XMLHttpRequest.UNSENT, XMLHttpRequest.DONE].includes(last.readyState);

  // The second click of a double click is not another step.
  function refuse(event, clicks) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(clicks > 1)) toast("Not done", BUSY);
  }

  const isStep = (target, elt) => target?.id === "side" && elt !== editor.field;
  const step = ({ target, requestConfig }) => isStep(target, requestConfig.elt);
  document.addEventListener("htmx:confirm", (event) => {
    const { target, elt, triggeringEvent } = event.detail;
    if (running() && isStep(target, elt)) refuse(event, triggeringEvent?.detail);
    // a step has looked at it meanwhile, and what that said stays
    if (elt === editor.field && triggeringEvent?.type === "input" && editor.text === about) event.preventDefault();
  });
  form.addEventListener("submit", (event) => running() && refuse(event), true);
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    if (step(detail)) last = detail.xhr;
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id === "meaning" && typedSince(detail)) detail.shouldSwap = false;
    if (detail.target.id !== "side" || !detail.shouldSwap) return;
    detail.shouldSwap = take(detail);
    if (detail.shouldSwap && step(detail)) letGo();
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (step(detail)) done(detail.requestConfig.formData);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const answered = detail.target?.id === "side" && detail.xhr.status === 200;
    const late = editor.text !== about || (!step(detail) && typedSince(detail));
    if (answered && late) window.setTimeout(check, 0);
  });
}

// Whether the trigger that an answer is about is not the one in its field any more.
function typedSince({ requestConfig }) {
  const field = document.getElementById("id_mapping-trigger");
  const sent = requestConfig.formData.get("mapping-trigger");
  return field !== null && sent !== null && normal(sent) !== normal(field.value);
}

function text(data) {
  return normal(data.get("text") ?? "");
}

function normal(typed) {
  return String(typed).replaceAll("\r\n", "\n");
}

function written(answer) {
  const page = new DOMParser().parseFromString(answer, "text/html");
  return page.querySelector("[data-new-text]")?.value;
}

// A step says what stands in the fields; a browser that was typed into needs to be told. What was
// chosen since, for the next event, stays.
function fill(sent) {
  for (const field of document.querySelectorAll("#mapping :is(textarea, select, input:not([type=hidden]))")) {
    if (sent.has(field.name) && field.value !== sent.get(field.name)) continue;
    const value = initial(field);
    if (field.value !== value) field.value = value;
  }
}

// What the server wrote into a field.
export function initial(field) {
  if (field.nodeName !== "SELECT") return field.defaultValue;
  return ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value;
}
