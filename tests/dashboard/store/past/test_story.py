"""A day at a farm of three hundred jobs: twenty things go wrong, and Why names each of them."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.core.management import call_command
from django.test import Client

from dashboard.looks.causes import STEPS, VERDICTS
from dashboard.store.configuration import pauses
from dashboard.store.intake.acceptance import accept
from dashboard.store.people import tokens
from dashboard.templatetags.why import adds
from qubecb.events import parse_event
from qubecb.why.causes import Code, Step, at_utc
from tests.dashboard.factories import JO
from tests.dashboard.reading import read
from tests.dashboard.store.past import situations as happens
from tests.dashboard.store.past.farm import CONFIG, Farm
from tests.dashboard.store.past.situations import Asked, Situation

#: In an order in which none undoes another: what waits comes last.
DAY: tuple[tuple[Code, Situation], ...] = (
    (Code.UNKNOWN_JOB, happens.unknown_job),
    (Code.NOT_ATTACHED, happens.not_attached),
    (Code.MEANT_FOR_ANOTHER, happens.meant_for_another),
    (Code.NOT_IN_REVISION, happens.not_in_revision),
    (Code.BROKEN_LINE, happens.broken_line),
    (Code.SHADOWED_LINE, happens.shadowed_line),
    (Code.SITE, happens.of_site),
    (Code.OTHER_NAME, happens.other_name),
    (Code.OTHER_TYPE, happens.other_type),
    (Code.OTHER_JOB, happens.other_job),
    (Code.OTHER_EXTRA, happens.other_extra),
    (Code.TIME, happens.not_its_time),
    (Code.COUNTED_ALREADY, happens.and_counted),
    (Code.WAITING_FOR, happens.waiting_for),
    (Code.PAUSED, happens.paused),
    (Code.LANGUAGE_DISABLED, happens.language_disabled),
    (Code.LOST, happens.lost),
    (Code.RAN, happens.ran),
    (Code.REMOVED, happens.removed),
    (Code.CANCELLED, happens.cancelled),
    (Code.SET_ASIDE, happens.set_aside),
    (Code.QUEUED, happens.queued),
    (Code.NOT_PLANNED, happens.not_planned),
)


def crowd(name: str) -> Iterator[Any]:
    """The same event of three hundred jobs: of each three two are children of the third."""
    for job in range(1001, 1301):
        parent = job - (job - 1001) % 3
        told = {"id": job, "pgrp": parent, "pid": 0 if parent == job else parent}
        sent = {"name": name, "type": "job", "job": told}
        yield parse_event(sent, time.time())


def day(farm: Farm) -> dict[Code, Asked]:
    """Let it all happen, one after the other, and put right what went wrong."""
    accept([*crowd("submit"), *crowd("running")], source="emit")
    farm.plan()
    asked = {}
    for code, situation in DAY:
        farm.site.write(CONFIG)
        farm.enable("python", "perl", "qube")
        pauses.resume(str(farm.site.directory), "own.py", JO)
        farm.happen("submit-job", pgrp=7)
        if code is Code.LOST:
            farm.run()  # so that the run that is lost has a place
        asked[code] = situation(farm)
    return asked


class Told(NamedTuple):
    """What a reader is told: the code, the whole sentence, and the way, step by step."""

    code: str
    sentence: str
    steps: list[str]


def told_by_api(secret: str, asked: Asked) -> Told:
    question = {"file": asked.file, "event": asked.event, "job": asked.job}
    answer = Client().post(
        "/api/why",
        json.dumps(question),
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    return of_json(answer.json())


def told_by_command(asked: Asked) -> Told:
    out = io.StringIO()
    options = [f"--event={asked.event}"] if asked.event else []
    options += [f"--job={asked.job}"] if asked.job else []
    call_command("why", asked.file, *options, "--format=json", stdout=out)
    return of_json(json.loads(out.getvalue()))


def of_json(body: dict[str, Any]) -> Told:
    cause = body["cause"]
    assert cause["sentence"] in body["answer"]
    steps = [
        f"{VERDICTS[each['verdict']].word}: {STEPS[Step(each['step'])]} "
        + each["sentence"] * adds(Step(each["step"]), each["verdict"])
        for each in body["steps"]
    ]
    return Told(
        cause["code"], plain(body["answer"] + "."), [plain(each) for each in steps]
    )


def told_by_page(viewer: Client, asked: Asked) -> Told:
    """What somebody sees who asks on the page."""
    question = {"event": asked.event, "job": asked.job, "callback": asked.file}
    known = {name: str(each) for name, each in question.items() if each}
    page = read(viewer, "/why/", known)
    for shown in page.select(".why-sentence time, .why-way time"):
        shown.string = at_utc(
            datetime.fromisoformat(str(shown["datetime"])).timestamp()
        )
    (sentence,) = page.select(".why-sentence")
    code = page.select(".why-answer .mono")[0].get_text().strip()
    steps = [plain(each.get_text()) for each in page.select(".why-way li")]
    return Told(code, plain(sentence.get_text()), steps)


def plain(text: str) -> str:
    """A sentence, apart from blanks and capitals, and from what is shown as code."""
    return "".join(text.replace("`", "").split()).casefold()


def test_at_the_end_of_the_day_the_true_cause_of_each_is_named_first(
    farm: Farm, viewer: Client
) -> None:
    asked, secret = day(farm), tokens.create("asks", "viewer", by=JO)
    assert len(asked) >= 20
    by_page = {code: told_by_page(viewer, each) for code, each in asked.items()}
    assert {code: told.code for code, told in by_page.items()} == {
        code: code.value for code in asked
    }
    assert {code: told_by_api(secret, asked[code]) for code in asked} == by_page
    assert {code: told_by_command(asked[code]) for code in asked} == by_page
