"""A long wait for another process is told, once, and a short one is not."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from khms_trader.broker.kis.telling import acquire, tell_nobody

Told = list[tuple[str, dict[str, object]]]


def listener(told: Told, *, then: FileLock | None = None) -> object:
    def tell(code: str, facts: Mapping[str, object], /) -> None:
        told.append((code, dict(facts)))
        if then is not None:
            then.release()

    return tell


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path) -> None:
    told: Told = []
    lock = FileLock(tmp_path / "lock")

    acquire(lock, 10, listener(told), "kis_gate_wait")  # type: ignore[arg-type]

    assert lock.is_locked
    assert told == []


def test_a_long_wait_is_told_once_and_goes_on(tmp_path: Path) -> None:
    told: Told = []
    other, lock = (FileLock(tmp_path / "lock", is_singleton=False) for _ in range(2))
    other.acquire()

    acquire(
        lock,
        10,
        listener(told, then=other),  # type: ignore[arg-type]
        "kis_gate_wait",
        tell_after=0.02,
    )

    assert lock.is_locked
    assert told == [("kis_gate_wait", {"most_seconds": 10})]


@pytest.mark.parametrize(("patience", "words"), [(0.02, 0), (0.06, 1)])
def test_patience_ends(tmp_path: Path, patience: float, words: int) -> None:
    told: Told = []
    other, lock = (FileLock(tmp_path / "lock", is_singleton=False) for _ in range(2))

    with other, pytest.raises(Timeout):
        acquire(
            lock,
            patience,
            listener(told),  # type: ignore[arg-type]
            "kis_gate_wait",
            tell_after=0.03,
        )

    assert len(told) == words
    tell_nobody("kis_gate_wait", {})
