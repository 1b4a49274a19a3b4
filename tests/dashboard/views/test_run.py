"""One run: its page, its output, its script, cancelling and replaying it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import AuditEntry, Run, ScriptVersion
from tests.dashboard import factories
from tests.dashboard.reading import Page

HTMX = {"HX-Request": "true"}
TRACEBACK = {
    "type": "KeyError",
    "message": "'shot'",
    "frames": [
        {"file": "/studio/callback/mail.py", "line": 3, "function": "main", "code": "x"}
    ],
    "locals": {"job": "{'id': 5042}"},
}


def page_of(client: Client, run: Run) -> Page:
    """The page of a run."""
    answer = client.get(reverse("run", args=[run.pk]))
    assert answer.status_code == 200
    return Page(answer)


def actions(page: Page) -> list[str]:
    """Where the forms of a page are sent."""
    return [str(form.get("action")) for form in page.select("main form")]


def test_it_tells_how_the_run_ended_and_why(viewer: Client) -> None:
    run = factories.run(
        state="failed", reason="exited with status 1", exit=1, traceback=TRACEBACK
    )
    page = page_of(viewer, run)
    assert page.facts["Exit"] == "status 1"
    assert "Exited with status 1" in page.text
    assert "KeyError" in page.text
    assert page.facts["job"] == "{'id': 5042}"


def test_a_signal_has_its_name(viewer: Client) -> None:
    for status, said in ((-11, "signal SIGSEGV"), (-123, "signal 123")):
        run = factories.run(state="crashed", exit=status)
        assert page_of(viewer, run).facts["Exit"] == said


def test_actions_of_a_simulation_would_have_happened(viewer: Client) -> None:
    asked = [{"verb": "unblock", "targets": ["5042"], "applied": ["5042.0"]}]
    run = factories.run(actions=asked, simulate=True, test=True)
    page = page_of(viewer, run)
    said = {"Verb": "unblock", "Of": "5042", "Would have changed": "5042.0"}
    assert page.rows == [said]


def test_output_is_text_and_never_markup(viewer: Client) -> None:
    run = factories.run()
    factories.output(run, b"<script>alert(1)</script>\xff\x1b[31mred\x1b[0m")
    (output,) = page_of(viewer, run).select("[data-output] pre")
    assert output.get_text() == "<script>alert(1)</script>\ufffdred"
    assert [each.get_text() for each in output.select(".ansi-1")] == ["red"]


def test_a_live_run_is_asked_for_again_until_it_has_ended(viewer: Client) -> None:
    run = factories.run(state="running")
    address = reverse("run", args=[run.pk])
    going = viewer.get(address, headers=HTMX)
    assert (going.status_code, b"every 1s" in going.content) == (200, True)
    run.state = "succeeded"
    run.save()
    over = viewer.get(address, headers=HTMX)
    assert over.status_code == 286
    assert b"hx-trigger" not in over.content
    assert b'id="run-facts" hx-swap-oob="morph"' in over.content


def test_a_running_run_says_how_long_it_may_take(viewer: Client) -> None:
    revision = factories.revision(
        [{"file": "long.py", "trigger": "a", "line": 1, "options": {"timeout": 300}}]
    )
    for file, said in (("long.py", "may take 5 min"), ("mail.py", "may take 1 min")):
        run = factories.run(state="running", file=file, revision=revision.pk)
        assert said in page_of(viewer, run).text
    ended = factories.run(state="failed", file="long.py", revision=revision.pk)
    assert "may take" not in page_of(viewer, ended).text


def test_output_is_given_by_offset(viewer: Client) -> None:
    run = factories.run()
    factories.output(run, b"0123456789")
    answer = viewer.get(reverse("run-output", args=[run.pk]), {"offset": "4"})
    assert answer.content == b"456789"
    assert (answer["X-Next-Offset"], answer["X-Ended"]) == ("10", "true")
    assert answer["Content-Type"].startswith("text/plain")


def test_an_odd_offset_is_the_beginning(viewer: Client) -> None:
    run = factories.run()
    factories.output(run, b"all")
    for offset in ("-1", "x", "٣", ""):
        answer = viewer.get(reverse("run-output", args=[run.pk]), {"offset": offset})
        assert answer.content == b"all"


def test_the_script_is_shown_as_it_was_with_what_changed_since(
    viewer: Client, tmp_path: Path
) -> None:
    then = b"print('then')\n"
    digest, now = sha256(then).hexdigest(), timezone.now()
    ScriptVersion.objects.create(
        sha256=digest, content=then, first_run_at=now, last_run_at=now
    )
    (tmp_path / "mail.py").write_text("print('now')\n")
    run = factories.run(directory=str(tmp_path), script_sha256=digest)
    answer = viewer.get(reverse("run-script", args=[run.pk]))
    kinds = [line.kind for line in answer.context["lines"]]
    assert answer.context["then"].text == "print('then')\n"
    assert kinds == ["removed", "added"]


def test_of_a_large_script_the_beginning_is_shown(
    viewer: Client, tmp_path: Path
) -> None:
    now = timezone.now()
    ScriptVersion.objects.create(
        sha256="a" * 64, content=b"x=1\n" * 2**21, first_run_at=now, last_run_at=now
    )
    run = factories.run(directory=str(tmp_path), script_sha256="a" * 64)
    answer = viewer.get(reverse("run-script", args=[run.pk]))
    assert len(answer.content) < 2_000_000
    assert b"this is its beginning" in answer.content


def test_a_run_that_waits_is_cancelled_and_that_is_recorded(operator: Client) -> None:
    run = factories.run(state="queued")
    answer = operator.post(reverse("run-cancel", args=[run.pk]), {"reason": "a slip"})
    assert answer.status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert "a slip" in run.reason
    assert AuditEntry.objects.get().act == "cancel"


def test_what_is_said_of_a_cancelled_run_stays_true(operator: Client) -> None:
    for state, said in (
        ("queued", "was cancelled before it started"),
        ("running", "is being stopped"),
        ("succeeded", "had already ended by itself"),
    ):
        run = factories.run(state=state)
        address = reverse("run-cancel", args=[run.pk])
        page = Page(operator.post(address, follow=True))
        assert f"Run {run.pk} {said}." in page.notices
        assert "is being cancelled" not in page.text


def test_a_run_that_has_ended_cannot_be_cancelled(operator: Client) -> None:
    run = factories.run()
    operator.post(reverse("run-cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "succeeded"
    assert not AuditEntry.objects.exists()


def test_a_replay_is_a_new_run_and_is_recorded(operator: Client) -> None:
    run = factories.run(state="failed")
    answer = operator.post(reverse("run-replay", args=[run.pk]))
    new = Run.objects.get(replay_of=run.pk)
    assert answer["Location"] == reverse("run", args=[new.pk])
    assert (new.state, new.event) == ("queued", run.event)
    assert AuditEntry.objects.get().subject == f"run {run.pk}"


def test_a_replay_sent_twice_is_one_run(operator: Client) -> None:
    run = factories.run(state="failed")
    address = reverse("run-replay", args=[run.pk])
    sent = {"seen": hidden(page_of(operator, run), "seen")}
    once, twice = operator.post(address, sent), operator.post(address, sent)
    assert once["Location"] == twice["Location"]
    assert Run.objects.filter(replay_of=run.pk).count() == 1
    assert "was replayed already" in Page(operator.get(twice["Location"])).text
    Run.objects.filter(replay_of=run.pk).update(state="failed")
    sent = {"seen": hidden(page_of(operator, run), "seen")}
    operator.post(address, sent)
    assert Run.objects.filter(replay_of=run.pk).count() == 2


def test_a_run_that_is_being_replayed_says_so_and_offers_no_other(
    operator: Client,
) -> None:
    run = factories.run(state="failed")
    operator.post(reverse("run-replay", args=[run.pk]))
    page = page_of(operator, run)
    assert "which has not ended" in page.text
    assert reverse("run-replay", args=[run.pk]) not in actions(page)


def test_a_run_that_was_made_good_leads_to_the_one_that_did_it(viewer: Client) -> None:
    good = factories.run()
    now = timezone.now()
    settled = {"settled": "made-good", "settled_by": str(good.pk), "settled_at": now}
    page = page_of(viewer, factories.run(state="failed", **settled))
    assert f"Made good by run {good.pk}" in page.text
    assert page.links[f"run {good.pk}"] == reverse("run", args=[good.pk])
    settled["settled_by"] = "999999"
    page = page_of(viewer, factories.run(state="failed", **settled))
    assert "run 999999, which has been pruned" in page.text


def test_a_run_that_was_dismissed_says_by_whom_and_why(operator: Client) -> None:
    run = factories.run(state="failed")
    address = reverse("run-dismiss", args=[run.pk])
    assert address in actions(page_of(operator, run))
    operator.post(address, {"reason": ""})
    run.refresh_from_db()
    assert run.open
    operator.post(address, {"reason": "the shot was cut"})
    page = page_of(operator, run)
    assert "Dismissed by operator-" in page.text
    assert "the shot was cut" in page.text
    assert address not in actions(page)
    assert AuditEntry.objects.get().act == "dismiss"


def test_a_run_of_whose_chain_another_is_open_leads_there(viewer: Client) -> None:
    old = factories.run(state="failed", open=False)
    new = factories.run(state="failed", event=old.event, replay_of=old.pk, chain=old.pk)
    page = page_of(viewer, old)
    assert f"run {new.pk} is open instead" in page.text
    assert page.links[str(new.pk)] == reverse("run", args=[new.pk])


def test_a_replay_that_will_be_kept_back_says_so_before_and_after(
    operator: Client,
) -> None:
    run = factories.run(state="failed")
    factories.pause(author="ana", reason="too loud")
    said = "mail.py is paused by ana: too loud"
    assert f"It will be kept back: {said}" in page_of(operator, run).text
    address = reverse("run-replay", args=[run.pk])
    page = Page(operator.post(address, follow=True))
    assert f"1 of 1 is kept back: {said}" in " ".join(page.notices)


def hidden(page: Page, name: str) -> str:
    """The value of a hidden field of a page."""
    return str(page.select(f'input[type=hidden][name="{name}"]')[0]["value"])


def test_a_simulation_is_not_replayed(operator: Client) -> None:
    run = factories.run(simulate=True)
    answer = operator.post(reverse("run-replay", args=[run.pk]), follow=True)
    assert "is not replayed" in " ".join(Page(answer).notices)
    assert Run.objects.count() == 1


def test_a_viewer_may_neither_cancel_nor_replay(viewer: Client) -> None:
    run = factories.run()
    for name in ("run-cancel", "run-replay"):
        assert viewer.post(reverse(name, args=[run.pk])).status_code == 403
    assert reverse("run-replay", args=[run.pk]) not in actions(page_of(viewer, run))


def test_acts_need_a_post(operator: Client) -> None:
    run = factories.run()
    for name in ("run-cancel", "run-replay"):
        answer = operator.get(reverse(name, args=[run.pk]))
        assert answer["Location"] == reverse("run", args=[run.pk])
    assert Run.objects.count() == 1


def test_a_run_that_does_not_exist_is_not_found(operator: Client) -> None:
    for name in ("run", "run-output", "run-script"):
        assert operator.get(reverse(name, args=[10**25])).status_code == 404
    assert operator.post(reverse("run-cancel", args=[10**25])).status_code == 404


def test_a_test_fire_begins_with_the_runs_own_event_and_callback(
    operator: Client,
) -> None:
    cause = factories.event(name="killed", type="work", extra="7")
    run = factories.run(of=cause, trigger="complete-job-self || killed-work-self-*")
    page = page_of(operator, run)
    address = f"/fire/?event={cause.pk}&callback=%2Fstudio%2Fcallback%2Fmail.py"
    assert address in page.links.values()
    initial = operator.get(address).context["form"].initial
    assert (initial["name"], initial["type"], initial["extra"]) == (
        "killed",
        "work",
        "7",
    )


TWICE = "complete-work-self-1 && complete-job-parent"


def test_a_run_of_several_events_leads_to_each_of_them(viewer: Client) -> None:
    own = factories.event(name="complete", type="work", extra="1")
    parents = factories.event(name="complete", job_id=7)
    pruned = factories.event()
    by = [
        [spec, event.sequence, event.event_id, "2026-11-27 19:56:21"]
        for spec, event in (
            ("complete-work-self-1", own),
            ("complete-job-parent", parents),
            ("failed-job-self", pruned),
        )
    ]
    by.append(["old-job-self", None, None, None])
    run = factories.run(of=parents, job=5042, trigger=TWICE, satisfied_by=by)
    pruned.delete()
    page = page_of(viewer, run)
    said = page.facts["Satisfied by"]
    assert "complete-work-self-1 complete-work-1," in said
    assert "complete-job-parent complete-job of job 7," in said
    assert "failed-job-self an event that was pruned," in said
    assert said.endswith("old-job-self an event from before this was remembered")
    links = {str(link.get("href")) for link in page.select("#run-facts a")}
    assert {reverse("event", args=[each.sequence]) for each in (own, parents)} <= links


def test_what_satisfied_a_run_of_before_is_said_to_be_unknown(viewer: Client) -> None:
    page = page_of(viewer, factories.run(trigger=TWICE))
    assert page.facts["Satisfied by"].startswith("not known")
    plain = page_of(viewer, factories.run())
    assert "Satisfied by" not in plain.facts
    simulated = page_of(viewer, factories.run(trigger=TWICE, simulate=True, test=True))
    assert "Satisfied by" not in simulated.facts
