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
)
from qubecb.runner.secret_rules.rule import Rule, rule
from qubecb.runner.secret_rules.shapes import BETWEEN, END, NO_NUMBER, NOTHING

#: What a password may stand behind besides: SQL's `PASSWORD 'abc'`, `set_password("abc")`.
_SAID = r"""| [ \t]{1,3}+ (?=["'][^\s"',;()\0]{1,128}+["']) ["'] | \([ \t]?["']"""
#: A parser's: `unexpected token: NUMBER`.
_READ = (
    "(?<!(?i:unexpected|whitespace)[ ]token)(?<!(?i:unrecogni[sz]ed|unterminated)[ ]token)"
    "(?<!(?i:next)[ ]token)(?<!not[ ]token)"
)
#: A pass that is rendered, in prose: `Render pass: hero`.
_RENDERED = (
    "(?<!(?i:aov)[ ]{0})(?<!(?i:this|next)[ ]{0})(?<!(?i:light|layer|final)[ ]{0})"
    "(?<!(?i:render|shadow)[ ]{0})(?<!(?i:current)[ ]{0})(?<!(?i:lighting)[ ]{0})"
    "(?<!(?i:rendering)[ ]{0}) (?![A-Za-z0-9_.-])"
)
_GRAMMAR = rf"(?! (?<=[tT]oken:[ ]) [A-Z][A-Z_]{{0,24}}+ {END} )"
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
_LONGEST_FIRST = "|".join(sorted(_PASSES, key=len, reverse=True))
NO_PASS = rf"""(?! ["']?+ (?i: (?:{_LONGEST_FIRST})
    (?: (?:["'],[ ]?["']|[0-9_./+-]{{0,8}}+) (?:{_LONGEST_FIRST}) ){{0,6}}+ )
    [0-9_./+-]{{0,8}}+ {END} )"""
_UNLESS = NOTHING + NO_NUMBER
_PASS = rf"{BETWEEN} (?<!\{{) {_UNLESS} {NO_PASS}"
#: Names that hold another word for sure: it is looked for once for all of them.
_WITH_KEY = (
    "account",
    "private",
    "encryption",
    "decryption",
    "signing",
    "shared",
    "deploy",
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
#: What holds only of names that begin so: behind the name, and before the value.
_BEHIND, _BEFORE = {"token": _READ}, {"token": _GRAMMAR, "pass": NO_PASS}


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
        behind, before = _BEHIND.get(stem, ""), _UNLESS + _BEFORE.get(stem, "")
        yield rule(
            _STEMS.get(stem, stem),
            *(f"(?:{one}) {behind} {BETWEEN} {before}" for one in alike),
        )


RULES = (
    rule("pass", *(f"{one} (?: {BETWEEN} {_SAID} ) {NOTHING}" for one in PASSWORDS)),
    *_others(),
    # pass=abc, but no pass that is rendered, and no test that passed
    rule(
        "pass",
        f"{begins('pass', 'A-Za-z0-9_.-')} {_RENDERED.format('pass')} {_PASS}",
        f"Pass(?<![A-Za-z0-9_.-]Pass) {_RENDERED.format('Pass')} {_PASS}",
        f"PASS(?<![A-Za-z0-9_.-]PASS)(?![A-Za-z0-9_.-]|[ ]?:[ ]) {_PASS}",
    ),
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
