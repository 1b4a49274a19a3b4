"""Links in a callback directory: followed inside, not written through when they lead out."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qubecb.conffile import links, qb_conf, saving
from qubecb.conffile.catalog import load_directory
from qubecb.conffile.exchange import exchange
from qubecb.conffile.storage import read, save
from qubecb.errors import ConfigurationError, ConflictingEdit, UnreadableFile

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is held back")


@pytest.fixture
def callback(tmp_path: Path) -> Path:
    path = tmp_path / "callback"
    path.mkdir()
    return path


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere.conf"
    path.write_bytes(b"theirs\n")
    return path


def linked(callback: Path, target: Path | str) -> Path:
    """A callbacks.conf that is a link."""
    link = callback / "callbacks.conf"
    link.symlink_to(target)
    return link


def tree(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(each), each.lstat().st_ino) for each in folder.rglob("*"))


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    "target", ["farm.conf", "sub/farm.conf", "../callback/farm.conf"]
)
def test_a_link_inside_the_directory_is_saved_through_and_stays(
    callback: Path, target: str
) -> None:
    (callback / "sub").mkdir()
    (callback / target).write_bytes(b"old\n")
    link = linked(callback, target)
    save(link, b"new\n", b"old\n")
    assert link.is_symlink()
    assert (callback / target).read_bytes() == b"new\n"
    assert links.leads_to(link) is None


def test_a_link_inside_to_nothing_makes_the_file(callback: Path) -> None:
    save(linked(callback, "farm.conf"), b"new\n", b"")
    assert (callback / "farm.conf").read_bytes() == b"new\n"


@pytest.mark.usefixtures("either_way")
def test_nothing_is_saved_through_a_link_that_leads_out(
    callback: Path, outside: Path, tmp_path: Path
) -> None:
    link = linked(callback, outside)
    before = tree(tmp_path)
    with pytest.raises(
        ConfigurationError, match=f"out of its directory, to {outside}; "
    ):
        save(link, b"new\n", b"theirs\n")
    assert outside.read_bytes() == b"theirs\n"
    assert tree(tmp_path) == before


def test_a_link_to_nothing_outside_makes_no_file(
    callback: Path, tmp_path: Path
) -> None:
    link = linked(callback, "../none.conf")
    with pytest.raises(ConfigurationError, match="leads out of its directory"):
        save(link, b"new\n", b"")
    assert not (tmp_path / "none.conf").exists()


def test_a_way_out_through_a_linked_folder_is_seen(
    callback: Path, outside: Path, tmp_path: Path
) -> None:
    (callback / "sub").symlink_to(tmp_path)
    with pytest.raises(ConfigurationError, match="leads out of its directory"):
        save(linked(callback, "sub/elsewhere.conf"), b"new\n", b"theirs\n")
    assert outside.read_bytes() == b"theirs\n"


def test_a_directory_beside_with_the_same_beginning_is_outside(
    callback: Path, tmp_path: Path
) -> None:
    (tmp_path / "callback2").mkdir()
    target = tmp_path / "callback2" / "callbacks.conf"
    target.write_bytes(b"old\n")
    with pytest.raises(ConfigurationError, match="leads out of its directory"):
        save(linked(callback, target), b"new\n", b"old\n")


def test_the_callback_directory_may_itself_be_a_link(
    callback: Path, tmp_path: Path
) -> None:
    (tmp_path / "here").symlink_to(callback)
    path = tmp_path / "here" / "callbacks.conf"
    save(path, b"new\n", b"")
    assert links.leads_to(path) is None
    assert (callback / "callbacks.conf").read_bytes() == b"new\n"


@pytest.mark.parametrize("target", ["callbacks.conf", "loop"])
def test_a_link_that_leads_to_itself_is_refused(callback: Path, target: str) -> None:
    (callback / "loop").symlink_to("callbacks.conf")
    with pytest.raises(UnreadableFile, match="is a symbolic link that leads to itself"):
        save(linked(callback, target), b"new\n", b"")


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, a_socket])
def test_what_is_no_file_is_neither_written_nor_waited_for(
    callback: Path, make: Callable[[Path], None]
) -> None:
    make(callback / "callbacks.conf")
    before = tree(callback)
    with pytest.raises(UnreadableFile, match="is not a regular file"):
        save(callback / "callbacks.conf", b"new\n", b"")
    assert tree(callback) == before


def swapped(path: Path, put: Callable[[Path], None]) -> None:
    """Put something else in the place of a file, as `mv -f` does."""
    beside = path.with_name("beside")
    put(beside)
    beside.replace(path)


def swap_before(
    name: str, path: Path, put: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the exchange of files happen just before one step of a save."""
    step, once = getattr(saving, name), [put]

    def late(*given: object) -> object:
        if once:
            swapped(path, once.pop())
        return step(*given)

    monkeypatch.setattr(saving, name, late)


@pytest.mark.parametrize(
    "step", ["_wait_for_turn", "_compare", "_write_beside", "_replace", "exchange"]
)
def test_a_link_that_takes_the_files_place_during_a_save_is_not_followed(
    callback: Path, outside: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = callback / "callbacks.conf"
    config.write_bytes(b"theirs\n")
    before = outside.stat()
    swap_before(step, config, lambda path: path.symlink_to(outside), monkeypatch)
    with pytest.raises(ConfigurationError):
        save(config, b"new\n", b"theirs\n")
    after = outside.stat()
    assert (after.st_ino, after.st_nlink) == (before.st_ino, 1)
    assert (outside.read_bytes(), after.st_mtime_ns) == (
        b"theirs\n",
        before.st_mtime_ns,
    )
    assert config.readlink() == outside
    assert [each.name for each in callback.iterdir()] == ["callbacks.conf"]


@pytest.mark.parametrize("step", ["_compare", "_write_beside", "exchange"])
def test_a_fifo_that_takes_the_files_place_during_a_save_is_given_back(
    callback: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = callback / "callbacks.conf"
    config.write_bytes(b"old\n")
    swap_before(step, config, os.mkfifo, monkeypatch)
    with pytest.raises(ConfigurationError):
        save(config, b"new\n", b"old\n")
    assert stat.S_ISFIFO(config.lstat().st_mode)


def test_a_folder_that_becomes_a_link_during_a_save_is_not_followed(
    callback: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (callback / "sub").mkdir()
    (callback / "sub" / "a.conf").write_bytes(b"old\n")
    link = linked(callback, "sub/a.conf")
    (tmp_path / "a.conf").write_bytes(b"old\n")
    way = links._way

    def late(end: Path, directory: Path) -> tuple[str, ...]:
        found = way(end, directory)
        (callback / "sub").rename(tmp_path / "was")
        (callback / "sub").symlink_to(tmp_path)
        return found

    monkeypatch.setattr(links, "_way", late)
    with pytest.raises(ConfigurationError):
        save(link, b"new\n", b"old\n")
    assert (tmp_path / "a.conf").read_bytes() == b"old\n"


def test_a_link_swapped_for_ever_never_writes_outside(
    callback: Path, outside: Path
) -> None:
    """A child process exchanges the file and a link without pause, as an attacker would."""
    config, other = callback / "callbacks.conf", callback / "other"
    config.write_bytes(b"theirs\n")
    other.symlink_to(outside)
    opened, before = os.open(callback, os.O_RDONLY), outside.stat()
    child = os.fork()
    if child == 0:
        while True:
            exchange("callbacks.conf", "other", opened)
    try:
        for _ in range(300):
            try:
                save(config, b"theirs\n", b"theirs\n")
            except ConfigurationError:
                continue
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(opened)
    after = outside.stat()
    assert (after.st_ino, after.st_nlink) == (before.st_ino, 1)
    assert after.st_mtime_ns == before.st_mtime_ns
    assert {config.is_symlink(), other.is_symlink()} == {True, False}


# -- reading ----------------------------------------------------------------------


@pytest.fixture
def repository() -> Iterator[Path]:
    """A folder that everybody may look into; pytest's own are its user's alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        (path / "callbacks.conf").write_bytes(b"a.py = done-job-self\n")
        (path / "callbacks.conf").chmod(0o644)
        yield path


def test_a_link_to_what_everybody_may_read_is_read(
    callback: Path, repository: Path
) -> None:
    linked(callback, repository / "callbacks.conf")
    found = load_directory(callback)
    assert [each.file for each in found.mappings] == ["a.py"]
    assert found.elsewhere == repository / "callbacks.conf"
    assert "Change that file where it is kept" in found.kept_elsewhere


@as_root
@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o640), (0o750, 0o644)])
def test_root_reads_no_secret_through_a_link(
    callback: Path, repository: Path, folder: int, file: int
) -> None:
    secret = repository / "callbacks.conf"
    secret.chmod(file)
    repository.chmod(folder)
    with pytest.raises(UnreadableFile, match="not everybody may read"):
        read(linked(callback, secret))
    assert load_directory(callback).trouble == "config"


@as_root
def test_a_script_is_read_as_the_configuration_is(
    callback: Path, repository: Path
) -> None:
    (callback / "a.py").symlink_to(repository / "callbacks.conf")
    linked(callback, repository / "callbacks.conf")
    assert load_directory(callback).mappings[0].readable
    (repository / "callbacks.conf").chmod(0o600)
    assert not links.may_be_read(callback / "a.py")


def test_what_is_not_for_everybody_is_read_through_a_link_inside(
    callback: Path,
) -> None:
    (callback / "farm.conf").write_bytes(b"ours\n")
    (callback / "farm.conf").chmod(0o600)
    assert read(linked(callback, "farm.conf")) == b"ours\n"


def test_a_qb_conf_is_followed_wherever_its_link_leads(
    tmp_path: Path, outside: Path
) -> None:
    outside.write_text("supervisor_language_flags = python\n")
    outside.chmod(0o600)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "qb.conf").symlink_to(outside)
    assert qb_conf.load(tmp_path / "etc" / "qb.conf").language_flags == {"python"}


def test_a_conflict_is_still_one_through_a_link(callback: Path) -> None:
    (callback / "farm.conf").write_bytes(b"theirs\n")
    with pytest.raises(ConflictingEdit):
        save(linked(callback, "farm.conf"), b"new\n", b"old\n")
