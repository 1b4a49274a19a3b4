"""qb in real Python children, on a real socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qubecb.jobs.verbs import ALIASES, VERBS
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.outcome import Action
from tests.core.runner.children import INSIDE, Talk, converse, farm, order, python


def found_pythons() -> list[Path]:
    """Every Python 3 of pyenv on this machine, the oldest first."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    versions = sorted(root.glob("versions/3.*/bin/python"), key=_version)
    return [path for path in versions if path.exists()]


def _version(path: Path) -> list[int]:
    return [int(part) for part in path.parts[-3].split(".") if part.isdecimal()]


PYTHONS = found_pythons()


def run(script: str, interpreter: str = sys.executable) -> Talk:
    return converse(python(script, interpreter), order(), farm())


def shown(expression: str, interpreter: str = sys.executable) -> Any:
    """What an expression gives in a callback, and nothing else printed."""
    script = f"import json; print(json.dumps({expression}))"
    talk = run(script, interpreter)
    assert talk.status == 0, talk.output
    assert talk.conversation.notes == []
    return json.loads(talk.output)


@pytest.mark.parametrize("kind", ["work", "subjob", "host"])
def test_what_the_source_does_not_say_is_nothing(kind: str) -> None:
    script = "print(qb.workid(), qb.subid(), qb.event()['extra'])"
    talk = converse(python(script), order("failed", kind, None), farm())
    assert talk.output == "None -1 None\n"


#: Jobs of a farm whose ids are text.
TEXT = {"id": "render-7", "pgrp": "g-1", "agenda": [{"name": "7", "status": "running"}]}
RIBS = {"id": "a" * 200, "pgrp": "g-1", "label": "ribs", "status": "running"}


def test_ids_that_are_text_are_given_and_taken_as_text() -> None:
    script = (
        "print(repr(qb.jobid()), repr(qb.workid()), qb.workstatus(), qb.jobstatus())\n"
        "print([job['pgrp'] for job in qb.jobinfo('-id', qb.jobid())])\n"
        "print(qb.sibling('ribs') == 'a' * 200, qb.kill(qb.sibling('ribs'))[0][-4:])\n"
        "print(qb.killwork('%s:7' % qb.jobid()), qb.kill('nobody'), qb.remove('a' * 200))\n"
    )
    talk = converse(python(script), order(job=TEXT), MemoryFarm(TEXT, RIBS))
    assert talk.output.splitlines() == [
        "'render-7' 'render-7:7' running unknown",
        "['g-1']",
        "True aa.0",
        f"['render-7:7'] [] ['{'a' * 200}']",
    ]


#: What a callback writes to read, and what it gives on the tests' farm.
READS: list[tuple[str, Any]] = [
    ("qb.jobid()", 1234),
    ("qb.subid()", -1),
    ("qb.workid()", "1234:7"),
    ("qb.event()['name']", "failed"),
    ("qb.event()['job']['id']", 1234),
    (
        '"submitted %(id)s: %(name)s" % qb.jobinfo("-id", qb.jobid())[0]',
        "submitted 1234: shot_010",
    ),
    ("[job['id'] for job in qb.jobinfo('-pgrp', 1230)]", [1230, 1234]),
    ("[job['id'] for job in qb.jobinfo('-id', 77, 1234)]", [77, 1234]),
    ("[job['id'] for job in qb.jobinfo('-id', [77, 1234])]", [77, 1234]),
    ("[job['id'] for job in qb.jobinfo('-label', 'ribgen')]", [1230]),
    ("[job['id'] for job in qb.jobinfo('-user', 'jo', '-status', 'blocked')]", [1234]),
    ("[job['id'] for job in qb.jobinfo('-type', 'cmdline')]", [1230]),
    ("[job['id'] for job in qb.jobinfo('-priority', 5)]", [1230]),
    ("[job['id'] for job in qb.jobinfo()]", [77, 1230, 1234]),
    ("qb.jobinfo('-id', 99)", []),
    ("qb.jobinfo('-id', 77)[0]['name']", "Übung 東"),
    ("qb.jobstatus()", "blocked"),
    ("qb.jobstatus(77)", "failed"),
    ("qb.jobstatus(99)", "unknown"),
    ("qb.subjobstatus('1234.1')", "complete"),
    ("qb.subjobstatus(1)", "complete"),
    ("qb.workstatus()", "blocked"),
    ("qb.workstatus('1234:25')", "blocked"),
    ("qb.workstatus('25')", "blocked"),
    ("qb.workstatus('99')", "unknown"),
    ("qb.sibling('ribgen')", 1230),
    ("qb.sibling('nothing')", None),
]
#: What a callback writes to act, and what it gives.
ACTS: list[tuple[str, Any]] = [
    ("qb.unblock(qb.jobid())", ["1234.0"]),
    ("qb.unblock('1234')", ["1234.0"]),
    ("qb.unblock('1234.0')", ["1234.0"]),
    ("qb.unblock(1230)", []),
    ("qb.unblock([])", []),
    ("qb.kill(1234, 1230)", ["1234.0", "1230.0"]),
    ("qb.kill([1234], (1230,))", ["1234.0", "1230.0"]),
    ("qb.remove(77)", [77]),
    ("qb.top(1230)", [1230]),
    ("qb.shove(1230)", ["1230"]),
    ("qb.workunblock('1234:7')", ["1234:7"]),
    ("qb.unblockwork('1234:25-29')", ["1234:25", "1234:26", "1234:29"]),
    ("qb.workunblock('%s:7' % qb.jobid()) + qb.unblock(1234)", ["1234:7", "1234.0"]),
    ("qb.modify({'priority': 10}, 1230)", [1230]),
    ("qb.QB_TIME_EPOCH_OFFSET", 946702800),
]


@pytest.mark.parametrize(("expression", "gives"), READS + ACTS)
def test_functions_give_what_the_documentation_says(
    expression: str, gives: Any
) -> None:
    assert shown(expression) == gives


@pytest.mark.parametrize("interpreter", PYTHONS, ids=lambda path: path.parts[-3])
def test_every_python_found_has_the_same_qb(interpreter: Path) -> None:
    every = ", ".join(expression for expression, _ in READS)
    assert shown(f"[{every}]", str(interpreter)) == [gives for _, gives in READS]
    script = "qb.workunblock(qb.workid()); qb.unblock(qb.jobid()); qb.kill(0)"
    talk = run(script, str(interpreter))
    assert "qb.BadTarget: id 0 means all of the user's jobs" in talk.output
    assert [(one.verb, one.applied) for one in talk.conversation.actions] == [
        ("unblockwork", ("1234:7",)),
        ("unblock", ("1234.0",)),
        ("kill", ()),
    ]


def test_every_verb_of_the_farm_is_a_function() -> None:
    names = sorted({*VERBS, *ALIASES})
    assert shown(f"[callable(getattr(qb, name)) for name in {names!r}]") == [True] * 33
    assert len(names) == 33


def test_every_verb_reaches_the_farm_under_its_first_name() -> None:
    names = sorted({*VERBS, *ALIASES} - {"modify"})
    script = (
        f"for name in {names!r}:\n"
        "    getattr(qb, name)('1234:7' if 'work' in name else '1234')\n"
    )
    talk = run(script)
    assert talk.status == 0, talk.output
    assert [one.verb for one in talk.conversation.actions] == [
        ALIASES.get(name, name) for name in names
    ]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("qb.kill(0)", "BadTarget: id 0 means all of the user's jobs"),
        ("qb.kill('0')", "BadTarget: id 0 means all of the user's jobs"),
        ("qb.killwork('0:7')", "BadTarget: id 0 means all of the user's jobs"),
        ("qb.jobinfo('-id', 0)", "BadTarget: jobinfo: -id 0"),
        ("qb.jobstatus('x y')", "FarmError: jobstatus: the id must be an integer"),
        ("qb.jobstatus(0)", "BadTarget: jobstatus: the id 0 means all of"),
        ("qb.jobstatus(1.5)", "jobstatus() takes text or integers, not float"),
        ("qb.subjobstatus('x y.0')", "FarmError: subjobstatus: the id must be"),
        ("qb.workstatus('007:3')", "workstatus: the id must not begin with a zero"),
        ("qb.sibling('a\\0b')", "FarmError: sibling: the label contains a NUL"),
        ("qb.kill(-5)", "BadTarget: '-5' is not an id"),
        ("qb.kill('007')", "BadTarget: '007' is not an id: it must not begin"),
        ("qb.kill('all jobs')", "BadTarget: 'all jobs' is not an id"),
        ("qb.kill('1234:7')", "use killwork"),
        ("qb.kill()", "TypeError: kill() needs at least one id"),
        ("qb.kill(None)", "TypeError: kill() takes ids"),
        ("qb.kill(True)", "not bool"),
        ("qb.kill(1.5)", "not float"),
        ("qb.kill(b'1234')", "not bytes"),
        ("qb.kill({'id': 1234})", "not dict"),
        ("qb.kill(object())", "not object"),
        ("qb.kill([[1234]])", "not list"),
        ("qb.kill('1234:\\ud800')", "BadTarget"),
        ("qb.modify(1230, {'priority': 1})", "TypeError: modify() takes a dict first"),
        ("qb.modify({'priority': object()}, 1230)", "TypeError: this cannot be sent"),
        ("qb.modify({'priority': float('nan')}, 1230)", "TypeError: this cannot be"),
        ("qb.modify({'status': 'complete'}, 1230)", "does not change 'status'"),
        ("qb.modify({'notes': 'x' * 2000000}, 1230)", "more than 1 MiB"),
        ("a = []; a.append(a); qb.modify({'env': a}, 1)", "TypeError"),
        ("qb.jobinfo({'id': 5})", "TypeError: jobinfo() takes pairs"),
        ("qb.jobinfo('-colour', 'red')", "is not one of -id"),
        ("qb.subjobstatus([])", "an id is text such as '1234.7', not list"),
        ("qb.workstatus(1.5)", "an id is text such as '1234:7', not float"),
        ("qb.sibling(5)", "TypeError: sibling() takes a label"),
        ("qb.subjobstatus()", "the event is not about an instance"),
        ("qb.workstatus(None, 1)", "TypeError"),
        ("qb.submit({})", "Unavailable: qb.submit() belongs to Qube's external API"),
        ("qb.hostinfo(name='x')", "subprocess.Popen"),
        ("qb.ping()", "Unavailable"),
        ("qb.hist(5)", "Unavailable"),
        ("qb.nonsense()", "AttributeError"),
        ("qb.jobinf('-id', 5)", "did you mean qb.jobinfo?"),
        *(
            (call, "belongs to Qube's external API")
            for call in (
                *("qb.error()", "qb.info()", "qb.log(1)", "qb.CONST('x')"),
                *("qb.workerinfo()", "qb.submitcallback({})", "qb.rangejoin([1])"),
                *("qb.rangeorder([1])", "qb.binarySort([1])", "qb.resource({})"),
                *("qb.workorder()", "qb.Job({})", "qb.Work({})", "qb.Callback()"),
                *("qb.Job.id", "qb.JobValidator.validate({})"),
            )
        ),
    ],
)
def test_mistakes_raise_what_explains_them(call: str, says: str) -> None:
    talk = run(call)
    assert talk.status == 1
    assert says in talk.output.splitlines()[-1]


def test_constants_of_the_external_api_are_given() -> None:
    names = "qb.QB_API_BINARY, qb.QB_API_XML, qb.QB_CLIENT_DEFAULT_CONF"
    assert shown(f"[{names}]") == [1, 2, "/etc/qb.conf"]


def test_a_class_of_the_external_api_can_be_asked_about() -> None:
    assert shown("[isinstance({}, qb.Job), qb.Job.__name__]") == [False, "Job"]


def test_the_external_form_of_jobinfo_works_and_is_noted_once() -> None:
    script = "[qb.jobinfo(id=77, agenda=True) for _ in 'ab']; print(qb.jobinfo(id=77)[0]['id'])"

    talk = run(script)

    assert talk.output == "77\n"
    (note,) = talk.conversation.notes
    assert 'write qb.jobinfo("-id", 1234)' in note


def test_hostile_subclasses_are_what_they_are() -> None:
    script = (
        "class Number(int):\n"
        "    __repr__ = __str__ = __format__ = __index__ = __int__ = lambda *a: 1 / 0\n"
        "class Text(str):\n"
        "    __repr__ = __str__ = __format__ = encode = lambda *a: 1 / 0\n"
        "qb.unblock(Number(1234), Text('1234.0'))\n"
    )
    talk = run(script)
    assert talk.status == 0, talk.output
    assert talk.conversation.actions == [
        Action("unblock", ("1234", "1234.0"), ("1234.0",))
    ]


def test_ids_are_those_of_the_start() -> None:
    script = "import os; qb.jobid(); os.environ['QBJOBID'] = '5'; print(qb.jobid())"
    assert run(script).output == "1234\n"


def test_begin_starts_anew_in_a_forked_child() -> None:
    script = (
        "qb.jobid()\n"
        "qb._begin({'QBJOBID': '5', 'QUBECB_SUBID': '2', 'QUBECB_WORKID': ''}, None)\n"
        "print(qb.jobid(), qb.subid(), qb.workid())\n"
    )
    assert run(script).output == "5 2 None\n"


def test_a_subprocess_does_not_get_the_line() -> None:
    script = (
        "import os, subprocess, sys\n"
        "qb.jobid()\n"
        "print(os.environ.get('QUBECB_FARM_FD'))\n"
    )
    assert run(script).output == "None\n"


def test_a_star_import_brings_the_functions_and_no_helper() -> None:
    names = shown(
        "(lambda space: exec('from qb import *', space) or sorted(space))({})"
    )
    assert {"jobid", "unblock", "workunblock", "jobinfo", "modify"} <= set(names)
    assert [name for name in names if name.startswith("_")] == ["__builtins__"]


def test_tell_sends_a_report() -> None:
    talk = run("qb._tell({'note': 'seen'}); qb._tell({'hello': 4711})")
    assert talk.conversation.notes == ["seen"]
    assert talk.conversation.hello == 4711


def test_qb_imports_little() -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        f"sys.path.insert(0, {str(INSIDE)!r})\n"
        "import qb; qb.jobid()\n"
        "print(sorted(set(sys.modules) - before - {'qb', 'qb_external', 'qb_line', 'select'}))\n"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "[]\n"
