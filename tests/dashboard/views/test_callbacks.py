"""Callbacks: the list of a directory, and the page of one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.models import ScriptVersion
from dashboard.models.events import EventRecord
from dashboard.models.runs import Run
from tests.dashboard import factories
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import Site

PAGE = "/callbacks/callback/mail.py/"


def run(site: Site, **given: object) -> Run:
    return factories.run(directory=str(site.path), **given)


def test_the_list_says_what_each_mapping_means_and_how_it_does(
    site: Site, viewer: Client
) -> None:
    run(site)
    factories.roll_up(directory=str(site.path), succeeded=3, failed=1)
    mail, report = read(viewer, "/callbacks/").rows
    assert mail["Trigger"] == "failed-job-self when the job fails"
    assert (mail["Succeeded"], mail["p95"]) == ("succeeded 75.0 %", "p95 ≤ 5 ms")
    meaning = "when any agenda item of the job is done"
    assert report["Trigger"] == f"done-work-self-* {meaning}"
    assert (report["Last run"], report["Succeeded"]) == ("never ran", "succeeded —")


def test_missing_unmapped_and_misnamed_files_are_told(
    site: Site, viewer: Client
) -> None:
    site.write(
        b"gone.py = done-job-self\n-x.py = done-job-self\n\xfc.py = y\n", ["new.py"]
    )
    page = read(viewer, "/callbacks/")
    told = {row["Callback"].split()[0]: row for row in page.rows}
    assert told["gone.py"]["Callback"].startswith("gone.py missing ")
    assert told["new.py"]["Trigger"] == "not mapped"
    assert "cannot be read" in told["\\udcfc.py"]["Trigger"]
    found = read(viewer, "/configuration/callback/").cards["Findings"]
    assert "the file name begins with a dash" in found
    assert "the file name is not UTF-8" in found


def test_filters_narrow_the_list(site: Site, viewer: Client) -> None:
    site.write(scripts=["new.py"])
    for query, listed in (
        ("", ["mail.py", "report.pl", "new.py"]),
        ("?text=mail", ["mail.py"]),
        ("?show=unmapped", ["new.py"]),
        ("?text=zzz", []),
    ):
        page = read(viewer, f"/callbacks/{query}")
        assert [name.split()[0] for name in page.column("Callback")] == listed
    assert page.empty == ["No callback fits these filters"]


def _many(site: Site, count: int) -> None:
    lines = [f"script{at:04}.py = done-work-label{at}-*" for at in range(count)]
    site.write("\n".join(lines).encode())


@pytest.mark.parametrize("page", ["/callbacks/", "/triggers/"])
def test_hundreds_of_mappings_make_small_pages(
    site: Site, editor: Client, page: str
) -> None:
    _many(site, 256)
    for at in range(256):
        file, trigger = f"script{at:04}.py", f"done-work-label{at}-*"
        factories.roll_up(
            directory=str(site.path), file=file, trigger=trigger, succeeded=3, failed=1
        )
    answer = editor.get(page)
    assert len(answer.content) < 250_000
    (foot,) = Page(answer).feet
    assert re.match(r"1 to 50 of 25\d ", foot)
    (older,) = Page(answer).select("a[rel=next]")
    assert older["href"] == f"{page}?page=2"


def test_all_mappings_are_reached_by_page_and_by_filter(
    site: Site, viewer: Client
) -> None:
    _many(site, 120)
    page = read(viewer, "/callbacks/?page=3")
    # Two scripts are not mapped, and stand at the end.
    assert page.feet[0].startswith("101 to 122 of 122")
    listed = [name.split()[0] for name in page.column("Callback")]
    assert listed == [
        *(f"script{at:04}.py" for at in range(100, 120)),
        *("mail.py", "report.pl"),
    ]
    for malformed, first in (("99", 101), ("-1", 101), ("x", 1), ("9" * 5000, 1)):
        (foot,) = read(viewer, f"/callbacks/?page={malformed}").feet
        assert foot.startswith(f"{first} to "), malformed
    page = read(viewer, "/callbacks/?text=label119-")
    assert [name.split()[0] for name in page.column("Callback")] == ["script0119.py"]
    assert page.feet == []


def test_all_of_five_thousand_mappings_are_searched(site: Site, viewer: Client) -> None:
    _many(site, 5_000)
    answer = viewer.get("/callbacks/?text=script4999")
    (row,) = Page(answer).rows
    assert row["Callback"].startswith("script4999.py ")
    assert len(answer.content) < 50_000


def test_a_vanished_directory_is_a_clear_notice(site: Site, viewer: Client) -> None:
    for file in site.path.iterdir():
        file.unlink()
    site.path.rmdir()
    page = read(viewer, "/callbacks/")
    (notice,) = page.notices
    assert notice.startswith("The directory cannot be read.")
    assert f"{site.path} does not exist" in notice
    assert page.rows == []


def test_what_a_viewer_may_not_do_is_not_offered(
    site: Site, viewer: Client, operator: Client, editor: Client
) -> None:
    assert "Pause everything" not in read(viewer, "/callbacks/").acts
    assert "Pause everything" in read(operator, "/callbacks/").acts
    assert "Pause…" not in read(viewer, PAGE).acts
    assert "Pause…" in read(operator, PAGE).acts
    assert "Edit mapping" not in read(operator, PAGE).acts
    assert "Edit mapping" in read(editor, PAGE).acts


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("runs", "Runs of the last 24 hours"),
        ("source", "mail.py"),
        ("changes", "Changes to the mapping"),
        ("nonsense", "Runs of the last 24 hours"),
    ],
)
def test_every_view_of_a_callback(
    site: Site, viewer: Client, view: str, shown: str
) -> None:
    site.observe()
    run(site, script_sha256="a" * 64)
    factories.roll_up(directory=str(site.path))
    assert shown in read(viewer, f"{PAGE}?view={view}").cards


def test_source_and_history_of_the_script(site: Site, viewer: Client) -> None:
    source = read(viewer, f"{PAGE}?view=source").cards["mail.py"]
    assert source.endswith("1 print('hello')")
    ScriptVersion.objects.create(
        sha256="a" * 64,
        content=b"print('before')\n",
        first_run_at=timezone.now(),
        last_run_at=timezone.now(),
    )
    page = read(viewer, f"{PAGE}script/{'a' * 64}/")
    assert page.heading == "mail.py as it was"
    assert "removed - print('before')" in page.cards["What has changed on disk since"]
    assert page.cards["mail.py"].endswith("1 print('before')")
    for name in ("b" * 64, "a", "%00" * 64):
        assert viewer.get(f"{PAGE}script/{name}/").status_code == 404


def test_of_a_large_script_the_beginning_is_shown(site: Site, viewer: Client) -> None:
    now, large = timezone.now(), b"x=1\n" * 2**21
    ScriptVersion.objects.create(
        sha256="a" * 64, content=large, first_run_at=now, last_run_at=now
    )
    answer = viewer.get(f"{PAGE}script/{'a' * 64}/")
    assert len(answer.content) < 2_000_000
    assert b"this is its beginning" in answer.content


def test_a_callback_that_is_gone_is_known_by_its_runs(
    site: Site, viewer: Client
) -> None:
    run(site, file="old.py")
    assert read(viewer, "/callbacks/callback/old.py/").heading.startswith("old.py")
    assert viewer.get("/callbacks/callback/never.py/").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["%00", "..", "%2e%2e", ".hidden", "-rf", "a%0Ab.py", "a%00.py", "%ff", "x" * 300],
)
def test_hostile_names_are_not_found(site: Site, viewer: Client, name: str) -> None:
    assert viewer.get(f"/callbacks/callback/{name}/").status_code in (301, 404)
    assert (
        viewer.get(f"/callbacks/callback/{name}/script/{'a' * 64}/").status_code == 404
    )


@pytest.mark.parametrize("value", ["9", "-1", "x", "%00", "9" * 400])
def test_a_directory_that_is_not_there_is_not_found(
    site: Site, viewer: Client, value: str
) -> None:
    assert viewer.get(f"/callbacks/?directory={value}").status_code == 404


def test_names_that_look_like_markup_stay_text(site: Site, viewer: Client) -> None:
    name = "<script>alert(1)<\u2044b>&amp;%41?#.py"
    site.write(f"{name} = done-job-self\n".encode(), [name])
    link = read(viewer, "/callbacks/").select("a.row-link")[0]
    assert link.select("[title]")[0]["title"] == name
    run(site, file=name)
    assert read(viewer, str(link["href"])).heading == name


def test_the_number_of_queries_does_not_grow_with_mappings(
    site: Site, queries_of: Callable[[str], int]
) -> None:
    counts = []
    for count in (1, 3):
        config = "".join(f"f{at}.py = done-job-self\n" for at in range(count))
        site.write(config.encode())
        for at in range(count):
            run(site, file=f"f{at}.py")
            factories.roll_up(
                directory=str(site.path), file=f"f{at}.py", hours_ago=count
            )
        counts.append(
            (queries_of("/callbacks/"), queries_of("/callbacks/callback/f0.py/"))
        )
    assert counts[0] == counts[1]
    assert EventRecord.objects.count() == 4
