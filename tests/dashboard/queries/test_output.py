"""Output by offset, while a run runs and afterwards."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from pytest_django import Settings

from dashboard.models import Run
from dashboard.queries.output import last_output, read_output, whole_output
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(settings: Settings, tmp_path: Path) -> tuple[Run, Path]:
    """A run that runs, and the file that it writes to."""
    settings.DATA = tmp_path
    run = factories.run(state="running")
    file = tmp_path / "scratch" / "output" / str(run.pk)
    file.parent.mkdir(parents=True)
    return run, file


def whole(run: Run, limit: int, pieces: int = 100) -> bytes:
    """Everything that a reader gets who follows a run from the beginning."""
    offset, parts = 0, []
    for _ in range(pieces):
        chunk = read_output(run, offset, limit)
        parts.append(chunk.data)
        if chunk.ended:
            return b"".join(parts)
        offset = chunk.next
    if pieces < 100:
        return b"".join(parts)
    raise AssertionError("it never ends")


def test_kept_output_is_read_in_pieces_to_its_end() -> None:
    run = factories.run()
    factories.output(run, b"0123456789")
    assert whole(run, 3) == b"0123456789"


def test_a_reader_is_told_what_was_left_out_and_goes_on_with_the_tail() -> None:
    run = factories.run()
    factories.output(run, b"head", b"tail", total=1008)
    said = b"head\n[... 1000 of 1008 bytes left out ...]\ntail"
    assert whole(run, 3) == said
    assert whole(run, 100) == said


def test_a_reader_who_was_in_the_middle_goes_on_with_the_tail() -> None:
    run = factories.run()
    factories.output(run, b"head", b"tail", total=1008)
    chunk = read_output(run, 504)
    assert chunk.data == b"\n[... 500 of 1008 bytes left out ...]\n"
    assert read_output(run, chunk.next).data == b"tail"


def test_the_end_of_a_long_output_is_given_first() -> None:
    run = factories.run()
    factories.output(run, b"x" * 500 + b"the end")
    assert last_output(run, 7).data == b"the end"


@pytest.mark.parametrize("offset", [-5, 10, 10**18])
def test_an_offset_past_the_end_is_the_end(offset: int) -> None:
    run = factories.run()
    factories.output(run, b"0123456789")
    assert read_output(run, offset).ended


def test_a_run_without_output_has_ended_at_once() -> None:
    assert read_output(factories.run(), 0).ended


def test_output_is_followed_while_the_run_writes(live: tuple[Run, Path]) -> None:
    run, file = live
    assert read_output(run, 0).data == b""
    file.write_bytes(b"one\n")
    first = read_output(run, 0)
    file.write_bytes(b"one\ntwo\n")
    second = read_output(run, first.next)
    assert (first.data, second.data, second.ended) == (b"one\n", b"two\n", False)


def test_a_secret_is_masked_in_live_output_wherever_it_is_cut(
    live: tuple[Run, Path],
) -> None:
    run, file = live
    file.write_bytes(b"password=geheim\n")
    assert b"geheim" not in read_output(run, 0).data
    assert b"heim" not in read_output(run, 11).data


def test_a_link_in_place_of_the_live_file_is_not_followed(
    live: tuple[Run, Path], tmp_path: Path
) -> None:
    run, file = live
    (tmp_path / "other").write_bytes(b"not yours")
    file.symlink_to(tmp_path / "other")
    assert read_output(run, 0).data == b""


def test_the_whole_of_what_was_kept_is_given_at_once() -> None:
    run = factories.run()
    factories.output(run, b"head", b"tail", total=1008)
    chunk = whole_output(run, 2)
    assert chunk.data == b"ad\n[... 1000 of 1008 bytes left out ...]\ntail"
    assert (chunk.next, chunk.ended) == (1008, True)


def test_of_output_that_goes_on_a_mebibyte_is_given(live: tuple[Run, Path]) -> None:
    run, file = live
    file.write_bytes(b"x" * 3_000_000)
    chunk = whole_output(run, 0)
    assert len(chunk.data) == chunk.next == 1024 * 1024
    assert not chunk.ended


def test_a_piece_of_kept_output_is_read_without_the_rest() -> None:
    run = factories.run()
    factories.output(run, b"x" * 10_000_000)
    tracemalloc.start()
    assert len(read_output(run, 5_000_000).data) == 65536
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_secret_that_begins_before_the_piece_is_masked_in_it(
    live: tuple[Run, Path],
) -> None:
    run, file = live
    file.write_bytes(b"x" * 65_530 + b" token=" + b"S" * 200_000 + b"\nend\n")
    assert b"S" not in whole(run, 7_000, 40)
