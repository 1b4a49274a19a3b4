"""The causes: their codes and order stay as other programs know them."""

from __future__ import annotations

from qubecb.why.causes import KINDS, Cause, Code

#: As documented; programs compare these texts.
CODES = """
before-history unknown-job no-event set-aside not-planned not-attached removed
before-submission meant-for-another not-in-revision broken-line shadowed-line site other-name
other-type other-job other-extra time counted-already waiting-for paused language-disabled
cancelled queued lost ran
"""


def test_codes_stay_as_they_are_and_in_their_order() -> None:
    assert [each.value for each in Code] == CODES.split()


def test_every_code_says_what_it_means_and_where_it_stops() -> None:
    assert list(KINDS) == list(Code)
    assert all(kind.meaning for kind in KINDS.values())


def test_a_cause_tells_its_time_as_iso_8601() -> None:
    told = Cause(Code.QUEUED, "it waits", 0.5, {"run": "7"}).as_dict()
    assert told == {
        "code": "queued",
        "sentence": "it waits",
        "at": "1970-01-01T00:00:00.500000Z",
        "parameters": {"run": "7"},
    }
