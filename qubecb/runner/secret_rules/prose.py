"""Secrets that a sentence tells: `the password for jo is abc`, `token was reset to abc123`.

What follows may as well be a word of the sentence: `the password is wrong`. Behind a password's
name every word is masked but those that such sentences go on with; behind other names only what
has six characters, a digit and a letter among them.
"""

from __future__ import annotations

#: Words that a sentence goes on with, and no password.
_GOES_ON = """
    a about after also always an and as at bad because been before being below between blank
    but by can case clear complex correct corrupt could default different due easy either
    empty equal expire fine for from given gone good hard has he held her here his how
    identical if in incorrect insecure into invalid is it its just kept known less like long
    longer lost made mandatory may more must my necessary neither never new newer not now
    obsolete of off okay old older on one only or our out over part plain private public put
    read ready reset right safe same secret secure sent set shared she short shorter should
    shown simple since so stale still strong taken than that the their then there they this to
    too unknown unsafe unset until up valid very visible we weak what when where which will
    with within without would written you your
"""
_WORD = "|".join(sorted(_GOES_ON.split(), key=len, reverse=True))
#: `changed`, `missing`, `acceptable`, `insufficient`, `only`.
_LIKE_A_PARTICIPLE = "(?<=ed)|(?<=ing)|(?<=ble)|(?<=ent)|(?<=ly)|(?<=ive)|(?<=ous)"
_END = r"(?=[\s.,;:!?()\]}\"'<&\\\0\x1b]|\Z)"
#: `12 characters long`, `3 days old`.
_COUNT = "[0-9]{1,4}+ [ ] (?:char|letter|digit|byte|bit|second|minute|hour|day|week|month|year)"
_NO_PASSWORD = rf"""(?! {_COUNT}
    | (?: (?i:{_WORD}) | [A-Za-z]{{4,40}}+ (?:{_LIKE_A_PARTICIPLE}) ) {_END} )"""
#: A digit and a letter, and six characters.
_CODED = r"""(?= [^\s"',;<\0]{6} ) (?= [^A-Za-z\s"',;<\0]{0,64}+ [A-Za-z] )
    (?= [^0-9\s"',;<\0]{0,64}+ [0-9] )"""
_OWNER = r"""[ ](?:for|of|on|to|at)[ ] (?:(?:the|our|your|user|account)[ ]){0,2}+
    [\w.@\\/-]{1,64}+"""
_WHOSE = rf"(?: {_OWNER} )?+"
_IS = rf"{_WHOSE} [ \t]{{1,3}}+ (?i:is|was) (?:[ ]now)?+ :?+ [ \t]{{1,3}}+"
_BECOMES = rf"""{_WHOSE} [ \t]{{1,3}}+ (?: will[ ]be | equals
    | (?: (?:is|was|has[ ]been)[ ] )?+ (?:set|reset|changed)[ ]to ) :?+ [ \t]{{1,3}}+"""

#: Behind the name of a password, up to the password or its quote.
OF_A_PASSWORD = rf"""{_IS} (?: ["'] | {_NO_PASSWORD} ) | {_BECOMES} (?: ["'] | {_CODED} )
    | {_OWNER} :[ ] ["']?+ {_CODED}"""
#: Behind another name.
OF_ANOTHER = rf"""(?: {_IS} | {_BECOMES} | {_OWNER} :[ ] ) ["']?+ {_CODED}"""
