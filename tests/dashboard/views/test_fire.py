"""Test fire: what the page begins with, judges, simulates and fires."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.models import AuditEntry, EventRecord, Run
from dashboard.project.environment import Environment
from dashboard.store.configuration import pauses
from dashboard.store.configuration.editing import observe_all
from tests.dashboard import factories
from tests.dashboard.conftest import browser_of
from tests.dashboard.factories import JO
from tests.dashboard.reading import Page, read

FIRE = "/fire/"
SUBMIT = {"name": "submit", "type": "job", "job": "5042", "source": "bound"}
CONFIG = """\
submitted.py = submit-job-self
mail.py = done-job-self
broken.py = failed-work-self-
"""


@pytest.fixture
def farm(tmp_path: Path, settings: Any, db: None) -> Path:
    """A callback directory whose configuration is in force."""
    for name in ("submitted.py", "mail.py", "broken.py"):
        (tmp_path / name).write_text("print('hello')\n")
    (tmp_path / "callbacks.conf").write_text(CONFIG)
    path, qb_conf = str(tmp_path), str(tmp_path / "none.conf")
    settings.ENVIRONMENT = Environment(
        {"QUBECB_CALLBACK_PATH": path, "QUBECB_QB_CONF": qb_conf}
    )
    observe_all()
    return tmp_path


@pytest.fixture
def editor(db: None) -> Client:
    """An editor's browser."""
    return browser_of("editor")


def page_of(answer: Any) -> Page:
    """What a page says."""
    assert answer.status_code == 200
    return Page(answer)


def fire(browser: Client, rung: str, **changes: str) -> Any:
    """Post the form."""
    return browser.post(FIRE, {**SUBMIT, "rung": rung, **changes})


def test_a_viewer_is_told_what_it_takes(viewer: Client) -> None:
    answer = viewer.get(FIRE)
    assert answer.status_code == 403
    assert Page(answer).heading == "This needs the right “operator”"


class TestForm:
    """What the form begins with."""

    def test_a_recorded_event(self, operator: Client, farm: Path) -> None:
        job = {"id": 7, "name": "fx", "pgrp": 7, "prod_show": "dune"}
        event = factories.event(
            name="blocked", type="work", extra="x-1", job_id=7, job=job
        )
        sent = read(operator, FIRE, {"event": str(event.pk)}).sent
        names = ("name", "extra", "job", "job_name")
        assert [sent[name] for name in names] == ["blocked", "x-1", "7", "fx"]
        assert json.loads(sent["more"])["prod_show"] == "dune"

    def test_fields_that_no_form_takes_are_left_out_and_that_is_told(
        self, operator: Client, farm: Path
    ) -> None:
        event = factories.event(job={"id": 7, "notes": "x" * 100_000})
        page = read(operator, FIRE, {"event": str(event.pk)})
        assert "notes" not in page.sent["more"]
        assert page.notices == ["The job's other fields are too long for this form."]

    def test_a_stored_job(self, operator: Client, farm: Path) -> None:
        factories.job(5042, pid=5000)
        sent = read(operator, FIRE, {"job": "5042"}).sent
        assert (sent["job_name"], sent["pid"]) == ("shot_010", "5000")

    def test_a_callback_brings_an_event_that_it_waits_for(
        self, operator: Client, farm: Path
    ) -> None:
        sent = read(operator, FIRE, {"callback": f"{farm}/mail.py"}).sent
        assert (sent["name"], sent["callback"]) == ("done", f"{farm}/mail.py")

    @pytest.mark.parametrize("value", ["x", "9" * 40, "-1", "\0", "/../x", "٣"])
    def test_what_there_is_not_is_no_error(
        self, operator: Client, farm: Path, value: str
    ) -> None:
        for name in ("event", "job", "callback", "fired"):
            assert operator.get(FIRE, {name: value}).status_code == 200

    def test_text_to_edit_is_offered_to_editors_only(
        self, operator: Client, editor: Client, farm: Path
    ) -> None:
        assert "config" not in read(operator, FIRE).sent
        assert read(editor, FIRE).sent["config"] == CONFIG


class TestMatch:
    """Verdicts."""

    def test_the_address_shows_who_fires_and_why_the_others_do_not(
        self, operator: Client, farm: Path
    ) -> None:
        cards = read(operator, FIRE, SUBMIT).cards
        assert "fires submitted.py submit-job-self" in cards["Fires"]
        others = cards["Does not fire"]
        assert "the event is submit, not done" in others
        assert "Line 3 is broken" in others
        assert not EventRecord.objects.exists()

    def test_the_button_leads_to_the_address(
        self, operator: Client, farm: Path
    ) -> None:
        answer = fire(operator, "match")
        assert (
            answer["Location"] == f"{FIRE}?name=submit&type=job&job=5042&source=bound"
        )

    def test_a_pause_is_told(self, operator: Client, farm: Path) -> None:
        pauses.pause(str(farm), "submitted.py", "moving house", None, JO)
        (verdict,) = read(operator, FIRE, SUBMIT).select(".verdict .tone-amber.small")
        assert "the callback is paused: moving house" in verdict.get_text()

    def test_an_edit_is_judged(self, editor: Client, farm: Path) -> None:
        answer = fire(
            editor, "match", source="edit", config="mail.py = submit-job-self"
        )
        assert "fires mail.py submit-job-self" in page_of(answer).cards["Fires"]

    @pytest.mark.parametrize("rung", ["match", "simulate", "live"])
    def test_a_read_only_service_tries_no_edit(
        self, editor: Client, farm: Path, settings: Any, rung: str
    ) -> None:
        settings.READ_ONLY = True
        given = {"source": "edit", "config": "mail.py = submit-job-self"}
        answer = fire(editor, rung, **given)
        assert answer.status_code == 403
        page = Page(answer)
        assert page.heading == "Mappings cannot be changed here"
        assert "The service runs with QUBECB_READ_ONLY" in page.text
        assert editor.get(FIRE, {"name": "submit", **given}).status_code == 403
        assert not EventRecord.objects.exists()

    def test_a_read_only_service_has_no_field_for_an_edit(
        self, editor: Client, farm: Path, settings: Any
    ) -> None:
        fields = {"name", "job", "source", "callback"}
        assert {*fields, "config"} <= read(editor, FIRE).sent.keys()
        settings.READ_ONLY = True
        for given in ({}, SUBMIT):
            names = read(editor, FIRE, given).sent.keys()
            assert fields <= names
            assert not names & {"config", "directory"}
        choices = read(editor, FIRE).select("[name=source] option")
        assert [str(each["value"]) for each in choices] == ["bound", "saved"]

    def test_an_operator_cannot_try_an_edit(self, operator: Client, farm: Path) -> None:
        answer = fire(operator, "simulate", source="edit", config="")
        assert answer.status_code == 403
        assert not Run.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"name": ""}, "a letter or _"),
            ({"extra": "7"}, "left out"),
            ({"type": "subjob", "extra": "x"}, "must be the instance id"),
            ({"type": "time"}, "valid choice"),
            ({"job": ""}, "required"),
            ({"job": "0"}, "must not be 0"),
            ({"job": "x y"}, "is not the id of a job"),
            ({"more": "{"}, "not JSON"),
            ({"more": "[]"}, "must be an object"),
            ({"more": '{"x": NaN}'}, "NaN"),
            ({"more": '{"x": "\\u0000"}'}, "NUL"),
            ({"attached": "99"}, "not known here"),
            ({"callback": "/etc/passwd"}, "valid choice"),
            ({"job_name": "a\0b"}, "Null characters"),
        ],
        ids=str,
    )
    def test_what_will_not_do_is_said(
        self, operator: Client, farm: Path, changes: dict[str, str], complaint: str
    ) -> None:
        (error,) = page_of(fire(operator, "simulate", **changes)).errors
        assert complaint in error
        assert not EventRecord.objects.exists()

    def test_a_vanished_directory_is_judged_by_what_was_read_last(
        self, operator: Client, farm: Path
    ) -> None:
        for file in farm.iterdir():
            file.unlink()
        farm.rmdir()
        page = read(operator, FIRE, SUBMIT)
        assert "fires submitted.py submit-job-self" in page.cards["Fires"]


class TestSimulate:
    """Runs whose actions are only noted."""

    def test_it_leads_to_what_runs(self, operator: Client, farm: Path) -> None:
        answer = fire(operator, "simulate")
        run = Run.objects.get()
        assert (run.simulate, run.file) == (True, "submitted.py")
        assert answer["Location"].endswith(f"&fired={run.event}")
        (notice,) = read(operator, answer["Location"]).notices
        assert notice.startswith("Simulated: submit-job of job 5042.")

    def test_actions_are_told_as_what_would_have_been(self, operator: Client) -> None:
        action = {"verb": "unblock", "targets": ["5042"], "applied": ["5042.0"]}
        cause = factories.event(test=True, source="simulate", runs_count=1)
        factories.run(of=cause, test=True, simulate=True, actions=[action])
        page = Page(operator.get(reverse("fired", args=[cause.pk])))
        assert "would have: unblock 5042 changing 5042.0" in page.cards["mail.py"]

    def test_it_is_asked_for_until_everything_has_ended(
        self, operator: Client, farm: Path
    ) -> None:
        fire(operator, "simulate")
        run = Run.objects.get()
        page = reverse("fired", args=[run.event])
        assert operator.get(page).status_code == 200
        Run.objects.update(state="succeeded")
        answer = operator.get(page)
        assert answer.status_code == 286
        assert not Page(answer).select("[hx-trigger]")

    def test_only_test_fires_are_shown(self, operator: Client) -> None:
        event = factories.event()
        for identity in (event.pk, 10**6, 10**40):
            assert operator.get(reverse("fired", args=[identity])).status_code == 404

    def test_an_edit_is_simulated(self, editor: Client, farm: Path) -> None:
        config = "mail.py = submit-job-self"
        page = page_of(fire(editor, "simulate", source="edit", config=config))
        assert Run.objects.get().file == "mail.py"
        assert page.notices[0].startswith("Simulated: submit-job of job 5042.")


class TestLive:
    """For real."""

    def test_it_is_confirmed_in_numbers_first(
        self, operator: Client, farm: Path
    ) -> None:
        page = page_of(fire(operator, "live"))
        assert "1 callback will run" in page.cards["What will happen"]
        assert page.acts == ["Fire live: run 1 callback", "Go back"]
        assert not EventRecord.objects.exists()

    def test_once_confirmed_it_is_accepted(self, operator: Client, farm: Path) -> None:
        answer = fire(operator, "live", confirmed="yes")
        event = EventRecord.objects.get()
        assert (event.source, event.test, event.planned_at) == ("fire", True, None)
        assert answer["Location"].endswith(f"&fired={event.pk}")
        (waits,) = read(operator, answer["Location"]).select("#fired > .soft")
        assert "waits for the dispatcher" in waits.get_text()
        assert AuditEntry.objects.get(act="fire").details["rung"] == "live"

    def test_a_confirmation_sent_twice_is_one_event(
        self, operator: Client, farm: Path
    ) -> None:
        identity = fire(operator, "live").context["shot"].event.id
        for _ in range(2):
            answer = fire(operator, "live", confirmed="yes", id=identity)
        assert EventRecord.objects.get().event_id == identity
        notices = read(operator, answer["Location"]).notices
        assert notices[0] == "This was already fired; it was not fired again."
        assert AuditEntry.objects.filter(act="fire").count() == 1

    def test_it_can_be_meant_for_one_mapping(
        self, operator: Client, farm: Path
    ) -> None:
        fire(operator, "live", confirmed="yes", callback=f"{farm}/mail.py")
        assert EventRecord.objects.get().only_file == "mail.py"

    def test_an_edit_is_never_fired_live(self, editor: Client, farm: Path) -> None:
        page = page_of(fire(editor, "live", source="edit", config=""))
        assert page.notices[0].startswith("Unsaved text cannot be fired live")
        fire(editor, "live", source="edit", config="", confirmed="yes")
        assert not EventRecord.objects.exists()
