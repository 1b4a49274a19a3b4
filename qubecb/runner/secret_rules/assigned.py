"""Secrets that are assigned to a name: `password=abc`, `"token": "abc"`, `API_KEY: abc`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from qubecb.runner.hosting.python_child.secret_names import (
    AUTHORIZATIONS,
    OTHERS,
    PASSWORDS,
    begins,
    by_length,
)
from qubecb.runner.secret_rules.prose import OF_A_PASSWORD, OF_ANOTHER
from qubecb.runner.secret_rules.rule import Rule, rule
from qubecb.runner.secret_rules.shapes import BETWEEN, END, NO_NUMBER, NOTHING

#: What a password may stand behind besides: SQL's `PASSWORD 'abc'`, `set_password("abc")`, prose.
_SAID = rf"""| [ \t]{{1,3}}+ (?=["'][^\s"',;()\0]{{1,128}}+["']) ["'] | \([ \t]?["']
    | {OF_A_PASSWORD}"""
_BETWEEN = rf"(?: {BETWEEN} | {OF_ANOTHER} )"
#: Before "token" in what a parser says, and before "pass" where one is rendered, in prose:
#: `unexpected token: NUMBER`, `Render pass: hero`. They are never masked as secrets themselves, so
#: that they are found when a text is masked a second time.
_READ = ("unexpected", "unrecognized", "unrecognised", "unterminated", "next", "not")
_SHOWN = (
    *("render", "rendering", "shadow", "light", "lighting", "layer", "aov", "final"),
    *("current", "this", "next"),
)


def _not_after(words: Sequence[str], name: str) -> str:
    """The name does not stand behind one of the words."""
    begins_there = r"""(?:(?<!\S)|(?<=[\s(]["']))"""
    return "".join(
        rf"(?<!{begins_there}{alike}[ ]{name})" for alike in by_length(words)
    )


_GRAMMAR = rf"""(?! (?<=[tT]oken:[ ]) [A-Z][A-Z_]{{0,24}}+ {END}
  | (?i:{"|".join(_READ)}) {END} )"""
#: How one goes in, and no secret.
_WAYS = "basic|digest|none|ntlm|kerberos|ldap|oauth2?|saml|jwt|bearer|password|token|ok|failed"
#: What a pass that is rendered is called.
_PASSES = (
    *(
        "albedo",
        "alpha",
        "all",
        "ambient",
        "ambientocclusion",
        "aov",
        "ao",
        "atmosphere",
    ),
    *(
        "background",
        "beauty",
        "begin",
        "bg",
        "caustics",
        "char",
        "clown",
        "coat",
        "color",
    ),
    *("colour", "complete", "completed", "contour", "cryptomatte", "crypto", "custom"),
    *(
        "default",
        "depth",
        "diffuse",
        "direct",
        "done",
        "dynamic",
        "emission",
        "emissive",
    ),
    *("end", "env", "exr", "fg", "fill", "filter", "final", "finished", "first", "fog"),
    *(
        "foreground",
        "fur",
        "gi",
        "glow",
        "group",
        "hair",
        "holdout",
        "id",
        "illumination",
    ),
    *("indirect", "irradiance", "key", "last", "layer", "lights", "lighting", "light"),
    *(
        "main",
        "masks",
        "mask",
        "master",
        "material",
        "matte",
        "motion",
        "multi",
        "normals",
    ),
    *("normal", "object", "occlusion", "pass", "position", "preview", "primary", "raw"),
    *("reflections", "reflection", "reflect", "refractions", "refraction", "refract"),
    *("rendered", "rendering", "render", "rgba", "rgb", "rim", "scatter", "second"),
    *("secondary", "self", "shading", "shadows", "shadow", "sheen", "skin", "skipped"),
    *("specular", "spec", "sss", "started", "start", "static", "subsurface", "texture"),
    *(
        "total",
        "translucency",
        "transmission",
        "transparency",
        "utility",
        "uv",
        "vector",
    ),
    *(
        "velocity",
        "volumes",
        "volume",
        "wireframe",
        "ws",
        "wire",
        "world",
        "zdepth",
        "n",
        "p",
        "z",
    ),
)
_LONGEST_FIRST = "|".join(sorted({*_PASSES, *_READ, *_SHOWN}, key=len, reverse=True))
NO_PASS = rf"""(?! ["']?+ (?i: (?:{_LONGEST_FIRST})
    (?: (?:["'],[ ]?["']|[0-9_./+-]{{0,8}}+) (?:{_LONGEST_FIRST}) ){{0,6}}+ )
    [0-9_./+-]{{0,8}}+ {END} )"""
_UNLESS = NOTHING + NO_NUMBER
_PASS = rf"""(?![A-Za-z0-9_.-]) {_not_after(_SHOWN, "(?i:pass)")}
    {BETWEEN} (?<!\{{) {_UNLESS} {NO_PASS}"""
#: Names that hold another word for sure: it is looked for once for all of them.
_WITH_KEY = (
    *("account", "private", "encryption", "decryption", "signing", "shared", "deploy"),
    "script",
)
_STEMS = {
    **{word: f"key+{word}" for word in _WITH_KEY},
    **{word: f"key+{word}|token+{word}" for word in ("access", "api")},
    **{word: f"token+{word}" for word in ("apitoken", "refresh")},
    **{word: f"secret+{word}" for word in ("clientsecret", "apisecret", "appsecret")},
    **{word: f"pw+{word}" for word in ("bindpw", "rootpw", "adminpw", "userpw")},
    "pwd": "pw+pwd",
    "jsessionid": "session+jsessionid",
    "csrftoken": "token+csrf",
}


def _alike(names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The names by how they begin: the word that they share, and those of each spelling."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[name[:4]].append(name)
    by_stem: defaultdict[str, list[str]] = defaultdict(list)
    for some in alike.values():
        words = [re.split("[^A-Za-z]", name)[0] for name in some]
        by_stem[min(words, key=len).lower()].append("|".join(some))
    yield from by_stem.items()


def _others() -> Iterator[Rule]:
    for stem, alike in _alike(OTHERS):
        before = _UNLESS + NO_PASS if stem == "pass" else _UNLESS
        if stem != "token":
            yield rule(
                _STEMS.get(stem, stem),
                *(f"(?:{one}) {_BETWEEN} {before}" for one in alike),
            )


def _tokens() -> Rule:
    """Of tokens those that a parser reads are shown."""
    tokens = dict(_alike(OTHERS))["token"]
    behind = _not_after(_READ, "(?i:token)")
    return rule(
        "token",
        *(f"(?:{one}) {behind} {_BETWEEN} {_UNLESS} {_GRAMMAR}" for one in tokens),
    )


RULES = (
    rule("pass", *(f"{one} (?: {BETWEEN} {_SAID} ) {NOTHING}" for one in PASSWORDS)),
    *_others(),
    # Uid=sa;Pwd=abc
    rule(
        "pw+pwd",
        *(
            rf"""{pwd}(?<!\w{pwd}) [ \t]{{0,3}}+ = [ \t]{{0,3}}+ ["']?+
            (?! [/~.$\\] | [A-Za-z]:[\\/] )"""
            for pwd in ("pwd", "Pwd")
        ),
    ),
    # auth=('jo', 'abc'), "auth": "abc"
    rule(
        "auth",
        *(
            rf"""{name} {BETWEEN} (?<=["'\[(]) (?! (?i:{_WAYS})["'] )"""
            for name in AUTHORIZATIONS
        ),
    ),
)
#: What stands before tokens and passes counts, and others may mask it.
LAST = (
    _tokens(),
    # pass=abc, but no pass that is rendered, and no test that passed
    rule(
        "pass",
        f"{begins('pass', 'A-Za-z0-9_.-')} {_PASS}",
        f"Pass(?<![A-Za-z0-9_.-]Pass) {_PASS}",
        f"PASS(?<![A-Za-z0-9_.-]PASS)(?![ ]?:[ ]) {_PASS}",
    ),
)
