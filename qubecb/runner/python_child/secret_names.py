"""Which names are a secret's: the one rule for locals, output and everything else of a run.

Plain Python 3.6: a callback's process hides its locals by it, and the worker's mask of whole
texts (`qubecb/runner/mask.py`) is built on it. A name is taken by its parts, whether they are
joined as `api_token`, `apiToken`, `API-TOKEN` or `api.token`: `tokens`, `tokenizer`, `author`
or `compass` are not secrets.

No pattern here repeats anything, and each begins with a letter, so that a search takes time
linear in the text's length.
"""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List

#: What stands for the value of one.
MASK = "********"

#: Such a word is a whole part of a name, or some parts.
_PARTS = (
    *("token", "accesstoken", "apitoken", "authtoken", "csrftoken"),
    *("secret", "clientsecret", "credential", "credentials", "cookie"),
    *("sessionid", "phpsessid", "jsessionid"),
)
#: Before "key": these keys open something.
_KEYS = ("api", "private", "access", "auth", "account", "encryption", "signing")
#: Before "pass": these passes are rendered.
_RENDERED = ("render", "light", "shadow", "beauty", "aov", "num", "first", "multi")


def _is_a_part(word: str, rest: str = "", upper_rest: str = "") -> "List[str]":
    """Patterns for the word in its three spellings, as whole parts; each with its rest."""
    title, upper = word.capitalize(), word.upper()
    return [
        "{0}(?<![A-Za-z]{0}){1}(?![A-Za-z])".format(word, rest),
        "{0}(?<![A-Z]{0}){1}(?![a-z])".format(title, rest),
        "{0}(?<![A-Za-z]{0}){1}(?![A-Za-z])".format(upper, upper_rest),
    ]


def _pass() -> "List[str]":
    """Patterns for `pass`, `db_pass`, `dbPass`, `DB_PASS`, but no pass that is rendered."""
    lower, title, upper = _is_a_part("pass")
    for word in _RENDERED:
        lower += "(?<!%s[_.-]pass)" % word
        title += "(?<!%sPass)" % word
        upper += "(?<!%s[_.-]PASS)" % word.upper()
    return [lower, title, upper]


def _flat(found: "Iterable[List[str]]") -> "List[str]":
    return [pattern for patterns in found for pattern in patterns]


#: Passwords, whatever stands before: PGPASSWORD, dbpassword. All that is assigned is secret.
PASSWORDS = [
    "pass(?:word|wd|phrase|code)(?![A-Za-z])",
    "Pass(?:[wW]ord|wd|[pP]hrase|[cC]ode)(?![a-z])",
    "PASS(?:WORD|WD|PHRASE|CODE)(?![A-Za-z])",
]
#: Other secrets. Small numbers that are assigned to them are not secret.
OTHERS = (
    _flat(map(_is_a_part, _PARTS))
    + _flat(_is_a_part(word, "[_.-]?[kK]ey", "[_.-]?KEY") for word in _KEYS)
    + _pass()
    + ["pwd(?<=[_.-]pwd)(?![A-Za-z])", "PWD(?<=[_.-]PWD)(?![A-Za-z])"]
    + ["Pwd(?<=[a-z]Pwd)(?![a-z])"]
)
#: Who may go in: in a text only what looks like a secret is hidden behind these.
AUTHORIZATIONS = _is_a_part("auth") + _is_a_part("authorization")

_SECRET = re.compile("|".join(PASSWORDS + OTHERS + AUTHORIZATIONS))


def is_secret(name: "Any") -> bool:
    """Whether a name looks like a secret's."""
    return isinstance(name, str) and bool(_SECRET.search(name))
