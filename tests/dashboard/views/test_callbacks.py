"""Callbacks: the list of a directory, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.models import ScriptVersion
from dashboard.models.events import EventRecord
from dashboard.models.runs import Run
from tests.dashboard import factories
from tests.dashboard.sites import Site

PAGE = "/callbacks/callback/mail.py/"


def run(site: Site, **given: object) -> Run:
    return factories.run(directory=str(site.path), **given)


def test_the_list_says_what_each_mapping_means_and_how_it_does(
    site: Site, viewer: Client
) -> None:
    run(site)
    factories.roll_up(directory=str(site.path), succeeded=3, failed=1)
    page = viewer.get("/callbacks/").content.decode()
    assert "when any agenda item of the job is done" in page
    assert "75.0 %" in page
    assert "never ran" in page


def test_missing_unmapped_and_misnamed_files_are_told(
    site: Site, viewer: Client
) -> None:
    site.write(
        b"gone.py = done-job-self\n-x.py = done-job-self\n\xfc.py = y\n", ["new.py"]
    )
    page = viewer.get("/callbacks/").content.decode()
    for said in ("missing", "not mapped", "begins with a dash", "\\udcfc.py"):
        assert (
            said in page
            or said in viewer.get("/configuration/callback/").content.decode()
        )


def test_filters_narrow_the_list(site: Site, viewer: Client) -> None:
    site.write(scripts=["new.py"])
    assert b"new.py" not in viewer.get("/callbacks/?text=mail").content
    assert b"mail.py" not in viewer.get("/callbacks/?show=unmapped").content
    assert b"No callback fits" in viewer.get("/callbacks/?text=zzz").content


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
    assert b"1 to 50 of 25" in answer.content
    assert b'href="%s?page=2"' % page.encode() in answer.content


def test_all_mappings_are_reached_by_page_and_by_filter(
    site: Site, viewer: Client
) -> None:
    _many(site, 120)
    page = viewer.get("/callbacks/?page=3").content.decode()
    assert "101 to 120" not in page  # two scripts are not mapped, and stand at the end
    assert "101 to 122 of 122" in page
    assert "script0119.py" in page
    assert "script0000.py" not in page
    for malformed in ("99", "-1", "x", "9" * 5000):
        assert viewer.get(f"/callbacks/?page={malformed}").status_code == 200
    page = viewer.get("/callbacks/?text=label119-").content.decode()
    assert "script0119.py" in page
    assert "Previous" not in page


def test_all_of_five_thousand_mappings_are_searched(site: Site, viewer: Client) -> None:
    _many(site, 5_000)
    page = viewer.get("/callbacks/?text=script4999").content
    assert b"script4999.py" in page
    assert len(page) < 50_000


def test_a_vanished_directory_is_a_clear_notice(site: Site, viewer: Client) -> None:
    for file in site.path.iterdir():
        file.unlink()
    site.path.rmdir()
    answer = viewer.get("/callbacks/")
    assert answer.status_code == 200
    assert b"The directory cannot be read" in answer.content


def test_what_a_viewer_may_not_do_is_not_offered(
    site: Site, viewer: Client, operator: Client, editor: Client
) -> None:
    assert b"Pause everything" not in viewer.get("/callbacks/").content
    assert b"Pause everything" in operator.get("/callbacks/").content
    assert b"Edit mapping" not in operator.get(PAGE).content
    assert b"Edit mapping" in editor.get(PAGE).content


@pytest.mark.parametrize("view", ["runs", "source", "changes", "nonsense"])
def test_every_view_of_a_callback(site: Site, viewer: Client, view: str) -> None:
    site.observe()
    run(site, script_sha256="a" * 64)
    factories.roll_up(directory=str(site.path))
    assert viewer.get(f"{PAGE}?view={view}").status_code == 200


def test_source_and_history_of_the_script(site: Site, viewer: Client) -> None:
    assert b"hello" in viewer.get(f"{PAGE}?view=source").content
    ScriptVersion.objects.create(
        sha256="a" * 64,
        content=b"print('before')\n",
        first_run_at=timezone.now(),
        last_run_at=timezone.now(),
    )
    page = viewer.get(f"{PAGE}script/{'a' * 64}/").content.decode()
    assert "before" in page
    assert "What has changed on disk since" in page
    for name in ("b" * 64, "a", "%00" * 64):
        assert viewer.get(f"{PAGE}script/{name}/").status_code == 404


def test_of_a_large_script_the_beginning_is_shown(site: Site, viewer: Client) -> None:
    now, large = timezone.now(), b"x=1\n" * 2**21
    ScriptVersion.objects.create(
        sha256="a" * 64, content=large, first_run_at=now, last_run_at=now
    )
    page = viewer.get(f"{PAGE}script/{'a' * 64}/").content.decode()
    assert len(page) < 2_000_000
    assert "this is its beginning" in page


def test_a_callback_that_is_gone_is_known_by_its_runs(
    site: Site, viewer: Client
) -> None:
    run(site, file="old.py")
    assert viewer.get("/callbacks/callback/old.py/").status_code == 200
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
    page = viewer.get("/callbacks/").content.decode()
    assert "<script>alert" not in page
    run(site, file=name)
    address = page.split('class="row-link mono" href="')[1].split('"')[0]
    assert viewer.get(unescape(address)).status_code == 200


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
