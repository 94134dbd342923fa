"""One job at a time per account, by a lock that dies with its process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from khms_trader.errors import AlreadyRunning, StorageError
from khms_trader.storage.run_lock import FileRunLock

HOLD = """
import sys
from pathlib import Path
from khms_trader.storage.run_lock import FileRunLock

with FileRunLock(Path(sys.argv[1])).hold("prepare"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a process that holds the lock until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"

    with (
        held_by_another(path) as process,
        pytest.raises(AlreadyRunning) as caught,
        FileRunLock(path).hold("execute"),
    ):
        pass

    assert caught.value.code == "already_running"
    assert caught.value.facts == {"purpose": "prepare", "pid": process.pid}


def test_the_lock_is_free_when_its_holder_ends(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with held_by_another(path):
        pass

    with FileRunLock(path).hold("execute"):
        assert (tmp_path / "run.holder").exists()


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_the_lock_dies_with_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with held_by_another(path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()

        with FileRunLock(path).hold("execute"):
            pass


def test_within_one_process_it_is_held_once(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"

    with (
        FileRunLock(path).hold("prepare"),
        pytest.raises(AlreadyRunning) as caught,
        FileRunLock(path).hold("execute"),
    ):
        pass

    assert caught.value.facts["pid"] == os.getpid()


def test_an_error_inside_frees_it(tmp_path: Path) -> None:
    lock = FileRunLock(tmp_path / "run.lock")

    with pytest.raises(ZeroDivisionError), lock.hold("prepare"):
        _ = 1 // 0

    with lock.hold("execute"):
        pass


def test_the_name_of_the_holder_may_be_lost_but_never_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"

    with FileRunLock(path).hold("prepare"):
        (tmp_path / "run.holder").write_text("[half", encoding="utf-8")
        with pytest.raises(AlreadyRunning) as caught, FileRunLock(path).hold("execute"):
            pass

    assert caught.value.facts == {"purpose": "?", "pid": "?"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")

    with (
        pytest.raises(StorageError) as caught,
        FileRunLock(tmp_path / "state" / "run.lock").hold("prepare"),
    ):
        pass

    assert caught.value.code == "not_writable"


def test_accounts_do_not_block_each_other(tmp_path: Path) -> None:
    with (
        FileRunLock(tmp_path / "paper" / "run.lock").hold("execute"),
        FileRunLock(tmp_path / "virtual" / "run.lock").hold("execute"),
    ):
        pass
