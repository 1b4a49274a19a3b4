"""Absence is not a decision: what is not there leaves what was read last in force."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.models import AbsenceRecord, AuditEntry, InForceRecord, Revision
from dashboard.store.configuration import editing as configuration
from dashboard.store.configuration.observing import STEADINESS, catalog, observe_all
from qubecb.conffile.storage import digest
from qubecb.errors import AbsentConfiguration, ConfigurationError
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site

ONE = "a.py = submit-job-self\n"
Loss = Callable[[Site], None]
MANY = "".join(f"{name}.py = submit-job-self\n" for name in "abcd")


def config(site: Site) -> Path:
    return site.directory / "callbacks.conf"


def taken_away(site: Site) -> None:
    config(site).unlink()


def truncated(site: Site) -> None:
    config(site).write_bytes(b"")


def commented_out(site: Site) -> None:
    config(site).write_text("# a.py = submit-job-self\n")


def made_utf_16(site: Site) -> None:
    config(site).write_bytes(ONE.encode("utf-16"))


def a_directory_in_its_place(site: Site) -> None:
    config(site).unlink()
    config(site).mkdir()


def unmounted(site: Site) -> None:
    shutil.rmtree(site.directory)
    site.directory.mkdir()


def gone(site: Site) -> None:
    shutil.rmtree(site.directory)


WAYS = [
    taken_away,
    truncated,
    commented_out,
    made_utf_16,
    a_directory_in_its_place,
    unmounted,
    gone,
]
ways = pytest.mark.parametrize("lose", WAYS, ids=lambda each: each.__name__)


@ways
def test_what_was_read_last_counts_for_jobs_submitted_meanwhile(
    site: Site, lose: Loss
) -> None:
    site.write(ONE)
    lose(site)
    observe_all()
    site.send("submit-job")
    assert [order.file for order in site.claim()] == ["a.py"]
    assert Revision.objects.count() == InForceRecord.objects.count() == 1


@ways
def test_it_is_told_until_the_file_is_back(site: Site, lose: Loss) -> None:
    site.write(ONE)
    lose(site)
    for _ in range(2):
        observe_all()
    told = AbsenceRecord.objects.get()
    assert str(site.directory) in told.sentence
    shutil.rmtree(site.directory, ignore_errors=True)
    site.directory.mkdir()
    site.write(ONE)
    assert not AbsenceRecord.objects.exists()
    assert Revision.objects.count() == 1


@ways
def test_a_person_may_say_that_it_is_empty_on_purpose(site: Site, lose: Loss) -> None:
    site.write(ONE)
    lose(site)
    observe_all()
    configuration.declare_empty(site.directory, JO, "the farm closes")
    for _ in range(2):
        observe_all()
    newest = Revision.objects.latest("id")
    assert (newest.source, newest.author, newest.meaning) == ("empty", "jo", [])
    assert not AbsenceRecord.objects.exists()
    assert AuditEntry.objects.get().act == "declare-empty"
    site.send("submit-job")
    assert not site.claim()


@ways
def test_after_a_yes_the_files_return_counts(site: Site, lose: Loss) -> None:
    site.write(ONE)
    lose(site)
    configuration.declare_empty(site.directory, JO, "")
    shutil.rmtree(site.directory, ignore_errors=True)
    site.directory.mkdir()
    site.write(ONE)
    site.send("submit-job")
    assert [order.file for order in site.claim()] == ["a.py"]


def test_a_yes_comes_too_late_when_the_file_is_back(site: Site) -> None:
    site.write(ONE)
    taken_away(site)
    observe_all()
    config(site).write_text(ONE)
    with pytest.raises(ConfigurationError, match="is back"):
        configuration.declare_empty(site.directory, JO, "")
    assert Revision.objects.count() == 1


@ways
def test_what_is_absent_is_shown_as_it_counts(site: Site, lose: Loss) -> None:
    site.write(ONE)
    lose(site)
    (shown,) = catalog().directories
    assert [mapping.file for mapping in shown.mappings] == ["a.py"]
    assert shown.error
    assert shown.trouble


def test_a_save_over_what_is_absent_has_to_be_meant(site: Site) -> None:
    site.write(ONE)
    unmounted(site)
    new, seen = MANY.encode(), digest(b"")
    with pytest.raises(AbsentConfiguration):
        configuration.save(site.directory, new, seen, JO, "")
    assert list(site.directory.iterdir()) == []
    configuration.save(site.directory, new, seen, JO, "", though_absent=True)
    assert config(site).read_bytes() == new
    assert not AbsenceRecord.objects.exists()


def test_going_back_while_it_is_absent_has_to_be_meant(site: Site) -> None:
    site.write(ONE)
    first = Revision.objects.get()
    truncated(site)
    with pytest.raises(AbsentConfiguration):
        configuration.roll_back(first, JO, "", digest(b""))
    configuration.roll_back(first, JO, "", digest(b""), though_absent=True)
    assert config(site).read_text() == ONE


def test_what_a_person_saves_empty_is_empty(site: Site) -> None:
    site.write(ONE)
    configuration.save(site.directory, b"", digest(ONE.encode()), JO, "enough")
    observe_all()
    assert Revision.objects.latest("id").meaning == []
    taken_away(site)
    observe_all()
    assert not AbsenceRecord.objects.exists()


def test_a_directory_that_was_never_read_is_told_of(site: Site) -> None:
    site.directory.rmdir()
    observe_all()
    assert AbsenceRecord.objects.get().kind == "directory"
    site.directory.mkdir()
    site.write(ONE)
    assert not AbsenceRecord.objects.exists()


def test_losing_most_mappings_takes_force_and_is_told_until_acknowledged(
    site: Site,
) -> None:
    site.write(MANY)
    site.write(ONE)
    newest = Revision.objects.latest("id")
    assert newest.lost_files == ["b.py", "c.py", "d.py"]
    assert newest.loss_is_open
    site.send("submit-job")
    assert [order.file for order in site.claim()] == ["a.py"]
    configuration.acknowledge_loss(newest, JO)
    assert not Revision.objects.filter(loss_is_open=True).exists()
    assert AuditEntry.objects.get().act == "acknowledge-loss"


def test_a_save_that_takes_most_mappings_away_is_no_loss(site: Site) -> None:
    site.write(MANY)
    seen = digest(MANY.encode())
    saved = configuration.save(site.directory, ONE.encode(), seen, JO, "")
    assert not saved.loss_is_open


def test_what_is_half_written_never_counts(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write(MANY)
    monkeypatch.setattr(STEADINESS, "seconds", 3600.0)
    for part in ("", ONE, MANY[:-10]):
        site.write(part)
        assert Revision.objects.count() == 1
    site.write(MANY + "e.py = submit-job-self\n")
    assert not Revision.objects.latest("id").loss_is_open
    assert len(Revision.objects.latest("id").meaning) == 5


def test_a_file_that_lost_something_counts_when_it_has_stayed_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write(MANY)
    monkeypatch.setattr(STEADINESS, "seconds", 0.05)
    site.write(ONE)
    assert Revision.objects.count() == 1
    while Revision.objects.count() == 1:
        observe_all()
    assert Revision.objects.latest("id").loss_is_open
