"""Revisions: found on disk, saved, rolled back; and what jobs are bound to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from dashboard.models import AbsenceRecord, AuditEntry, InForceRecord, Revision
from dashboard.project.environment import Environment
from dashboard.service.first_start import prepare
from dashboard.store.configuration import editing as configuration
from dashboard.store.configuration.site import (
    directories,
    forget_qb_conf,
    is_configured,
    qb_conf,
)
from qubecb.conffile.storage import digest
from qubecb.errors import ConfigurationError, ConflictingEdit
from tests.dashboard.factories import JO
from tests.dashboard.store.refusing import refused_at_commit
from tests.dashboard.store.site import Site

ONE = "a.py = submit-job-self\n"
TWO = "a.py = done-job-self\n"


def on_disk(site: Site) -> bytes:
    return (site.directory / "callbacks.conf").read_bytes()


def test_what_is_on_disk_becomes_a_revision(site: Site) -> None:
    site.write(ONE)
    revision = Revision.objects.get()
    assert (revision.source, bytes(revision.content)) == ("disk", ONE.encode())
    assert [mapping["file"] for mapping in revision.meaning] == ["a.py"]


def test_what_has_not_changed_is_no_new_revision(site: Site) -> None:
    site.write(ONE)
    site.write(ONE)
    assert Revision.objects.count() == 1
    assert InForceRecord.objects.count() == 1


def test_revisions_are_numbered_within_their_directory(
    site: Site, tmp_path: Path, settings: Any
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    paths = f"{site.directory},{other}"
    settings.ENVIRONMENT = Environment({"QUBECB_CALLBACK_PATH": paths})
    for text in (ONE, TWO):
        site.write(text)
    (other / "callbacks.conf").write_text(TWO)
    configuration.observe_all()
    site.write(ONE)
    found = Revision.objects.order_by("pk").values_list("directory", "number")
    mine = [number for directory, number in found if directory == str(site.directory)]
    others = [number for directory, number in found if directory == str(other)]
    assert mine == list(range(1, len(mine) + 1))
    assert others == list(range(1, len(others) + 1))
    assert len(mine) == 3


def test_a_save_is_a_revision_with_author_and_reason(site: Site) -> None:
    site.write(ONE)
    saved = configuration.save(
        site.directory, TWO.encode(), digest(ONE.encode()), JO, "done, not submit"
    )
    assert (saved.source, saved.author, saved.reason) == (
        *("save", "jo"),
        "done, not submit",
    )
    assert on_disk(site) == TWO.encode()


def test_the_watcher_does_not_take_a_save_for_somebody_elses(site: Site) -> None:
    site.write(ONE)
    configuration.save(site.directory, TWO.encode(), digest(ONE.encode()), JO, "")
    configuration.observe_all()
    assert list(Revision.objects.values_list("source", flat=True)) == ["disk", "save"]


def test_a_save_over_something_else_than_was_read_is_a_conflict(site: Site) -> None:
    site.write(ONE)
    with pytest.raises(ConflictingEdit) as conflict:
        configuration.save(site.directory, b"", digest(b"something else"), JO, "")
    assert conflict.value.found == ONE.encode()
    assert on_disk(site) == ONE.encode()
    assert Revision.objects.count() == 1


def test_a_save_whose_commit_is_refused_is_taken_back(site: Site) -> None:
    site.write(ONE)
    with refused_at_commit("dashboard_auditentry"), pytest.raises(IntegrityError):
        configuration.save(site.directory, TWO.encode(), digest(ONE.encode()), JO, "")
    assert on_disk(site) == ONE.encode()
    assert Revision.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_what_a_crash_leaves_of_a_save_is_found_on_disk(site: Site) -> None:
    site.write(ONE)
    (site.directory / "callbacks.conf").write_text(TWO)  # replaced, never committed
    configuration.observe_all()
    newest = Revision.objects.latest("id")
    assert (newest.source, newest.author) == ("disk", "")
    assert bytes(newest.content) == TWO.encode()


def test_nothing_is_saved_where_mappings_are_read_only(
    site: Site, settings: Any
) -> None:
    site.write(ONE)
    settings.READ_ONLY = True
    with pytest.raises(ConfigurationError):
        configuration.save(site.directory, b"", digest(ONE.encode()), JO, "")
    assert on_disk(site) == ONE.encode()


def test_rolling_back_saves_the_old_bytes_as_a_new_revision(site: Site) -> None:
    site.write(ONE)
    first = Revision.objects.get()
    site.write(TWO)
    back = configuration.roll_back(first, JO, "too many mails")
    assert (back.source, back.reason) == ("rollback", "too many mails")
    assert on_disk(site) == ONE.encode()
    assert Revision.objects.count() == 3


def test_a_directory_that_vanishes_keeps_its_last_revision(site: Site) -> None:
    site.write(ONE)
    site.directory.rename(site.directory.with_name("elsewhere"))
    configuration.observe_all()
    site.dispatcher.step()
    assert Revision.objects.count() == 1
    assert InForceRecord.objects.count() == 1


def test_a_broken_line_keeps_its_last_good_meaning(site: Site) -> None:
    site.write(ONE)
    site.write("a.py = submit-job-(\nb.py = done-job-self\n")
    meaning = Revision.objects.latest("id").meaning
    assert [(each["file"], each["kept"]) for each in meaning] == [
        ("a.py", True),
        ("b.py", False),
    ]


def test_a_job_stays_bound_to_the_configuration_of_its_submission(site: Site) -> None:
    site.write("a.py = complete-job-self\n")
    site.send("submit-job", job=7)
    site.write("b.py = complete-job-self\n")
    site.send("submit-job", job=8)
    site.send("complete-job", job=7)
    site.send("complete-job", job=8)
    assert [order.file for order in site.claim()] == ["a.py", "b.py"]


def test_the_data_directorys_own_directory_counts_when_none_is_configured(
    site: Site, settings: Any
) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(settings.DATA / "none")})
    assert directories() == [settings.DATA / "callback"]
    assert not is_configured()


def test_qb_conf_is_read_again_when_it_has_changed(site: Site, settings: Any) -> None:
    path = settings.DATA / "qb.conf"
    path.write_text("mail_host = one\n")
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(path)})
    assert qb_conf().mail.host == "one"
    path.write_text("mail_host = another\n")
    assert qb_conf().mail.host == "another"


QB_CONF = "mail_host = one\nsupervisor_language_flags = python\n"


def with_qb_conf(site: Site, settings: Any, text: str) -> Path:
    """Configure a site by a qb.conf alone."""
    path: Path = settings.DATA / "qb.conf"
    path.write_text(text)
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(path)})
    return path


def test_a_qb_conf_that_is_absent_changes_neither_flags_nor_path(
    site: Site, settings: Any
) -> None:
    named = f"supervisor_universal_callback_path = {site.directory}\n"
    path = with_qb_conf(site, settings, QB_CONF + named)
    assert directories() == [site.directory]
    path.unlink()
    assert directories() == [site.directory]
    assert not qb_conf().enabled("perl")
    assert qb_conf().absence
    forget_qb_conf(JO)
    assert qb_conf().enabled("perl")
    assert AuditEntry.objects.get().act == "forget-qb-conf"


def test_qubes_own_directory_stays_configured_while_it_is_not_mounted(
    site: Site, settings: Any
) -> None:
    with_qb_conf(site, settings, f"qb_directory = {settings.DATA}/qube\n")
    theirs = settings.DATA / "qube" / "callback"
    assert directories() == [site.directory]
    theirs.mkdir(parents=True)
    configuration.observe_all()
    theirs.rmdir()
    assert directories() == [theirs]
    assert is_configured()


def test_a_directory_of_our_own_that_vanished_is_not_made_anew(
    site: Site, settings: Any
) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(settings.DATA / "none")})
    site.write(ONE)
    (site.directory / "callbacks.conf").unlink()
    site.directory.rmdir()
    prepare()
    assert not site.directory.exists()
    assert AbsenceRecord.objects.get().kind == "directory"
