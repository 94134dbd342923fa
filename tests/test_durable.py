"""What a reader finds after a write that worked, and after one that did not."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.durable import replace_file, replace_text
from khms_trader.errors import StorageError

posix = pytest.mark.skipif(os.name == "nt", reason="modes and limits of POSIX")

WRITE_ONE_MEGABYTE = """
import sys
from pathlib import Path
from khms_trader.durable import replace_file
from khms_trader.errors import StorageError
try:
    replace_file(Path(sys.argv[1]), lambda file: file.write(bytes(1_000_000)))
except StorageError as error:
    print(error.code)
"""
WITH_A_FILE_LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
"""


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from khms_trader.durable import replace_file

def write(file):
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGTERM)

replace_file(Path(sys.argv[1]), write)
"""


def aged(path: Path, seconds: float) -> None:
    """Make ``path`` look as if it was written so many seconds ago."""
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_new_file_holds_exactly_what_was_written(tmp_path: Path) -> None:
    replace_text(tmp_path / "plan.json", "계획\n")

    assert (tmp_path / "plan.json").read_bytes() == "계획\n".encode()


def test_an_old_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    target.write_text("old", encoding="utf-8")

    replace_text(target, "new")

    assert target.read_text(encoding="utf-8") == "new"
    assert names_in(tmp_path) == ["plan.json"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    replace_text(tmp_path / "data" / "시장 자료" / "a.txt", "x")

    assert (tmp_path / "data" / "시장 자료" / "a.txt").read_bytes() == b"x"


def test_an_error_that_is_no_exception_leaves_nothing_behind(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(tmp_path / "report.md", write)

    assert names_in(tmp_path) == []


def test_what_a_killed_writer_left_goes_with_the_next_save_of_that_file(
    tmp_path: Path,
) -> None:
    killed = tmp_path / "killed.py"
    killed.write_text(KILLED_WHILE_WRITING, encoding="utf-8")
    target = tmp_path / "reports" / "20250728.md"
    subprocess.run([sys.executable, str(killed), str(target)], check=False)
    (left,) = target.parent.iterdir()
    assert left.name.endswith(".tmp")

    replace_text(target, "young")
    assert sorted(names_in(target.parent)) == sorted([left.name, target.name])

    aged(left, 61)
    replace_text(target, "new")
    assert names_in(target.parent) == [target.name]
    assert target.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize(
    "name",
    [
        ".other.md.0123abcd.tmp",
        ".report.md.0123abcd.tmp.bak",
        ".report.md.0123abcX.tmp",
        ".report.md.0123abcd1.tmp",
        ".reportxmd.0123abcd.tmp",
        "report.md.0123abcd.tmp",
    ],
)
def test_nothing_but_left_overs_of_the_very_file_is_removed(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"mine")
    aged(tmp_path / name, 86_400)

    replace_text(tmp_path / "report.md", "x")

    assert sorted(names_in(tmp_path)) == sorted([name, "report.md"])


def test_a_folder_named_like_a_left_over_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / ".report.md.0123abcd.tmp"
    folder.mkdir()
    aged(folder, 86_400)

    replace_text(tmp_path / "report.md", "x")

    assert folder.is_dir()


@posix
def test_a_link_keeps_pointing_at_the_file_that_is_replaced(tmp_path: Path) -> None:
    real = tmp_path / "disk" / "bars"
    replace_text(real, "old")
    link = tmp_path / "bars"
    link.symlink_to(real)

    replace_text(link, "new")

    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@posix
def test_a_private_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    seen: list[int] = []

    def write(file: BinaryIO) -> None:
        seen.append(stat.S_IMODE(os.fstat(file.fileno()).st_mode))

    replace_file(tmp_path / "token", write, private=True)

    assert [*seen, stat.S_IMODE((tmp_path / "token").stat().st_mode)] == [0o600, 0o600]


@posix
def test_an_ordinary_file_gets_the_modes_the_user_asked_for(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        replace_text(tmp_path / "report.md", "x")
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "report.md").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EACCES, "not_writable"),
        (errno.EPERM, "not_writable"),
        (errno.EROFS, "not_writable"),
        (errno.EIO, "write_failed"),
    ],
)
def test_a_failed_write_keeps_the_old_file_and_says_why(
    tmp_path: Path, number: int, code: str
) -> None:
    target = tmp_path / "plan.json"
    target.write_text("old", encoding="utf-8")

    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(number, os.strerror(number))

    with pytest.raises(StorageError) as caught:
        replace_file(target, write)

    assert caught.value.code == code
    assert caught.value.facts == {"path": str(target), "reason": os.strerror(number)}
    assert target.read_text(encoding="utf-8") == "old"
    assert names_in(tmp_path) == ["plan.json"]


def test_an_error_of_the_writer_itself_is_not_hidden(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        message = "a bug"
        raise ValueError(message)

    with pytest.raises(ValueError, match="a bug"):
        replace_file(tmp_path / "plan.json", write)

    assert names_in(tmp_path) == []


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "plan.json").mkdir()

    with pytest.raises(StorageError):
        replace_text(tmp_path / "plan.json", "x")

    assert names_in(tmp_path) == ["plan.json"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "plans").write_bytes(b"mine")

    with pytest.raises(StorageError) as caught:
        replace_text(tmp_path / "plans" / "plan.json", "x")

    assert caught.value.code == "write_failed"
    assert (tmp_path / "plans").read_bytes() == b"mine"


@posix
def test_a_write_beyond_the_allowed_size_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "bars"
    target.write_bytes(b"old")

    said = run(
        sys.executable, "-c", WITH_A_FILE_LIMIT + WRITE_ONE_MEGABYTE, str(target)
    )

    assert said == "write_failed"
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["bars"]


def in_own_mounts(options: str, script: str) -> tuple[str, ...]:
    """Return the command that runs ``script`` with a file system of its own at $1."""
    mount = f'mount -t tmpfs -o {options} tmpfs "$1"'
    return ("unshare", "-rm", "sh", "-c", f"{mount} && {script}", "sh")


def may_mount(folder: Path) -> bool:
    if os.name == "nt" or shutil.which("unshare") is None:
        return False
    command = [*in_own_mounts("size=64k", "true"), str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_really_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    if not may_mount(tmp_path):
        pytest.skip("this machine lets nobody mount a small disk")
    script = 'echo old > "$1/bars"; "$2" -c "$3" "$1/bars"; ls -A "$1"; cat "$1/bars"'

    said = run(
        *in_own_mounts("size=64k", script),
        str(tmp_path),
        sys.executable,
        WRITE_ONE_MEGABYTE,
    )

    assert said.split() == ["disk_full", "bars", "old"]


def test_a_really_read_only_folder_is_named(tmp_path: Path) -> None:
    if not may_mount(tmp_path):
        pytest.skip("this machine lets nobody mount a small disk")

    said = run(
        *in_own_mounts("ro", '"$2" -c "$3" "$1/bars"; ls -A "$1"'),
        str(tmp_path),
        sys.executable,
        WRITE_ONE_MEGABYTE,
    )

    assert said == "not_writable"


@posix
@pytest.mark.skipif(
    os.name != "nt" and os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_folder_without_write_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError) as caught:
            replace_text(tmp_path / "plan.json", "x")
    finally:
        tmp_path.chmod(0o700)

    assert caught.value.code == "not_writable"


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_byte_for_byte(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = tmp_path_factory.getbasetemp() / "any.txt"

    replace_text(target, text)

    assert target.read_bytes().decode() == text
