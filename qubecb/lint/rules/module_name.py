"""Finds a Python file with the name of one of Python's modules, or of `qb.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark, place_of_file
from qubecb.lint.rule import Ground, Rule

#: Modules that only some Pythons from 3.6 to 3.14 have: callbacks may run under any of them.
_OF_SOME = """
    _bootlocale _colorize _dummy_thread _hmac _interpchannels _interpqueues _interpreters
    _opcode_metadata _pyrepl _remote_debugging _sysconfig _zstd aifc annotationlib asynchat
    asyncore audioop binhex cgi cgitb chunk compression crypt distutils dummy_threading formatter
    imghdr imp lib2to3 macpath macurl2path mailcap msilib nis nntplib ossaudiodev parser pipes
    smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib
"""
STANDARD = sys.stdlib_module_names | set(_OF_SOME.split())


def check(ground: Ground) -> Iterator[Remark]:
    """Report files that cannot be told from a module."""
    for directory in ground.directories:
        for mapping in directory.mappings:
            if mapping.name_error is None and _is_taken(mapping.file):
                yield _remark(place_of_file(mapping), mapping.file)
        for file in directory.unmapped if not directory.error else ():
            if _is_taken(file):
                yield _remark(Place(str(directory.path / file)), file)


def _is_taken(file: str) -> bool:
    name, dot, extension = file.partition(".")
    return (dot + extension) == ".py" and (name in STANDARD or name == "qb")


def _remark(place: Place, file: str) -> Remark:
    name = file.partition(".")[0]
    whose = "the module of Qube" if name == "qb" else "a module of Python itself"
    message = f"{file} has the same name as {whose}"
    hint = f"give it another name: `import {name}` never means this file"
    return Remark(place, message, hint)


RULE = Rule("QCB312", "module-name", "warning", check)
