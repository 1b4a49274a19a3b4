"""Which names are a secret's: the one rule for locals, output and everything else of a run.

Plain Python 3.6: a callback's process hides its locals by it, and the worker's mask of whole
texts (`qubecb/runner/mask.py`) is built on it. A name is taken by its parts, whether they are
joined as `api_token`, `apiToken`, `API-TOKEN` or `api.token`: `tokens`, `tokenizer`, `author`
or `compass` are not secrets, and neither is what a name says of one: `token_path`, `auth_type`.

No pattern here repeats anything, and each begins with a word, so that a search takes time
linear in the text's length.
"""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List, Sequence

#: What stands for the value of one.
MASK = "********"

#: Such a word is a whole part of a name, or some parts.
_PARTS = (
    *(
        "token",
        "accesstoken",
        "apitoken",
        "authtoken",
        "csrftoken",
        "csrfmiddlewaretoken",
    ),
    *("secret", "secrets", "clientsecret", "apisecret", "appsecret", "cookie"),
    *("cookies", "credential", "credentials", "phpsessid", "jsessionid"),
    *("pw", "bindpw", "rootpw", "adminpw", "userpw"),
)
#: Before "key": these keys open something.
_KEYS = (
    *("api", "private", "access", "auth", "account", "encryption", "decryption"),
    *("signing", "secret", "session", "shared", "deploy", "script"),
)
#: Before "tokens": other tokens are counted.
_TOKENS = ("access", "api", "auth", "refresh")
#: Before "pass": these passes are rendered.
_RENDERED = (
    *("ambient", "ao", "aov", "background", "beauty", "bg", "char", "comp", "crypto"),
    *("cryptomatte", "depth", "diffuse", "emission", "fg", "first", "fog", "gi"),
    *("hair", "high", "id", "layer", "light", "lighting", "low", "mask", "matte"),
    *("motion", "multi", "normal", "num", "object", "occlusion", "position"),
    *("reflection", "refraction", "render", "second", "shading", "shadow", "spec"),
    *("specular", "sss", "two", "utility", "uv", "velocity", "volume", "z", "zdepth"),
)
#: At the end of a name: it is about a secret, and holds none.
_ABOUT = (
    *("file", "files", "filename", "path", "paths", "dir", "folder", "directory"),
    *("location", "name", "names", "type", "kind", "url", "uri", "endpoint", "domain"),
    *("count", "counts", "length", "len", "size", "limit", "index", "version", "sock"),
    *("ttl", "expiry", "expires", "expires_in", "expires_at", "expiration", "age"),
    *("lifetime", "timeout", "changed_at", "created_at", "policy", "prompt", "field"),
    *("required", "enabled", "header", "method", "provider", "store", "helper"),
    *("manager", "backend", "status", "error", "format", "class", "samesite", "env"),
)


def by_length(words: "Sequence[str]") -> "List[str]":
    """Alternatives of equal length, as a regular expression needs them to look back."""
    lengths = sorted({len(word) for word in words})
    return [
        "(?i:%s)" % "|".join(word for word in words if len(word) == length)
        for length in lengths
    ]


#: What may come right before a word besides a character that is not a letter: `\\n` in a repr, and colours of a
#: terminal. Each holds a character that no secret does, so nothing is looked through twice.
_BEFORE = (
    r"\\[nrt]",
    r"\[m",
    r"[;\[][0-9]m",
    r"[;\[][0-9][0-9]m",
    r";[0-9][0-9][0-9]m",
)


def begins(word: str, after: str = "A-Za-z") -> str:
    """The word, where it begins: not after these characters."""
    seen = re.escape(word)
    looks = ["(?<=%s%s)" % (before, seen) for before in _BEFORE]
    looks.insert(0, "(?<![%s]%s)" % (after, seen))
    return "%s(?:%s)" % (seen, "|".join(looks))


def _is_a_part(word: str, rest: str = "", upper_rest: str = "") -> "List[str]":
    """Patterns for the word in its three spellings, as whole parts; each with its rest."""
    title, upper = word.capitalize(), word.upper()
    return [
        begins(word) + rest + "(?![A-Za-z])",
        "{0}(?<![A-Z]{0}){1}(?![a-z])".format(title, rest),
        begins(upper) + upper_rest + "(?![A-Za-z])",
    ]


def _pass() -> "List[str]":
    """Patterns for `db_pass`, `dbPass`, `DB_PASS`, but no pass that is rendered."""
    lower, title, upper = (
        "pass(?<=[_.-]pass)(?![A-Za-z])",
        "Pass(?<=[a-z0-9_.-]Pass)(?![a-z])",
        "PASS(?<=[_.-]PASS)(?![A-Za-z])",
    )
    for words in by_length(_RENDERED):
        lower += "(?<!(?<![A-Za-z])%s[_.-]pass)" % words
        title += "(?<!{0}Pass)(?<!{0}[_.-]Pass)".format("(?<![A-Za-z])" + words)
        upper += "(?<!(?<![A-Za-z])%s[_.-]PASS)" % words
    return [lower, title, upper]


def _flat(found: "Iterable[List[str]]") -> "List[str]":
    return [pattern for patterns in found for pattern in patterns]


#: Passwords, whatever stands before: PGPASSWORD, dbpassword. All that is assigned is secret.
PASSWORDS = [
    "pass(?:wor[dt]|wd|phrase|code)(?![A-Za-z])",
    "Pass(?:[wW]or[dt]|wd|[pP]hrase|[cC]ode)(?![a-z])",
    "PASS(?:WOR[DT]|WD|PHRASE|CODE)(?![A-Za-z])",
]
#: Other secrets. Small numbers that are assigned to them are not secret.
OTHERS = (
    _flat(map(_is_a_part, _PARTS))
    + _flat(
        _is_a_part(word, "[ _.-]?[kK]eys?", "[ _.-]?(?:KEYS?|[kK]eys?)")
        for word in _KEYS
    )
    + _flat(_is_a_part(word, "[_.-]?[tT]okens", "[_.-]?TOKENS") for word in _TOKENS)
    + _is_a_part("session", "[ _.-]?[iI][dD]", "[ _.-]?ID(?<!XDG_SESSION_ID)")
    + _pass()
    + ["pass(?:word|phrase|code)s(?![A-Za-z])", "Pass(?:word|phrase|code)s(?![a-z])"]
    + ["PASS(?:WORD|PHRASE|CODE)S(?![A-Za-z])"]
    + ["pwd(?<=[_.-]pwd)(?![A-Za-z])", "PWD(?<=[_.-]PWD)(?![A-Za-z])"]
    + ["Pwd(?<=[a-z]Pwd)(?![a-z])"]
)
#: Who may go in: in a text only what looks like a secret is hidden behind these.
AUTHORIZATIONS = _is_a_part("auth") + _is_a_part("authorization")
#: Where a name ends that is about a secret, and holds none.
NOT_ABOUT = "".join("(?<!%s)" % words for words in by_length(_ABOUT))

_SECRET = "|".join(PASSWORDS + OTHERS + AUTHORIZATIONS)


def is_secret(name: "Any") -> bool:
    """Whether a name looks like a secret's."""
    return (
        isinstance(name, str)
        and bool(re.search(_SECRET, name))
        and not name.lower().endswith(_ABOUT)
    )
