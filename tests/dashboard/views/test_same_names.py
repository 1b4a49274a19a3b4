"""Thirty directories with an a.py each: the directory is told where the name is not enough."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dashboard.models import ProgressRecord
from dashboard.project.environment import Environment
from dashboard.store.configuration import editing as configuration
from tests.dashboard import factories
from tests.dashboard.reading import read

MANY = 30


@pytest.fixture
def shows(settings: Settings, tmp_path: Path, db: None) -> list[Path]:
    """Thirty directories that map a.py, and the last of them only.py too."""
    paths = [tmp_path / f"show{at:02}" / "callback" for at in range(MANY)]
    for path in paths:
        path.mkdir(parents=True)
        (path / "callbacks.conf").write_text("a.py = failed-job-self\n")
        (path / "a.py").write_text("")
    with (paths[-1] / "callbacks.conf").open("a") as config:
        config.write("only.py = failed-job-self\n")
    given = ",".join(map(str, paths))
    settings.ENVIRONMENT = Environment({"QUBECB_CALLBACK_PATH": given})
    configuration.observe_all()
    return paths


def test_every_list_names_the_directory(shows: list[Path], operator: Client) -> None:
    factories.job()
    cause = factories.event(runs_count=MANY)
    runs = [
        factories.run(of=cause, directory=str(path), file="a.py", state="failed")
        for path in shows
    ]
    pages = [
        *("/runs/", "/events/", f"/events/{cause.pk}/", "/jobs/5042/"),
        *("/runs/?group=signature", "/runs/replay/", "/triggers/", "/"),
        "/triggers/one/?text=failed-job-self",
    ]
    for address in pages:
        assert re.search(r"a\.py in show\d\d/callback", read(operator, address).text)
    last = runs[-1]
    name = "a.py in show29/callback"
    assert read(operator, f"/runs/{last.pk}/").heading == f"Run {last.pk} of {name}"
    factories.job(last.pk)
    assert read(operator, "/search/", {"q": str(last.pk)}).column("Callback") == [name]
    listed = read(operator, "/runs/").column("Callback")
    assert listed == [f"a.py in show{at:02}/callback" for at in reversed(range(MANY))]


def test_a_name_that_is_alone_stays_alone(shows: list[Path], viewer: Client) -> None:
    factories.run(directory=str(shows[-1]), file="only.py")
    assert read(viewer, "/runs/").column("Callback") == ["only.py"]


def test_a_directory_that_is_gone_is_named_where_another_has_the_file(
    shows: list[Path], viewer: Client
) -> None:
    factories.run(directory="/gone/callback", file="a.py")
    factories.run(directory="/gone/callback", file="old.py")
    listed = read(viewer, "/runs/").column("Callback")
    assert listed == ["old.py", "a.py in /gone/callback"]


def test_the_choices_of_a_test_fire_can_be_told_apart(
    shows: list[Path], operator: Client
) -> None:
    offered = read(operator, reverse("fire")).select("[name=callback] option")
    names = [each.get_text() for each in offered if each["value"]]
    each_a = [f"a.py in show{at:02}/callback" for at in range(MANY)]
    assert names == [*each_a, "only.py"]


def test_what_is_remembered_and_what_is_kept_back_name_it_too(
    shows: list[Path], operator: Client
) -> None:
    factories.job()
    here = str(shows[3])
    ProgressRecord.objects.create(
        job_id=5042,
        directory=here,
        file="a.py",
        trigger="a-job-self && b-job-self",
        trigger_key="x",
        satisfied={"a-job-self": 1},
        changed_at=timezone.now(),
    )
    assert "a.py in show03/callback" in read(operator, "/jobs/5042/").text
    factories.pause(directory=here, file="a.py", author="ana", reason="")
    factories.run(directory=here, file="a.py", state="failed")
    said = "1 of 1 will be kept back: a.py in show03/callback is paused by ana"
    assert read(operator, "/runs/replay/").notices[0].startswith(said)


def test_with_one_directory_nothing_is_added(site: object, viewer: Client) -> None:
    factories.run(file="mail.py")
    assert read(viewer, "/runs/").column("Callback") == ["mail.py"]


def test_more_rows_need_no_more_queries(
    shows: list[Path], queries_of: Callable[[str], int]
) -> None:
    counts = []
    for some in (shows[:1], shows[1:]):
        for path in some:
            factories.run(directory=str(path), file="a.py")
        counts.append(queries_of("/runs/"))
    assert counts[0] == counts[1]
