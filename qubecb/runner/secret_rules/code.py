"""Secrets in source lines and queries, as tracebacks and logs show them."""

from __future__ import annotations

from qubecb.runner.secret_rules.rule import rule

_TEXT = r"""[bBrRuUfF]{0,2}+["'][^"'\n\0]{0,128}+["']"""
#: All that stands in the brackets.
_ARGUMENTS = r"""[^)\n\0"']*+ (?: (?:"[^"\n\0]*+"|'[^'\n\0]*+') [^)\n\0"']*+ )*+"""

RULES = (
    # HTTPBasicAuth('jo', 'abc')
    rule(
        "auth+auth(|auth+authentication(|credential+credential(",
        *(
            rf"{called}\( (?=[^)\n\0\"']{{0,128}}+[\"'])"
            for called in (
                *("BasicAuth", "DigestAuth", "ProxyAuth", "NtlmAuth"),
                *("PasswordAuthentication", "NetworkCredential"),
            )
        ),
        hides=_ARGUMENTS,
    ),
    # server.login("jo", "abc")
    rule("login+login(", rf"""login\([ ]? {_TEXT} ,[ ]? [bBrRuUfF]{{0,2}}+["']"""),
    # CREATE USER jo IDENTIFIED BY 'abc'
    rule(
        "identified",
        r"""IDENTIFIED [ ] (?:WITH[ ]["'`]?\w{1,40}+["'`]?[ ])?+ (?:BY|AS)[ ]
            (?:PASSWORD[ ])?+ ["']?+ (?!VALUES)""",
        r"""identified [ ] (?:with[ ]["'`]?\w{1,40}+["'`]?[ ])?+ (?:by|as)[ ]
            (?:password[ ])?+ ["']""",
    ),
    # ConvertTo-SecureString "abc" -AsPlainText
    rule("securestring", r"""SecureString [ ]++ (?:-String[ ]++)?+ ["']"""),
)
