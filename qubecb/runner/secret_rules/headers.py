"""Secrets in headers, addresses, keys in PEM and what mail servers are told."""

from __future__ import annotations

from qubecb.runner.secret_rules.rule import rule
from qubecb.runner.secret_rules.shapes import BETWEEN, GONE_ON

_SCHEMES = "Bearer|Basic|Token|ApiKey|Negotiate|NTLM|bearer|basic|token"
_MECHANISMS = "PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|XOAUTH2|OAUTHBEARER|NTLM|GSSAPI|SCRAM"
_AUTHORIZATION = ("authorization", "Authorization", "AUTHORIZATION")
_NAMES = (*_AUTHORIZATION, "cookie", "Cookie")

RULES = (
    # Authorization: Bearer abc
    rule(
        "authorization",
        *(f"{name} {BETWEEN} (?:{_SCHEMES}) [ \\t]++" for name in _AUTHORIZATION),
        hides=r"""[^\s"',;\0]++""",
    ),
    # Authorization: Digest username="jo", ...; Set-Cookie: id=abc; Path=/
    rule(
        "authorization|cookie",
        *(
            rf"""{name} (?: ["'][ \t]*+[=:][ \t]*+["'] | :[ \t]*+ )
            (?! (?:{_SCHEMES})[ \t] )"""
            for name in _NAMES
        ),
        hides=r"""[^\r\n\0'"] (?: [^\r\n\0'"]++ | (?<==)"[^"\r\n\0]*+" )*+""",
    ),
    # Bearer abcdefghijklmnop
    rule(
        "bearer",
        *(
            rf"{name}[ \t]++ (?=[\w.~+/=-]{{16}})"
            for name in ("bearer", "Bearer", "BEARER")
        ),
        hides=rf"{GONE_ON} [\w.~+/=-]*+",
    ),
    # https://jo:abc@host, https://abcdefghijklmnopqrst@host
    rule(
        "://",
        r"""://(?: [^\s/@:"'<>\[\0]{0,64}+ : (?! [0-9]{1,5}+ (?![^\s/"'<>\0]) )
                | (?=[\w-]{20,128}+@) )""",
        hides=r"""(?: (?:[^\s/"'<>\0*]|\*(?!\*)){1,256} (?=@) | [^\s/@"'<>\0*]{1,256} \Z )""",
    ),
    # https://host/file?sig=abc&X-Amz-Signature=abc
    rule(
        "sig=|ignature=",
        r"sig=(?<=[?&;6]sig=)",
        r"ignature=(?<=[?&;6_-][sS]ignature=)",
        hides=r"""[^\s"'&<>\\,;\0]++""",
    ),
    # -----BEGIN RSA PRIVATE KEY-----
    rule(
        "-----begin",
        r"-----BEGIN[ ][A-Z ]{0,32}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----",
        hides=rf"{GONE_ON} (?:[\w+/=\s\\:,.()]++|-(?!---))*+",
    ),
    # AUTH PLAIN AGpvAGFiYw==
    rule(
        "auth",
        rf"""AUTH[ ](?:{_MECHANISMS})[ ] (?! (?:{_MECHANISMS})(?![A-Za-z0-9+/=]) )""",
        rf"""AUTHENTICATE[ ](?:{_MECHANISMS})[ ]""",
        hides=r"[\w+/]{3,}+=*+",
    ),
    # 334 UGFzc3dvcmQ6, the question for a password, and what is said next
    rule(
        "ugfzc3dvcmq6",
        r"""UGFzc3dvcmQ6 (?:\\r|\\n|['"]){0,3}+ \r?\n
            (?:reply:[^\n\0]{0,80}+\n){0,2}+
            (?:send:[ ]|C:[ ]|>[ ]|->[ ])?+ ["']?+""",
        hides=r"[\w+/]{2,}+=*+",
    ),
)
