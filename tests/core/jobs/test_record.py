"""What jobinfo gives always has every key."""

from __future__ import annotations

import pytest

from qubecb.jobs import Job, JobRecord
from qubecb.jobs.fields import NOT_YET, STATUSES

JOB_KEYS = """
id name label pid pgrp user account domain kind prototype priority cpus todo
cluster hosts groups omithosts omitgroups requirements reservations restrictions status reason
dependency flagsstring mailaddress notes package agenda subjobs callbacks timesubmit timestart
timecomplete lastupdate timeout timelimit agenda_timeout agenda_timelimit retrywork retrysubjob
retrywork_delay max_cpus cwd agendastatus subjobstatus hostorder todotally cpustally prod_show
prod_seq prod_shot prod_client prod_dept prod_custom1 prod_custom2 prod_custom3 prod_custom4
prod_custom5 preflights postflights agenda_preflights agenda_postflights
flags globalorder localorder serverid queue path pathmap drivemap sourcehost deadline
prototypepath agendatimeout p_agenda p_agenda_priority p_agenda_cpus
"""
ITEM_KEYS = """
pid subid host name status address package resultpackage count retry retrydelay
timesubmit timestart timecomplete lastupdate
"""
INSTANCE_KEYS = """
id pid host count retry status timesubmit timestart timecomplete lastupdate
"""


def test_a_job_known_by_its_id_alone_has_every_documented_key() -> None:
    info = JobRecord(Job(5)).info()
    assert [key for key in JOB_KEYS.split() if key not in info] == []
    assert (info["id"], info["pgrp"], info["status"]) == (5, 5, "unknown")
    assert (info["agenda"], info["package"], info["priority"]) == ([], {}, 9999)


def test_items_and_instances_have_every_documented_key() -> None:
    info = JobRecord.from_info(
        {"id": 5, "agenda": [{"name": "1"}], "subjobs": [{"id": 0}]}
    ).info()
    assert [key for key in ITEM_KEYS.split() if key not in info["agenda"][0]] == []
    assert [key for key in INSTANCE_KEYS.split() if key not in info["subjobs"][0]] == []
    assert info["agenda"][0]["pid"] == info["subjobs"][0]["pid"] == 5


def test_defaults_are_never_shared() -> None:
    first = JobRecord(Job(5)).info()
    first["package"]["cmdline"] = "rm -rf /"
    assert JobRecord(Job(6)).info()["package"] == {}


def test_fields_are_kept_as_they_were_sent() -> None:
    sent = {"id": 5, "priority": "7", "anything": {"else": [1, None]}}
    info = JobRecord.from_info(sent).info()
    assert info["priority"] == "7"
    assert info["anything"] == {"else": [1, None]}


def test_tallies_are_counted_where_the_agenda_is_known() -> None:
    agenda = [{"name": "1", "status": "failed"}, {"name": "2"}]
    info = JobRecord.from_info({"id": 5, "agenda": agenda}).info()
    assert info["todo"] == 2
    assert info["todotally"]["failed"] == info["todotally"]["unknown"] == 1
    assert JobRecord.from_info({"id": 5, "todo": 9}).info()["todo"] == 9


def test_an_info_read_back_gives_the_same_record() -> None:
    record = JobRecord.from_info(
        {
            "id": 5,
            "name": "shot",
            "agenda": [{"name": 1, "status": "failed", "host": "r1"}],
            "subjobs": [{"id": 0, "status": "running"}],
        }
    )
    assert JobRecord.from_info(record.info()).info() == record.info()


def test_an_agenda_of_nonsense_is_an_agenda_without_items() -> None:
    nonsense: list[object] = [
        None,
        5,
        {},
        {"name": None},
        {"name": True},
        {"name": ""},
        [],
    ]
    record = JobRecord.from_info(
        {"id": 5, "agenda": nonsense, "subjobs": [{"id": -1}, {"id": "0"}]}
    )
    assert (record.items, record.instances) == ((), ())
    assert JobRecord.from_info({"id": 5, "agenda": "all"}).items == ()


@pytest.mark.parametrize(
    "sent", [{}, {"todotally": {"complete": 104}}, {"todotally": 7}]
)
def test_a_tally_has_every_status(sent: dict[str, object]) -> None:
    info = JobRecord.from_info({"id": 5, **sent}).info()
    assert set(info["todotally"]) == set(info["cpustally"]) == set(STATUSES)
    assert info["todotally"]["complete"] in (0, 104)


@pytest.mark.parametrize("sent", [0, NOT_YET, None, "", False])
def test_a_time_that_has_not_come_is_the_zero_of_the_qube_epoch(sent: object) -> None:
    parts = {"agenda": [{"name": "1", "timestart": sent}], "subjobs": [{"id": 0}]}
    info = JobRecord.from_info({"id": 5, "timestart": sent, **parts}).info()
    assert info["timestart"] == info["timecomplete"] == info["deadline"] == NOT_YET
    assert info["agenda"][0]["timestart"] == info["subjobs"][0]["timestart"] == NOT_YET


def test_a_time_that_has_come_is_given_as_it_was_sent() -> None:
    assert JobRecord.from_info({"id": 5, "timestart": 9}).info()["timestart"] == 9


def test_the_other_spelling_of_the_agendas_time_limit_says_the_same() -> None:
    assert (
        JobRecord.from_info({"id": 5, "agenda_timeout": 60}).info()["agendatimeout"]
        == 60
    )
