// Follows the output of a run by offset: asks for what is new, adds it, and stays at the end
// unless somebody has scrolled away. What a page keeps is bounded; the rest is in "As text".

import { Terminal } from "./terminal.js";

const KEPT = 512 * 1024;
const terminal = new Terminal();

function atEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < 24;
}

// While somebody selects in it, nothing moves and nothing is dropped.
function selecting(box) {
  const selection = document.getSelection();
  return !!selection && !selection.isCollapsed && box.contains(selection.anchorNode);
}

function add(box, text) {
  const pre = box.querySelector("pre");
  const still = selecting(box);
  const stay = atEnd(box) && !still;
  for (const node of terminal.draw(text)) pre.append(node);
  let over = still ? 0 : pre.textContent.length - KEPT;
  while (over > 0 && pre.childNodes.length > 1) {
    over -= pre.firstChild.textContent.length;
    pre.firstChild.remove();
  }
  if (stay) box.scrollTop = box.scrollHeight;
}

function say(total) {
  const note = document.querySelector("[data-follow-note]");
  const kib = Number(total) / 1024;
  if (note && total > 0) note.textContent = kib < 1 ? `${total} bytes` : `${kib.toFixed(1)} KiB`;
}

function done(box) {
  document.querySelector("[data-following]")?.remove();
  delete box.dataset.follow;
  const empty = document.querySelector("[data-output-empty]:not([hidden])");
  if (empty) empty.textContent = "It wrote nothing.";
}

async function ask(box, decoder) {
  const address = `${box.dataset.follow}?offset=${box.dataset.offset}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  const ended = answer.headers.get("X-Ended") === "true";
  const text = decoder.decode(bytes, { stream: !ended });
  if (text) {
    document.querySelector("[data-output-empty]")?.setAttribute("hidden", "");
    add(box, text);
  }
  say(answer.headers.get("X-Total"));
  box.dataset.offset = answer.headers.get("X-Next-Offset") || box.dataset.offset;
  return { ended, more: bytes.byteLength > 0 };
}

async function follow(box) {
  const decoder = new TextDecoder("utf-8");
  box.scrollTop = box.scrollHeight;
  for (;;) {
    let pause = 1000;
    if (!document.hidden) {
      try {
        const { ended, more } = await ask(box, decoder);
        if (ended) break;
        pause = more ? 300 : 1000;
      } catch {
        pause = 5000;
      }
    }
    await new Promise((resume) => window.setTimeout(resume, pause));
  }
  done(box);
}

// What ended is opened at its end, too: that is where it says how.
const box = document.querySelector("[data-output]");
if (box) box.scrollTop = box.scrollHeight;
if (box && box.dataset.follow) follow(box);
