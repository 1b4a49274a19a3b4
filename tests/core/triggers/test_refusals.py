"""Every mistake that cannot be given a meaning: its code, its exact place, its mend."""

from __future__ import annotations

import pytest

from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import ERROR_CODES, LONGEST, parse

#: The wrong part stands between « and »; then code, and what to write in its place.
REFUSED = [
    ("«»", "empty", None),
    ("«  \t»", "empty", None),
    ("x" * LONGEST + "«x»", "too-long", None),
    ("(" * 100 + "«(»a-job-self", "too-deep", None),
    ("«&&» a-job-self", "missing-event", None),
    ("a-job-self «&&»", "missing-event", None),
    ("a-job-self «or»  ", "missing-event", None),
    ("a-job-self && «||» b-job-self", "missing-event", None),
    ("a-job-self || («)»", "missing-event", None),
    ("a-job-self && «(»", "missing-event", None),
    ("a-job-self «b-job-self»", "missing-operator", None),
    ("(a-job-self) «b-job-self»", "missing-operator", None),
    ("(a-job-self «b-job-self»)", "missing-operator", None),
    ("a-job-self «(»b-job-self)", "missing-operator", None),
    ("done-work-self-my «frame»", "missing-operator", None),
    ("«done-job-my label»", "label-blank", None),
    ("(«done-job-my label» && a-job-self)", "label-blank", None),
    ("a-job-self «&» b-job-self", "single-operator", "&&"),
    ("a-job-self «|» b-job-self", "single-operator", "||"),
    ("a-job-self «|||» b-job-self", "single-operator", "||"),
    ("«(»a-job-self", "unclosed-parenthesis", None),
    ("(a-job-self) && «(»(b-job-self)", "unclosed-parenthesis", None),
    ("a-job-self«)»", "unopened-parenthesis", None),
    ("«)»", "unopened-parenthesis", None),
    ('«"»a-job-self"', "quote", ""),
    ("«a-job-»'x'", "missing-context", "a-job-self"),
    ("a-job-x«'»", "quote", ""),
    ("«\u201cdone-job-self\u201d»", "quote", "done-job-self"),
    ("«\u2018»done-job-self || a-job-self", "quote", ""),
    ("«d\u043ene»-job-self", "bad-name", None),
    ("done-«j\u043eb»-self", "unknown-type", "job"),
    ("a-job-self «#» later", "hash", None),
    ("a-job-self«\n»|| b-job-self", "line-break", " "),
    ("a-job-self «\r»", "line-break", " "),
    ("a-job-self«\u00a0»|| b-job-self", "odd-character", " "),
    ("a-job-se«\u200b»lf", "odd-character", ""),
    ("a-job-se«\0»lf", "odd-character", ""),
    ("a-job-se«\ud800»lf", "odd-character", ""),
    ("«not» a-job-self", "no-not", None),
    ("a-job-self && «!»b-job-self", "no-not", None),
    ("«NOT»-done-job-self", "no-not", None),
    ("«9lives»-job-self", "bad-name", None),
    ("done«\u2013»job-self", "bad-name", "-"),
    ("done«\u2013job\u2014»self", "bad-name", "-job-"),
    ("done-job«\u2212»self", "bad-name", "-"),
    ("failed-«wrk»-self", "unknown-type", None),
    ("«-»job-self", "missing-name", None),
    ("«job»-self", "missing-name", None),
    ("«time»-self-50", "missing-name", "dummy-time"),
    ("«done»", "missing-type", None),
    ("«done»-", "missing-type", None),
    ("done-«self»", "missing-type", "job-self"),
    ("done-«parent»", "missing-type", "job-parent"),
    ("failed-«self»-5", "missing-type", "work-self"),
    ("done-«frame»-self-5", "unknown-type", "work"),
    ("done-«jobs»-self", "unknown-type", "job"),
    ("done-«subjbo»-self-1", "unknown-type", "subjob"),
    ("done-«Job»-self", "unknown-type", "job"),
    ("my-«event»-job-self", "unknown-type", None),
    ("done-«thing»-self", "unknown-type", None),
    ("«done-job»", "missing-context", "done-job-self"),
    ("«done-work-»", "missing-context", "done-work-self-*"),
    ("«dummy-time»", "missing-context", None),
    ("done-work-«-»5", "missing-context", "self-"),
    ("dummy-time-«79290600»", "missing-context", "self-79290600"),
    ("globaltime«-self»-5", "needless-context", ""),
    ("dummy-globalrepeat«-parent»-5-5", "needless-context", ""),
    ("done-job-«*»", "star-context", "self"),
    (r"done-job-«\*»", "star-context", "self"),
    ("failed-work-«*»-5", "star-context", "self"),
    ("failed-subjob-«*»-*", "star-context", "self"),
    ("failed-job-«*»-*", "star-context", "self"),
    ("done-job-«0»", "bad-job-id", None),
    ("done-work-«550e8400-e29b-41d4-a716-446655440000»-5", "uuid-context", None),
    ("done-work-«550E8400-E29B-41D4-A716-446655440000»-*", "uuid-context", None),
    ("done-host-«550e8400-e29b-41d4-a716-446655440000»", "uuid-context", None),
    ("done-subjob-«550e8400-e29b-41d4-a716-446655440000»-0", "uuid-context", None),
    ("done-work-«000»-5", "bad-job-id", None),
    ("done-job-«9223372036854775808»", "bad-job-id", None),
    ("done-job-«" + "9" * 5000 + "»", "bad-job-id", None),
    ("«done-work-self»", "missing-extra", "done-work-self-*"),
    ("«done-work-self-»", "missing-extra", "done-work-self-*"),
    ("«done-work-*»", "missing-extra", "done-work-self-*"),
    ("«done-subjob-self»", "missing-extra", "done-subjob-self-*"),
    ("«done-host-render»", "missing-extra", "done-host-render-*"),
    ("«dummy-time-self»", "missing-extra", None),
    ("«dummy-repeat-self-»", "missing-extra", None),
    ("«globaltime»", "missing-extra", None),
    ("done-job-self«-5»", "needless-extra", ""),
    ("done-job-parent«--1»", "needless-extra", ""),
    ("done-job-self«-»", "needless-extra", ""),
    ("done-subjob-self«-2»-3", "needless-extra", ""),
    ("global«-5»", "needless-extra", None),
    ("dummy-global«-»", "needless-extra", None),
    ("dummy-global«-global»", "needless-extra", None),
    ("done-subjob-self-«first»", "bad-extra", None),
    ("done-subjob-self-«-1»", "bad-extra", None),
    ("done-subjob-self-«1*»", "bad-extra", None),
    ("dummy-time-self-«noon»", "bad-time", None),
    ("dummy-time-self-«-5»", "bad-time", None),
    ("dummy-time-self-«5-5»", "bad-time", None),
    ("dummy-time-self-«999999999999»", "bad-time", None),
    ("dummy-repeat-self-«5»", "bad-time", None),
    ("dummy-repeat-self-5-«0»", "bad-time", None),
    ("globalrepeat-5-«" + "9" * 5000 + "»", "bad-time", None),
    ("«done»-time-self-5", "time-name", "dummy"),
    ("«done»-globaltime-5", "time-name", "dummy"),
    ("dummy-time-«parent»-5", "time-context", "self"),
    ("dummy-repeat-«render»-5-5", "time-context", "self"),
    ("«globaltime-5» && done-job-self", "global-with-job", "dummy-time-self-5"),
    (
        "done-job-self && (a-job-self || «globalrepeat-5-60»)",
        "global-with-job",
        "dummy-repeat-self-5-60",
    ),
    ("a-job-self || a-job-self && «global»", "global-with-job", None),
    ("«link-»complete-job-220", "link-prefix", ""),
    ("«link»", "link-prefix", None),
    ("«link-»complete-jobA", "link-prefix", None),
    ("«link-complete-job-1,900»", "link-prefix", None),
    (
        "«link-complete-work-3927,link-complete-work-3928»",
        "link-prefix",
        "complete-work-3927-* && complete-work-3928-*",
    ),
    (
        "«link-complete-job-1,link-failed-subjob-2-0»",
        "link-prefix",
        "complete-job-1 && failed-subjob-2-0",
    ),
    ("done-job-self || «link-»done-job-5", "link-prefix", ""),
]


def refused(text: str) -> TriggerSyntaxError:
    with pytest.raises(TriggerSyntaxError) as caught:
        parse(text)
    return caught.value


def furthest(text: str) -> int:
    """How far a text can be read: to its first mistake, or beyond its end."""
    try:
        parse(text)
    except TriggerSyntaxError as error:
        return error.start
    return len(text) + 1


@pytest.mark.parametrize(("marked", "code", "replacement"), REFUSED)
def test_a_mistake_is_named_where_it_stands(
    marked: str, code: str, replacement: str | None
) -> None:
    before, wrong, after = marked.replace("»", "«").split("«")

    error = refused(before + wrong + after)

    assert (error.code, error.start, error.end, error.replacement) == (
        code,
        len(before),
        len(before + wrong),
        replacement,
    )
    assert error.column == len(before) + 1


@pytest.mark.parametrize(
    ("marked", "replacement"),
    [(text, mend) for text, _, mend in REFUSED if mend is not None],
)
def test_a_mend_takes_the_mistake_away(marked: str, replacement: str) -> None:
    before, wrong, after = marked.replace("»", "«").split("«")

    assert furthest(before + replacement + after) > furthest(before + wrong + after)


def test_every_code_has_an_example_here() -> None:
    assert {code for _, code, _ in REFUSED} == set(ERROR_CODES)


def test_a_message_shows_nothing_invisible_and_stays_short() -> None:
    error = refused("done-" + "x" * 5000 + "-self")

    assert len(str(error)) < 120
    assert str(error).isprintable()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("\u201cdone-job-self\u201d", "U+201C (left double quotation mark)"),
        ("d\u043ene-job-self", "character 2 is U+043E (cyrillic small letter o)"),
        ("done-j\u043eb-self", "character 2 is U+043E (cyrillic small letter o)"),
        ("done\u2013job-self", "U+2013 (en dash)"),
        ("done-job-self\u00a0", "U+00A0 (no-break space)"),
    ],
)
def test_a_character_that_looks_like_another_is_named(text: str, named: str) -> None:
    assert named in refused(text).message
