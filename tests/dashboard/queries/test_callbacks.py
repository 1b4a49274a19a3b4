"""What the pages of callbacks read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.queries import callback_history
from dashboard.queries import callbacks as queries
from dashboard.queries.callbacks import (
    CallbackRow,
    rows_of,
    with_histories,
    with_last_runs,
)
from qubecb.conffile.catalog import load_directory
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.conffile.qb_conf import load
from qubecb.lint import check_directory
from tests.dashboard import factories
from tests.dashboard.factories import DIRECTORY
from tests.dashboard.sites import Site

pytestmark = pytest.mark.django_db


def rows(
    site: Site, meaning: list[EffectiveMapping] | None = None
) -> dict[str, CallbackRow]:
    directory = load_directory(site.path)
    findings = check_directory(directory, load(None))
    found = rows_of(directory, findings, [], meaning or [])
    return {row.file: row for row in found}


def test_mappings_come_in_the_order_of_the_file_then_unmapped_scripts(
    site: Site,
) -> None:
    site.write(scripts=["a.py"])
    assert list(rows(site)) == ["mail.py", "report.pl", "a.py"]


def test_findings_stand_at_the_callback_that_they_are_about(site: Site) -> None:
    site.write(
        b"# qubecb: tmeout=3\nmail.py = failed-job-self\ngone.py = x\nwords\n", ["a.py"]
    )
    found = rows(site)
    assert [each.worst for each in found.values()] == [
        "error",
        "error",
        "info",
        "info",
    ]
    directory = load_directory(site.path)
    findings = check_directory(directory, load(None))
    listed = rows_of(directory, findings, [])
    general = queries.general_findings(directory, listed, findings)
    assert [each.name for each in general] == ["line-without-mapping"]


def test_a_broken_line_shows_what_still_counts(site: Site) -> None:
    site.write(b"mail.py = failed-jb-self\n")
    kept = EffectiveMapping("mail.py", "failed-job-self", 1, kept=True)
    assert rows(site, [kept])["mail.py"].kept == kept


def test_a_pause_of_everything_stops_every_callback_but_its_own_is_named_first() -> (
    None
):
    everything = factories.pause(directory="", file="")
    assert queries.pause_of([everything], DIRECTORY, "x.py") == everything
    own = factories.pause()
    assert queries.pause_of([everything, own], DIRECTORY, "mail.py") == own
    assert queries.pause_of([own], DIRECTORY, "x.py") is None


def test_the_last_run_of_each_file_is_the_newest_of_its_directory() -> None:
    factories.run(file="a.py")
    newest = factories.run(file="a.py")
    factories.run(file="a.py", directory="/elsewhere")
    assert queries.last_runs(DIRECTORY, ["a.py", "b.py"]) == {"a.py": newest}


@pytest.mark.parametrize("count", [1, 3, 900])
def test_statistics_are_a_fixed_number_of_queries(count: int) -> None:
    found = [CallbackRow(DIRECTORY, f"{at}.py") for at in range(count)]
    factories.run(file="0.py")
    with CaptureQueriesContext(connection) as captured:
        with_histories(DIRECTORY, found)
        with_last_runs(DIRECTORY, found)
    assert len(captured) == (4 if count < 400 else 8)
    assert found[0].last is not None


def test_scripts_are_told_apart_by_their_bytes_newest_first() -> None:
    now = timezone.now()
    for age, name in ((3, "a"), (2, "b"), (1, "b"), (0, "")):
        factories.run(script_sha256=name * 64, queued_at=now - timedelta(hours=age))
    found = callback_history.scripts_of(DIRECTORY, "mail.py")
    assert [(each.sha256[:1], each.count) for each in found] == [("b", 2), ("a", 1)]
    assert found[0].first < found[0].last


def test_changes_of_one_mapping_over_the_revisions(site: Site) -> None:
    site.observe()
    site.write(b"report.pl = done-work-self-*\nmail.py = done-job-self\n")
    second = site.observe()
    site.write(b"report.pl = failed-work-self-*\nmail.py = done-job-self\n")
    site.observe()
    found = callback_history.mapping_changes(site.path, "mail.py")
    assert [each.change.kind for each in found] == ["changed", "added"]
    assert found[0].revision.pk == second.pk
