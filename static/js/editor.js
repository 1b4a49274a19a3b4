// The text of callbacks.conf in an editor. The text field stays the form's field: without
// JavaScript, and on narrow screens, it is what one writes in.

import { mode, theme } from "./conf_mode.js";

const WIDE = window.matchMedia("(min-width: 721px)");

export class Editor {
  constructor(field) {
    this.field = field;
    this.ace = null;
    this.marks = [];
    this.quiet = false;
    if (window.ace && WIDE.matches) this.mount(window.ace);
  }

  mount(ace) {
    const box = document.createElement("div");
    this.field.after(box);
    ace.config.set("useStrictCSP", true);
    ace.config.set("loadWorkerFromBlob", false);
    this.ace = ace.edit(box, {
      value: this.field.value,
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
    this.ace.session.setUndoManager(new ace.UndoManager());
    this.ace.textInput.getElement().setAttribute("aria-label", "callbacks.conf");
    this.field.hidden = true;
    const keys = document.querySelector(".editor-keys");
    if (keys) keys.hidden = false;
    this.ace.session.on("change", () => this.typed());
  }

  typed() {
    if (this.field.value === this.ace.getValue()) return;
    this.field.value = this.ace.getValue();
    this.tell();
  }

  // `input` asks for a check, `written` does not: who wrote it knows what it is about.
  tell() {
    this.field.dispatchEvent(new Event(this.quiet ? "written" : "input", { bubbles: true }));
  }

  get text() {
    return this.field.value;
  }

  // Puts a stretch into the text; undo takes it back, and the cursor stays where it was.
  replace({ start, end, text }) {
    this.quiet = true;
    if (this.ace) {
      const { Range } = window.ace.require("ace/range");
      const place = (offset) => this.ace.session.doc.indexToPosition(offset);
      this.ace.session.replace(Range.fromPoints(place(start), place(end)), text);
    } else {
      this.field.setRangeText(text, start, end, "preserve");
      this.tell();
    }
    this.quiet = false;
  }

  annotate(found) {
    if (!this.ace) return;
    const { Range } = window.ace.require("ace/range");
    const { session } = this.ace;
    session.setAnnotations(found);
    for (const mark of this.marks) session.removeMarker(mark);
    this.marks = found.map((one) => {
      const range = new Range(one.row, one.column, one.row, Math.max(one.end, one.column + 1));
      return session.addMarker(range, `found of-${one.type}`, "text");
    });
  }

  show(offset) {
    if (!this.ace) return;
    this.ace.scrollToLine(this.ace.session.doc.indexToPosition(offset).row, true, false);
  }

  goTo(line, column) {
    if (this.ace) {
      this.ace.gotoLine(line, Math.max((column || 1) - 1, 0), true);
      this.ace.focus();
      return;
    }
    const lines = this.field.value.split("\n").slice(0, line - 1);
    const start = lines.reduce((sum, each) => sum + each.length + 1, 0);
    this.field.focus();
    this.field.setSelectionRange(start, start);
  }
}
