"""The mask: what people may see of what a run said.

Everything that is stored of a run goes through here first: its output, its reason, its
traceback, its notes, what it asked of the farm. Secrets are replaced by as many asterisks, so
that offsets into the output stay what they were; what is masked stays as it is when it is
masked again.

A text of any length is masked in time linear in it, a portion at a time, so that no other
thread waits long: each pattern begins with a fixed word, and what follows is either bounded or
never gone back over (`*+`, `?+`). What a pattern needs to see before and after a place
is given to it from the portions around (`BEFORE`, `AFTER`).

A courtesy, not a guarantee: a secret is known by what stands before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qubecb.runner.python_child.secret_names import AUTHORIZATIONS, OTHERS, PASSWORDS

#: Bytes masked at a time.
PORTION = 64 * 1024
#: Bytes before and after a portion that are looked at: more than any pattern needs but for a
#: secret's own length, and that is known by the asterisks before the portion.
BEFORE, AFTER = 4 * 1024, 512

#: What may stand between a name and its value, the value's opening quote included. The name may
#: be a key: `settings["password"] = "..."`.
_BETWEEN = r"""
    [\w.-]{0,40}+ (?:\\?["']\]?+)?+ [ \t]{0,3}+
    (?:[!=]=|=>?+|:=|:(?!:)|(?<![ \t])>(?!>)) [ \t]{0,3}+
    (?:[bBrRuUfF]{0,2}+\\?+["'])?+
"""
#: A value: up to the quote that ends it, or the bracket, or to a space. A comma and its like end
#: one before a space and before the next name.
_VALUE = r"""
    (?<=\\") [^"\\\n\0]*+
  | (?<=") [^"\\\n\0]*+ (?:\\[^\n\0][^"\\\n\0]*+)*+
  | (?<=') [^'\\\n\0]*+ (?:\\[^\n\0][^'\\\n\0]*+)*+
  | [\[({] [^\])}\n\0]*+
  | [^\s"'\\&,;)}\]<\0]++
    (?: (?:[&,;)}\]]++ (?![\w.-]{1,40}+[=:]) | (?<=\w)["'](?=\w) | \\(?![nrt"'\\]))
        [^\s"'\\&,;)}\]<\0]++ )*+
"""
#: What is assigned to the names of secrets and is none.
_NOTHING = r"(?! (?:[nN]one|null|NULL|[tT]rue|[fF]alse|str|bytes) (?![\w.-]) )"
_NO_NUMBER = r"(?! [0-9]{1,4}+ (?![\w.-]) )"
_SCHEMES = "Bearer|Basic|Token|ApiKey|Negotiate|NTLM|bearer|basic|token"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern of two groups: what stays, and what is secret behind it."""

    #: One of these is in every text that the pattern finds something in, in lower case.
    stems: tuple[bytes, ...]
    pattern: re.Pattern[bytes]


def _rule(stems: str, stays: str, secret: str = _VALUE) -> _Rule:
    pattern = re.compile(f"({stays})({secret})".encode(), re.VERBOSE)
    return _Rule(tuple(stems.encode().split()), pattern)


def _rules_of(names: Sequence[str], unless: str) -> Iterator[_Rule]:
    """A rule for each letter that names begin with, so that each place is looked at by one."""
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        by_letter[name[0].lower()].append(name)
    for alike in by_letter.values():
        stems = " ".join({name[:3].lower() for name in alike})
        yield _rule(stems, f"(?:{'|'.join(alike)}) {_BETWEEN} {unless}")


_RULES = (
    # Authorization: Bearer abc
    _rule(
        "authorization",
        rf"(?:authorization|Authorization|AUTHORIZATION) {_BETWEEN} (?:{_SCHEMES}) [ \t]++",
        r"""[^\s"',;\0]++""",
    ),
    # Authorization: Digest username="jo", ...; Set-Cookie: id=abc; Path=/
    _rule(
        "authorization cookie",
        rf"""(?:authorization|Authorization|AUTHORIZATION|cookie|Cookie)
            (?: ["'][ \t]*+[=:][ \t]*+["'] | :[ \t]*+ ) (?! (?:{_SCHEMES})[ \t] )""",
        r"""[^\r\n\0'"] (?: [^\r\n\0'"]++ | (?<==)"[^"\r\n\0]*+" )*+""",
    ),
    # Bearer abcdefghijklmnop
    _rule("bearer", r"(?:bearer|Bearer)[ \t]++ (?=[\w.~+/=*-]{16})", r"[\w.~+/=*-]++"),
    # https://jo:abc@host, https://abcdefghijklmnopqrst@host
    _rule(
        "://",
        r"""://(?: [^\s/@:"'<>\[\0]{0,64}+ : (?! [0-9]{1,5}+ (?![^\s/"'<>\0]) )
                | (?=[\w-]{20,128}+@) )""",
        r"""(?: [^\s/"'<>\0]{1,256} (?=@) | [^\s/@"'<>\0]{1,256} \Z )""",
    ),
    # mysql -u jo -pabc, curl -s -u jo:abc
    _rule(
        "mysql curl",
        r"""(?: mysql\w{0,8}+ (?:[ \t](?!-p)[^\s|;\0]{1,80}+){0,6}+ [ \t]-p
              | curl (?:[ \t](?!-u[ \t]|--user|--proxy-user)[^\s|;\0]{1,80}+){0,6}+
                [ \t]-(?:u|-user|-proxy-user)[ \t=]["']?+[\w.@-]{1,64}+: )""",
    ),
    # -----BEGIN RSA PRIVATE KEY-----
    _rule(
        "-----begin",
        r"-----BEGIN[ ][A-Z ]{0,32}PRIVATE[ ]KEY-----",
        r"(?:[\w+/=\s\\:,]++|-(?!---))++",
    ),
    # --password abc, '--password', 'abc', sshpass -p abc
    _rule(
        "-pass -token -secret -key sshpass",
        r"""(?: -(?<![\w-]-)-?+ (?:[a-z0-9]{1,20}-){0,3}
                (?: [a-z]{0,8}pass(?:word|wd|phrase)?+|token|secret
                  | (?:api|private|access)-?+key )
                (?:[ \t]++["']?+|["'],?+[ \t]*+["'])
              | sshpass[ \t]++-p[ \t]*+["']?+ )
            (?! - | (?:is|was|to|or|and|must|for|in|not|needs?|option) (?!\w) )""",
    ),
    # password=abc, "token": "abc", API_KEY: abc
    *_rules_of(PASSWORDS, _NOTHING),
    *_rules_of(OTHERS, _NOTHING + _NO_NUMBER),
    # Uid=sa;Pwd=abc
    _rule(
        "pwd",
        r"""(?:pwd|Pwd)(?<!\w[pP]wd) [ \t]{0,3}+ = [ \t]{0,3}+ ["']?+
            (?! [/~.$\\] | [A-Za-z]:[\\/] )""",
    ),
    _rule(
        "auth",
        rf"""(?:{"|".join(AUTHORIZATIONS)}) {_BETWEEN} (?:(?<=["'])|(?=[\[(]))""",
    ),
)
#: Most texts are short and hold none of them: they are looked at once.
_ANY_STEM = re.compile(
    b"|".join(sorted({re.escape(stem) for rule in _RULES for stem in rule.stems}))
).search
_SHORT = 4 * 1024
_STARS = bytes(byte if byte in b"\0\r\n" else ord("*") for byte in range(256))
#: So many asterisks before a portion mean that its beginning goes on with a secret.
_LONG = 1024


def masked(data: bytes) -> bytes:
    """The data as people may see it, as long as it was."""
    if len(data) <= PORTION:
        return _masked(data)
    parts: list[bytes] = []
    before = b""
    for at in range(0, len(data), PORTION):
        end = at + PORTION
        window = _masked(before + data[at : end + AFTER])[: len(before) + PORTION]
        parts.append(window[len(before) :])
        before = _within_a_secret(window) or data[max(0, end - BEFORE) : end]
    return b"".join(parts)


def masked_text(text: str) -> str:
    """The text as people may see it."""
    data = text.encode("utf-8", "surrogatepass")
    found = masked(data)
    return text if found == data else found.decode("utf-8", "replace")


def masked_texts(texts: Sequence[str]) -> list[str]:
    """Many short texts at once, none of which holds a NUL."""
    return masked_text("\0".join(texts)).split("\0") if texts else []


def _within_a_secret(window: bytes) -> bytes:
    """Where a long secret goes on behind the window: how it began. Else nothing."""
    if not window.endswith(b"*" * _LONG):
        return b""
    return window.rstrip(b"*")[-AFTER:] + b"*" * 16


def _masked(window: bytes) -> bytes:
    lower = window.lower()
    if len(lower) <= _SHORT and not _ANY_STEM(lower):
        return window
    for rule in _RULES:
        if any(stem in lower for stem in rule.stems):
            parts = rule.pattern.split(window)
            if len(parts) > 1:
                parts[2::3] = _stars(parts[2::3])
                window = b"".join(parts)
    return window


def _stars(secrets: list[bytes]) -> list[bytes]:
    """Asterisks for each; lines stay lines. No secret holds a NUL."""
    return b"\0".join(secrets).translate(_STARS).split(b"\0")
