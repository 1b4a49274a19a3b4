"""What counts for the dispatcher."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from qubecb.conffile.document import Document
from qubecb.conffile.meaning import EffectiveMapping, meaning
from tests.core.conffile.samples import DOCUMENTED, FILES

BEFORE = (EffectiveMapping("a.py", "done-job-self", 1, {"nice": 5}),)


def meant(data: bytes, *previous: EffectiveMapping) -> dict[str, tuple[str, int, bool]]:
    found = meaning(Document.from_bytes(data), previous)
    return {each.file: (each.trigger, each.line, each.kept) for each in found}


def test_the_documentations_example_means_four_mappings() -> None:
    assert meant(DOCUMENTED) == {
        "logFailuresToDB.py": ("failed-job-self", 7, False),
        "mail-status.qcb": ("done-job-self", 8, False),
        "checkWork.pl": ("done-work-self-*", 9, False),
        "submitted.py": ("submit-job-self", 10, False),
    }


def test_options_are_plain_numbers() -> None:
    data = b"# qubecb: timeout=300 memory=1G x=1\na.py = done-job-self\n"
    (mapping,) = meaning(Document.from_bytes(data))
    assert mapping.options == {"timeout": 300, "memory": 1024**3}


@pytest.mark.parametrize(
    "broken", [b"b.py", b"= x", b"b.py =", b"b.py = done-jb", b"b\xff.py = x", b"\0"]
)
def test_a_broken_line_never_disables_the_others(broken: bytes) -> None:
    data = b"a.py = done-job-self\n" + broken + b"\nc.py = done-job-self"
    assert list(meant(data)) == ["a.py", "c.py"]


@pytest.mark.parametrize(
    "broken", [b"a.py done-job-self", b"a.py", b"a.py =", b"\ta.py = done-jb-self"]
)
def test_a_broken_line_keeps_its_last_good_meaning(broken: bytes) -> None:
    (mapping,) = meaning(Document.from_bytes(b"# x\n" + broken), BEFORE)
    assert mapping == EffectiveMapping("a.py", "done-job-self", 2, {"nice": 5}, True)


def test_a_kept_meaning_is_kept_again() -> None:
    kept = meaning(Document.from_bytes(b"a.py"), BEFORE)
    assert meaning(Document.from_bytes(b"\na.py"), kept)[0].line == 2


@pytest.mark.parametrize("data", [b"", b"# a.py = done-jb-self", b"b.py x", b"a.pyc x"])
def test_a_line_that_is_gone_keeps_nothing(data: bytes) -> None:
    assert meant(data, *BEFORE) == {}


def test_of_a_file_named_twice_the_first_counts() -> None:
    data = b"a.py = done-job-self\na.py = failed-job-self\n"
    assert meant(data) == {"a.py": ("done-job-self", 1, False)}


def test_a_first_line_that_is_broken_gives_way_to_a_second() -> None:
    data = b"a.py = done-jb-self\na.py = failed-job-self\n"
    assert meant(data, *BEFORE) == {"a.py": ("failed-job-self", 2, False)}


@pytest.mark.parametrize("name", [b"a.sh", b"../a.py", b".a.py", b"a.PY", b"\xff.py"])
def test_what_can_never_run_means_nothing(name: bytes) -> None:
    assert meant(name + b" = done-job-self") == {}


def test_a_trigger_that_is_no_utf_8_is_broken() -> None:
    assert meant(b"a.py = done-job-m\xfcller") == {}


@given(FILES)
def test_any_file_has_a_meaning_that_can_be_stored(data: bytes) -> None:
    found = meaning(Document.from_bytes(data), BEFORE)
    stored = json.dumps([each.as_dict() for each in found], ensure_ascii=False)
    again = tuple(map(EffectiveMapping.from_dict, json.loads(stored.encode())))
    assert again == found
