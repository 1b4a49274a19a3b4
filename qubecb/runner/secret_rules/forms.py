"""Secrets that are known by how they begin, whatever stands before them."""

from __future__ import annotations

from qubecb.runner.hosting.python_child.secret_names import begins
from qubecb.runner.secret_rules.rule import Rule, rule


def _form(stems: str, begin: str, rest: str) -> Rule:
    """A secret after a beginning that is shown, because it says whose key must be changed."""
    after = r"\w.-" if begin in ("eyJ", "SG.") else "A-Za-z0-9"
    return rule(stems, begins(begin, after), hides=rest)


_LETTERS = r"[A-Za-z0-9]{16,}+"
#: What they begin with, and the rest. Few words are looked for in every text.
_FORMS = (
    # GitHub, GitLab, Docker
    *(
        (f"gh+{begin}", begin, _LETTERS)
        for begin in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")
    ),
    ("_pat_", "github_pat_", r"\w{16,}+"),
    ("_pat_", "dckr_pat_", r"[\w-]{8,}+"),
    ("glpat-", "glpat-", r"[\w-]{8,}+"),
    # Slack, OpenAI and others, Stripe, Google
    ("xox", "xox", r"[a-z]-[\w-]{8,}+"),
    (
        "sk-",
        "sk-",
        r"""(?: (?:proj|ant|svcacct|admin|or|live|test|lf)-[\w-]{16,}+
        | (?=[A-Za-z]{0,64}+[0-9]) [A-Za-z0-9]{16,}+ )""",
    ),
    ("k_live_", "sk_live_", r"\w{8,}+"),
    ("k_live_", "rk_live_", r"\w{8,}+"),
    ("sk_test_", "sk_test_", r"\w{8,}+"),
    ("aiza", "AIza", r"[\w-]{20,}+"),
    # packages, models, keys
    ("npm_", "npm_", _LETTERS),
    ("hf_", "hf_", _LETTERS),
    ("secret+age-secret-key-", "AGE-SECRET-KEY-", r"[A-Z0-9]{16,}+"),
    ("hooks.slack.com/services/", "hooks.slack.com/services/", r"[\w/]{8,}+"),
    ("akia", "AKIA", r"(?=[A-Z]{0,32}+[0-9]) [A-Z0-9]{12,}+"),
    # temporary, and not the name of a place: just as long
    ("asia", "ASIA", r"(?=[A-Z]{0,16}+[0-9]) [A-Z0-9]{16}+ (?![A-Za-z0-9])"),
    # SendGrid: two random parts
    (
        "sg.",
        "SG.",
        r"""(?= [A-Za-z_.-]{0,96}+ [0-9] | [A-Za-z0-9.]{33} )
        [\w-]{16,32}+ \.[\w-]{16,}+""",
    ),
    # a JSON web token, also one that the end of the text cuts
    ("eyj", "eyJ", r"[\w-]{8,}+ (?: (?:\.[\w-]{4,}+)++ | \.?+\Z )"),
)

RULES = (
    *(_form(*form) for form in _FORMS),
    # AKIA... abc: Amazon's secret beside its id
    *(
        rule(
            stem,
            rf"""{begin}[A-Z0-9*]{{12,32}}+ ["']?[\s,:;|]{{1,8}}+["']?""",
            hides=r"[A-Za-z0-9/+]{40}+ (?![A-Za-z0-9/+=])",
        )
        for stem, begin in (("akia", "AKIA"), ("asia", "ASIA"))
    ),
)
