"""Secrets that a sentence tells: `the password for jo is abc`, `token was reset to abc123`.

What follows may as well be a word of the sentence: `the password is wrong`. Behind a password's
name every word is masked but those that such sentences go on with; behind other names only what
has a digit and a letter, and a length.
"""

from __future__ import annotations

#: Words that a sentence goes on with, and no password.
_GOES_ON = """
    a about after also always an and as at bad because been before being below between blank
    but by can case clear complex correct corrupt could default different due easy either
    empty equal expire fine for from given gone good hard has held her here his how identical
    if in incorrect insecure into invalid is it its just kept known less like long longer lost
    made mandatory may more must my necessary neither never new newer not now obsolete of off
    okay old older on one only or our out over part plain private public put read ready reset
    right safe same secret secure sent set shared short shorter should shown simple since so
    stale still strong taken than that the their then there this to too unknown unsafe unset
    until up valid very visible weak what when where which will with within without would
    written your
"""
_WORD = "|".join(sorted(_GOES_ON.split(), key=len, reverse=True))
#: `changed`, `missing`, `acceptable`, `insufficient`, `only`.
_LIKE_A_PARTICIPLE = "(?<=ed)|(?<=ing)|(?<=ble)|(?<=ent)|(?<=ly)|(?<=ive)|(?<=ous)"
_END = r"(?=[\s.,;:!?()\]}\"'<&\\\0\x1b]|\Z)"
_NO_PASSWORD = (
    rf"""(?! (?: (?i:{_WORD}) | [A-Za-z]{{4,40}}+ (?:{_LIKE_A_PARTICIPLE}) ) {_END} )"""
)
#: A digit and a letter, and eight characters.
_CODED = r"""(?= [^\s"',;<\0]{8} ) (?= [^A-Za-z\s"',;<\0]{0,64}+ [A-Za-z] )
    (?= [^0-9\s"',;<\0]{0,64}+ [0-9] )"""
_WHOSE = r"(?: [ ](?:for|of)[ ][\w.@\\/-]{1,64}+ )?+"
_IS = rf"""{_WHOSE} [ \t]{{1,3}}+ (?:is|was) (?:[ ]now)?+ :?+ [ \t]{{1,3}}+"""
_BECOMES = rf"""{_WHOSE} [ \t]{{1,3}}+ (?: (?:is|was|has[ ]been)[ ] )?+
    (?:set|reset|changed)[ ]to :?+ [ \t]{{1,3}}+"""

#: Behind the name of a password, up to the password or its quote.
OF_A_PASSWORD = (
    rf"""{_IS} (?: ["'] | {_NO_PASSWORD} ) | {_BECOMES} (?: ["'] | {_CODED} )"""
)
#: Behind another name.
OF_ANOTHER = rf"""(?: {_IS} | {_BECOMES} ) ["']?+ {_CODED}"""
