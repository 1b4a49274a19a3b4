// Output as a terminal shows it; draws the same as dashboard/templatetags/terminal.py.

const SEQUENCE = /\x1b\[([0-9;]*)m|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g;
const UNSEEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;
const MOST = 16;

function visible(text) {
  return text.replace(UNSEEN, (one) => {
    const number = one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `[U+${number}]`;
  });
}

function after(look, code) {
  if (code === 0) return {};
  if (code === 1 || code === 22) return { ...look, bold: code === 1 };
  if (code === 4 || code === 24) return { ...look, underlined: code === 4 };
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
    return { ...look, colour: code < 90 ? code - 30 : code - 82 };
  }
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) {
    return { ...look, ground: code < 100 ? code - 40 : code - 92 };
  }
  if (code === 39) return { ...look, colour: undefined };
  return code === 49 ? { ...look, ground: undefined } : look;
}

function changed(look, parameters) {
  const codes = parameters.split(";").slice(0, MOST).map((part) => Number(part.slice(-4)) || 0);
  for (let at = 0; at < codes.length; at += 1) {
    if (codes[at] === 38 || codes[at] === 48) at += codes[at + 1] === 5 ? 2 : 4;
    else look = after(look, codes[at]);
  }
  return look;
}

function classes(look) {
  const found = [];
  if (look.bold) found.push("ansi-bold");
  if (look.underlined) found.push("ansi-underlined");
  if (look.colour !== undefined) found.push(`ansi-${look.colour}`);
  if (look.ground !== undefined) found.push(`ansi-on-${look.ground}`);
  return found.join(" ");
}

function drawn(text, look) {
  const names = classes(look);
  if (!names) return document.createTextNode(visible(text));
  const span = document.createElement("span");
  span.className = names;
  span.textContent = visible(text);
  return span;
}

// Draws pieces of one output, one after the other; a colour goes on into the next piece.
export class Terminal {
  look = {};

  draw(text) {
    const nodes = [];
    let at = 0;
    for (const found of text.matchAll(SEQUENCE)) {
      if (found.index > at) nodes.push(drawn(text.slice(at, found.index), this.look));
      at = found.index + found[0].length;
      if (found[1] !== undefined) this.look = changed(this.look, found[1]);
    }
    if (at < text.length) nodes.push(drawn(text.slice(at), this.look));
    return nodes;
  }
}
