// How callbacks.conf is coloured in the editor: comments, settings, files, and triggers with the
// same parts and colours as everywhere else.

const TYPES = "job|subjob|work|host|time|repeat|globaltime|globalrepeat|global";

// No rule goes over the same characters again and again, so that a line of any length is coloured
// at once.
const RULES = {
  start: [
    { token: "setting", regex: /^\s*#\s*qubecb:.*$/ },
    { token: "comment", regex: /^\s*#.*$/ },
    { token: ["text", "file", "equals"], regex: /^(\s*)([^=#\s][^=]*)(=\s*)/, next: "trigger" },
    { defaultToken: "text" },
  ],
  trigger: [
    { token: "comment", regex: /\s#.*$/, next: "start" },
    { token: "joiner", regex: /&&|\|\||\b(?:and|or)\b|[()]/, caseInsensitive: false },
    {
      token: ["event", "hyphen", "type", "hyphen", "context", "hyphen", "extra"],
      regex: new RegExp(`\\b([A-Za-z_]\\w*)(-)(${TYPES})(?:(-)([^-\\s()&|#]+))?(?:(-)([^\\s()&|#]+))?`),
    },
    { token: ["type", "hyphen", "extra"], regex: /(globaltime|globalrepeat|global)(-)?([\d-]*)/ },
    { token: "text", regex: /$/, next: "start" },
    { defaultToken: "text" },
  ],
};

export const theme = { isDark: false, cssClass: "ace-qubecb", cssText: "" };

export function mode(ace) {
  const { Mode: TextMode } = ace.require("ace/mode/text");
  const { TextHighlightRules } = ace.require("ace/mode/text_highlight_rules");
  class Rules extends TextHighlightRules {
    constructor() {
      super();
      this.$rules = RULES;
      this.normalizeRules();
    }
  }
  const made = new TextMode();
  made.HighlightRules = Rules;
  made.lineCommentStart = "#";
  return made;
}
