"""What stands between a name and its secret, and how far a secret goes.

Pieces of verbose patterns. Everything is bounded or never gone back over, so that a search
takes time linear in the text.
"""

from __future__ import annotations

from qubecb.runner.hosting.python_child.secret_names import NOT_ABOUT

#: What stands for the part of a secret that came before, where a portion begins within one:
#: characters that any secret may hold, and an end behind which a name can begin.
GOES_ON = b"x" * 16 + b"*" * 8
#: It, where asterisks are otherwise no part of a secret, so that what is masked stays as it is.
GONE_ON = r"(?:x{16}\*{8})?+"
#: Spaces, those of typesetters as well, and what colours a terminal.
_GAP = r"""[ \t]{0,40}+ (?: (?=[\x1b\\\xc2\xe2\xe3\xef])
    (?: \xc2\xa0 | \xe3\x80\x80 | \xe2\x80[\x80-\x8f\xaf] | \xef\xbb\xbf
      | (?:\x1b|\\u001b|\\x1b|\\033|\\e)\[[0-9;:]{0,16}[mK] ) [ \t]{0,3}+ ){0,4}+"""
#: A quote, as it is, in a string in a string, in an address or in HTML.
_QUOTE = r"""(?: "(?:""|"(?=\w))?+ | '(?:''|'(?=\w))?+ | \\\\{0,6}+["'] | %22
    | &(?:quot|apos|\#3[49]|\#x2[27]); )"""
#: What assigns: `=`, `:`, `=>`; XML's `>`; a colon and an equals sign as wide as a Chinese
#: character; either of them in an address; a type between.
_ASSIGNS = r"""(?> [!=]==?+ | =>?+ | := | ::(?=[ \t]) | ->
    | :[ ]?(?:str|bytes|string|String|Optional\[str\]|str[ ]\|[ ]None)[ ]?=(?!=)
    | :(?!:) | (?<![ \t])>(?!>) | (?<=[ \t])(?:[\w:.-]{1,40}+="[^"<>\n\0]{0,80}+"[ \t]{0,3}+){1,4}+>
    | \xef\xbc(?:\x9a|\x9d) | %(?:25)?3[dDaA] )"""
#: A name and its secret side by side: `name="password" value="..."`, ("password", "...").
_BESIDE = r"""["'] (?:
      \r\n\r\n | \\r\\n\\r\\n
    | (?:[ ](?!value)[\w-]{1,20}+="[^"<>\n\0]{0,40}+"){0,2}+ ,?[ \t]{0,3}+ ["']? (?:[vV]alue|VALUE) (?: =["'] | ["'][ ]?:[ ]?["'] )
    | ,[ \t]? (?=["'][^"'\\\n\0]{1,200}+["']\)) ["'] )
  | [\r\n]\n?+[ \t]{0,40}+ value:[ \t]++ ["']?+"""
#: A block in YAML follows.
_BLOCK = r"[|>][+-]?+[0-9]?+[ \t]{0,8}+\r?\n"
#: What may stand between a name and its value, the value's opening quote or bracket included.
#: The name may be a key: `settings["password"] = "..."`.
BETWEEN = rf"""(?: (?!--)[\w.-]{{1,40}}+ (?![\w.-]) {NOT_ABOUT} )?+
  (?=[\s"'=:!>%&\\\x1b\xc2\xe2\xe3\xef]) (?> {_BESIDE}
  | (?:{_QUOTE}\]?+)?+ {_GAP} {_ASSIGNS} {_GAP}
    (?: (?:[bBrRuUfF]{{0,2}}+|[\w.]{{1,40}}+\() {_QUOTE} | [\[({{] | {_BLOCK}(?=[ ]{{2}}) )?+ )"""


def _quoted(quote: str) -> str:
    """Up to the quote: in a string in a string in a string, in a string in a string, plain."""
    double = "''" if quote == "'" else "(?!)"
    plain = rf"[^{quote}\\\n\0]*+"
    return rf"""(?<={quote}) (?:
        (?<=\\\\{quote}) {plain} (?: \\++ (?!["'\\]) {plain} )*+
      | (?<=\\{quote}) {plain} (?: (?: \\\\(?:\\["'\\])?+ | \\[^"'\\\n\0] ) {plain} )*+
      | {plain} (?: (?: \\[^\n\0] | {double} ) {plain} )*+ )"""


def _lines_of_a_block() -> str:
    """The lines that are indented as the first one is."""
    return " | ".join(
        rf"(?=[ ]{{{depth}}}\S) (?: [ ]{{{depth}}}[^\n\0]{{0,512}}+ (?:\n|\Z) ){{1,64}}+"
        for depth in range(2, 14, 2)
    )


_IN_BRACKETS = r"(?<=[\[({]) [^\])}\n\0]*+"
_IN_AN_ADDRESS = r"""(?: (?<=%22) | (?<=%3[dDaA]) | (?<=%253[dDaA]) )
    (?: [^\s"'\\&,;)}\]<\0\x1b%] | %(?!2[26]) )++"""
_IN_HTML = r"""(?: (?<=&quot;) | (?<=&apos;) | (?<=&\#3[49];) | (?<=&\#x2[27];) ) [^&<\n\0]*+"""
#: Up to a space. A comma and its like end a word before a space and before the next name.
_WORD = r"""(?:[&;]++(?![\w.-]{1,40}+[=:;])|\\(?![nrt"'\\]))?+ [^\s"'\\&,;)}\]<\0\x1b]++
    (?: (?: [&,;)}\]]++ (?![\w.-]{1,40}+[=:]) | (?<=\w)["'](?=\w) | \\(?![nrt"'\\])
          | \x1b\[[0-9;]{0,16}+m )
        [^\s"'\\&,;)}\]<\0\x1b]++ )*+"""
#: A value: up to the quote that ends it, or the bracket, or what else does.
VALUE = rf"""(?: {_quoted('"')} | {_quoted("'")} | {_IN_BRACKETS}
  | (?<=\n) (?: {_lines_of_a_block()} )
  | (?<=[2aAdD;]) (?: {_IN_AN_ADDRESS} | {_IN_HTML} )
  | {_WORD} )"""
#: Where a word ends that is not a secret.
END = r"""(?: (?=[\s,;)}\]"'<&\\\0\x1b]) | (?=\.[\s"']) | \.?\Z )"""
_WORDS = (
    *(
        "none",
        "null",
        "nil",
        "no",
        "true",
        "false",
        "yes",
        "undefined",
        "unset",
        "required",
    ),
    *(
        "redacted",
        "optional",
        "ok",
        "object",
        "missing",
        "invalid",
        "incorrect",
        "expired",
    ),
    *("wrong", "hidden", "str", "string", "bytes"),
)
#: By their first letter: what begins with another is none of them.
_WORD_OF = "|".join(
    f"[{first}{first.upper()}](?i:{'|'.join(word[1:] for word in _WORDS if word[0] == first)})"
    for first in sorted({word[0] for word in _WORDS})
)
_PLACEHOLDERS = r"""(?=[%$\{<\#]) (?:
    %(?:\(\w{1,40}+\))?+[-.0-9]{0,6}+[a-z] | %[A-Z_]{2,40}+% | \$\{[\w.:-]{1,60}+\}
  | \$[A-Z_][A-Z0-9_]{0,40}+ | \{\{[^{}\n\0]{0,60}+\}\} | (?<=\{)\{[^{}\n\0]{0,60}+\}\}
  | \{\w{0,40}+\} | <[\w -]{1,40}+> | \#{1,8}+ ) | (?<=\{)\w{0,40}+\}"""
_FOLDERS = "home|etc|root|run|var|tmp|mnt|usr|opt|srv|net|Users|Volumes|proc|dev"
_ENDINGS = (
    r"(?<=\.json|\.conf|\.yaml)|(?<=\.txt|\.pem|\.key|\.cfg|\.ini|\.env|\.crt|\.yml)"
)
#: What is assigned to the names of secrets and is none: no value, one that is put in later, a path.
NOTHING = rf"""(?! (?: {_WORD_OF} | {_PLACEHOLDERS} ) {END}
  | (?<=:[ ])(?:raise|return|continue|break|pass)(?!\S) | (?<=[:=][ ]["'])[),\]]
  | {_BLOCK} | (?:https?|file):// | [/~.][\w./-]{{1,200}}+(?:{_ENDINGS}) {END} | /(?:{_FOLDERS})/ | ~/ | [A-Za-z]:[\\/] )"""
NO_NUMBER = r"(?! [+-]?+[0-9]{1,4}+(?:\.[0-9]{1,4}+)?+ %?+ (?![\w-]|\.\w) )"
