"""Every note: a trigger that holds, and what its author should know."""

from __future__ import annotations

import pytest

from qubecb.triggers import NOTE_CODES, parse

#: What the note is about stands between « and »; then code, and what to write instead.
NOTED = [
    ("a_job-job-self «and» b-job-self", "word-operator", "&&"),
    ("a_job-job-self «OR» b-job-self", "word-operator", "||"),
    (r"failed-work-self-«\*»", "escaped-star", "*"),
    (r"failed-subjob-self-«\*»", "escaped-star", "*"),
    ("failed-job-self«-*»", "star-extra-on-job", ""),
    (r"failed-job-self«-\*»", "star-extra-on-job", ""),
    ("done-work-self-«10*»", "partial-star", None),
    ("done-job-«ren*»", "partial-star", None),
    ("done-job-«render,comp»", "comma", None),
    ("done-work-self-«1,2,3»", "comma", None),
    ("done-work-«my-label-5»", "label-ambiguity", None),
    ("done-host-«render-node-07»", "label-ambiguity", None),
    ("done-job-«Self»", "label-like-keyword", "self"),
    ("done-job-«slef»", "label-like-keyword", "self"),
    ("done-work-«parnet»-5", "label-like-keyword", "parent"),
    ("done-job-«self-test»", "label-like-keyword", None),
    ("done-job-«1234-5»", "label-like-keyword", None),
    ("done-job-«1234»", "job-id-context", None),
    ("done-work-«0042»-5", "job-id-context", None),
    ("«compleet»-job-self", "unknown-name", "complete"),
    ("«finished»-job-self", "unknown-name", "done"),
    ("«suspended»-job-self", "unknown-name", None),
    ("«published»-job-self", "unknown-name", None),
    ("«dummy»-job-self", "dummy-without-time", None),
    ("«global»", "global-never", None),
    ("dummy-time-self-«1700000000»", "unix-time", "753297200"),
    ("globalrepeat-«1700000000»-60", "unix-time", "753297200"),
    ("«submit-work-self-*»", "submit-of-part", None),
    ("«submit-job-parent»", "submit-of-parent", None),
    ("done-job-self || «done-job-self»", "repeated-event", None),
    ("done-job-self && (failed-job-self || «failed-job-self»)", "repeated-event", None),
    ("«failed-job-self» || done-job-self", "done-covers", None),
    ("done-work-self-* || «killed-work-self-*»", "done-covers", None),
]
CLEAN = [
    "done-job-self",
    "done-job-selfie-stick",
    "done-job-render",
    "done-job-shot-010",
    "done-work-self-1-10",
    "done-work-self--5",
    "done-work-render-5",
    "dummy-time-self-753297200",
    "globaltime-10000",
    "submit-job-self",
    "submit-job-render",
    "done-job-self || done-job-parent",
    "failed-job-self || done-job-parent",
    "failed-job-self && done-job-self",
    "(done-job-self && a_job-job-self) || (done-job-self && failed-job-self)",
]


@pytest.mark.parametrize(("marked", "code", "replacement"), NOTED)
def test_what_may_be_meant_otherwise_is_noted_where_it_stands(
    marked: str, code: str, replacement: str | None
) -> None:
    before, about, after = marked.replace("»", "«").split("«")

    notes = parse(before + about + after).notes

    assert [
        (note.start, note.end, note.replacement) for note in notes if note.code == code
    ] == [(len(before), len(before + about), replacement)]


@pytest.mark.parametrize(
    ("marked", "code", "replacement"),
    [(text, code, mend) for text, code, mend in NOTED if mend is not None],
)
def test_a_mend_takes_the_note_away(marked: str, code: str, replacement: str) -> None:
    before, _, after = marked.replace("»", "«").split("«")

    notes = parse(before + replacement + after).notes

    assert code not in {note.code for note in notes}


@pytest.mark.parametrize("text", CLEAN)
def test_a_usual_trigger_has_no_notes(text: str) -> None:
    codes = {note.code for note in parse(text).notes}

    assert codes - {"unknown-name"} == set()


def test_a_usual_name_is_known() -> None:
    assert parse("done-job-self").notes == ()


def test_notes_stand_in_the_order_of_the_text() -> None:
    notes = parse(r"finished-job-7 or failed-work-self-\* or finished-job-7").notes

    assert [note.code for note in notes] == [
        "unknown-name",
        "job-id-context",
        "word-operator",
        "escaped-star",
        "word-operator",
        "unknown-name",
        "repeated-event",
        "job-id-context",
    ]


def test_every_code_has_an_example_here() -> None:
    assert {code for _, code, _ in NOTED} == set(NOTE_CODES)


def test_a_label_that_only_looks_like_self_says_which_character_differs() -> None:
    (note,) = parse("done-job-s\u0435lf").notes

    assert note.replacement == "self"
    assert "character 2 is U+0435 (cyrillic small letter ie)" in note.hint
