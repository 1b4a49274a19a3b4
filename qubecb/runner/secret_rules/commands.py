"""Secrets that programs are given when they are called, in a shell or as a list of words."""

from __future__ import annotations

from qubecb.runner.secret_rules.assigned import NO_PASS
from qubecb.runner.secret_rules.rule import Rule, rule
from qubecb.runner.secret_rules.shapes import END, NOTHING

#: Between two words of a command.
_SPACE = r"""(?: [ \t]++ ["']?+ | ["'],?[ \t]{0,3}+["'] | ["'][ \t]++ )"""
_WORD = r"""[^\s|;"'\0]{1,80}+"""
_OPTION = r"""(?:[a-zA-Z0-9]{1,20}-){0,3}
    (?: [a-zA-Z]{0,8}[pP]ass(?:[wW]ord|wd|[pP]hrase)?+ | [tT]oken | [sS]ecret | cookie
      | oauth2-bearer | (?:[aA]pi|[pP]rivate|[aA]ccess)-?+[kK]ey | pw )"""
#: Words that go on with a sentence behind the name of an option.
_PROSE = (
    r"(?:is|was|to|or|and|must|for|in|not|needs?|option|through|should|can|may) (?!\w)"
)


def _program(stem: str, called: str, flag: str) -> Rule:
    """A program, up to six words, and the option that a secret stands behind."""
    words = rf"(?: {_SPACE} (?!{flag}) {_WORD} ){{0,6}}+"
    return rule(stem, f"{called} {words} {_SPACE} {flag} {NOTHING}")


#: Whose login: in a shell, or in a list of words.
_REGISTRY = "|".join(
    rf"(?<={program}{between}login)"
    for program in ("docker", "podman", "skopeo", "registry")
    for between in ("[ ]", "',[ ]'", '",[ ]"')
)
_THEN = rf"(?:{_SPACE}|=)"
RULES = (
    # --password abc, '--password', 'abc', -Password abc
    rule(
        "pass|token|secret|cookie|key+-key|key+apikey|key+accesskey|pw+-pw|auth+-oauth2",
        rf"""-(?<![\w-]-)-?+ {_OPTION} (?: [ \t]++["']?+ | ["'],?+[ \t]*+["'] )
            (?! - | {_PROSE} | [|&;>] | [0-9]{{1,2}}+ {END} )
            (?: (?<!(?i:pass)[ ]) | {NO_PASS} ) {NOTHING}""",
    ),
    # mysql -u root -pabc
    _program("-p+mysql", r"mysql\w{0,8}+", r"""-p(?=[^\s'"])"""),
    _program("-p+mariadb", r"mariadb(?:-\w{1,8}+)?+", r"""-p(?=[^\s'"])"""),
    # docker login -p abc, mongo -p abc, sshpass -p abc, psexec -p abc
    _program("-p+login", rf"login(?:{_REGISTRY})", f"-p{_THEN}"),
    _program("-p+p4", r"p4(?<!\wp4)", f"-P{_THEN}"),
    _program("-p+7z", r"7z[ar]?+(?:\.exe)?+", r"""-p(?=[^\s'"])"""),
    _program("-p+mongo", r"mongo\w{0,8}+", f"-p{_THEN}"),
    _program("-p+sshpass", r"sshpass", rf"-p(?:{_SPACE})?+"),
    _program("-p+psexec", r"(?i:psexec)(?:64)?+(?:\.exe)?+", f"-p{_THEN}"),
    # curl -u jo:abc, sqlcmd -P abc, ldapsearch -w abc, redis-cli -a abc, plink -pw abc
    _program(
        "-u+curl",
        "curl",
        rf"(?:-u|-U|--user|--proxy-user){_THEN}?+ [\w.@\\+-]{{0,64}}+:",
    ),
    _program("-p+sqlcmd", "sqlcmd", f"-P{_THEN}?+"),
    _program("-p+unzip", "unzip", f"-P{_THEN}"),
    _program("ldap", r"ldap[a-z]{3,8}+", f"-w{_THEN}?+"),
    _program("redis-cli", "redis-cli", f"-a{_THEN}"),
    _program(
        "-u+smbclient", "smbclient", rf"(?:-U|--user){_THEN} [\w.@\\/-]{{1,64}}+%"
    ),
    _program("-u+lftp", "lftp", rf"-u{_THEN} [\w.@-]{{1,64}}+,"),
    # htpasswd -b file jo abc
    rule(
        "pass+htpasswd",
        rf"""htpasswd {_SPACE} -[a-zA-Z]{{0,6}}b[a-zA-Z]{{0,6}}
            (?: {_SPACE} {_WORD} ){{2}} {_SPACE}""",
    ),
    # net use Z: \\host\share abc /user:jo; net user jo abc /add
    rule(
        "net use",
        rf"""net[ ]use[ ]++ (?:(?:[A-Za-z]:|\*)[ ]++)?+ ["']?\\\\{_WORD}["']?[ ]++
            (?:/(?i:user|u):{_WORD}[ ]++)?+ (?![/*])""",
        rf"""net[ ]user(?<![.\w]net[ ]user)[ ]++ (?!/){_WORD}[ ]++
            (?![/*]) (?=[^\s"'\0]{{1,128}}+[ ]*+(?:/|["'\r\n]|\Z))""",
    ),
    # machine host login jo password abc
    rule(
        "pass+machine|pass+default",
        *(
            rf"""{who} (?:[ \t\r\n]{{1,40}}+(?:login|account)[ \t]{{1,8}}+{_WORD}){least}
            [ \t\r\n]{{1,40}}+ password [ \t\r\n]{{1,40}}+"""
            for who, least in (
                (rf"machine[ \t]{{1,8}}+{_WORD}", "{0,2}+"),
                ("default", "{1,2}+"),
            )
        ),
    ),
)
