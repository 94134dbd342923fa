"""The log is read from its end, whatever a crash or a rotation left there."""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.cli.logs import LOG_NAME
from khms_trader.errors import StorageError
from khms_trader.storage.log_reader import BLOCK_BYTES, LogEntry, newest_entries

KST = timezone(timedelta(hours=9))


def a_line(second: int, text: str, level: str = "INFO") -> str:
    minutes, seconds = divmod(second, 60)
    moment = f"2026-03-04T09:{minutes % 60:02d}:{seconds:02d}.250+09:00"
    return f"{moment} {level} khms_trader.execution.send {text}\n"


def a_log(folder: Path, text: str | bytes, suffix: str = "") -> Path:
    data = text.encode() if isinstance(text, str) else text
    (folder / f"{LOG_NAME}{suffix}").write_bytes(data)
    return folder


def texts(found: tuple[LogEntry, ...]) -> list[str]:
    return [entry.text for entry in found]


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert newest_entries(tmp_path / "none") == ()


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert newest_entries(a_log(tmp_path, "")) == ()


def test_entries_come_newest_first_with_all_their_parts(tmp_path: Path) -> None:
    log = a_log(tmp_path, a_line(1, "하나") + a_line(2, "둘", "ERROR"))

    assert newest_entries(log) == (
        LogEntry(
            at=datetime(2026, 3, 4, 9, 0, 2, 250_000, KST),
            level="ERROR",
            name="khms_trader.execution.send",
            text="둘",
        ),
        LogEntry(
            at=datetime(2026, 3, 4, 9, 0, 1, 250_000, KST),
            level="INFO",
            name="khms_trader.execution.send",
            text="하나",
        ),
    )


def test_a_traceback_belongs_to_the_entry_above_it(tmp_path: Path) -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n'
    log = a_log(tmp_path, a_line(1, "터짐", "ERROR") + trace + a_line(2, "다음"))

    assert texts(newest_entries(log)) == ["다음", f"터짐\n{trace.rstrip()}"]


def test_only_the_levels_asked_for_come(tmp_path: Path) -> None:
    lines = [a_line(1, "가"), a_line(2, "나", "WARNING"), a_line(3, "다", "ERROR")]
    log = a_log(tmp_path, "".join(lines))

    assert texts(newest_entries(log, levels=("WARNING", "ERROR"))) == ["다", "나"]
    assert texts(newest_entries(log, levels=("DEBUG",))) == []


@pytest.mark.parametrize("needle", ["EGW00201", "egw00201", " 초과 ", "execution.send"])
def test_text_is_found_whatever_its_case(tmp_path: Path, needle: str) -> None:
    log = a_log(tmp_path, a_line(1, "EGW00201 초과") + "다른 줄\n")

    assert texts(newest_entries(log, text=needle)) == ["EGW00201 초과\n다른 줄"]


def test_text_is_found_inside_a_traceback(tmp_path: Path) -> None:
    log = a_log(tmp_path, a_line(1, "터짐") + "KeyError: 86520\n" + a_line(2, "다음"))

    assert texts(newest_entries(log, text="keyerror")) == ["터짐\nKeyError: 86520"]


def test_rotated_files_follow_by_their_number(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        a_log(tmp_path, a_line(60 - number, f"옛 {number}"), f".{number}")
    a_log(tmp_path, "이것은 로그가 아님\n", ".gz")
    log = a_log(tmp_path, a_line(60, "지금"))

    assert texts(newest_entries(log)) == ["지금", "옛 1", "옛 2", "옛 10"]
    assert texts(newest_entries(log, limit=2)) == ["지금", "옛 1"]


def test_elder_files_are_read_when_the_newest_is_missing(tmp_path: Path) -> None:
    log = a_log(tmp_path, a_line(1, "옛"), ".1")

    assert texts(newest_entries(log)) == ["옛"]


def test_a_file_that_is_rotated_while_it_is_read_comes_once(tmp_path: Path) -> None:
    log = a_log(tmp_path, a_line(1, "하나"))
    os.link(tmp_path / LOG_NAME, tmp_path / f"{LOG_NAME}.1")

    assert texts(newest_entries(log)) == ["하나"]


def test_a_file_that_begins_inside_an_entry_shows_what_is_left_of_it(
    tmp_path: Path,
) -> None:
    log = a_log(tmp_path, "  File cut\n" + a_line(1, "하나"))

    assert [(e.at, e.level, e.text) for e in newest_entries(log)][1:] == [
        (None, "", "  File cut")
    ]
    assert texts(newest_entries(log, levels=("INFO",))) == ["하나"]


def test_a_line_still_being_written_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    log = a_log(tmp_path, a_line(1, "하나") + a_line(2, "반쯤 쓴")[:-3])

    assert texts(newest_entries(log)) == ["반쯤", "하나"]


def test_broken_text_is_shown_and_hides_no_other(tmp_path: Path) -> None:
    data = a_line(1, "앞").encode() + a_line(2, "깨\udc80짐").encode(
        errors="surrogateescape"
    )
    log = a_log(tmp_path, data + b"\x00\x00\xff" + a_line(3, "뒤").encode())

    # A power cut leaves zeros, and the next line begins behind them.
    assert texts(newest_entries(log))[-1] == "앞"
    assert "깨�짐" in texts(newest_entries(log))[-2]
    assert texts(newest_entries(log, text="뒤")) != []


def test_a_moment_that_cannot_be_is_no_moment(tmp_path: Path) -> None:
    log = a_log(tmp_path, a_line(1, "하나").replace("03-04", "13-44"))

    assert [(e.at, e.text) for e in newest_entries(log)] == [(None, "하나")]


def test_an_endless_entry_is_cut(tmp_path: Path) -> None:
    log = a_log(tmp_path, a_line(1, "x" * 50_000) + a_line(2, "둘"))

    assert texts(newest_entries(log))[0] == "둘"
    assert texts(newest_entries(log))[1] == "x" * 20_000 + "\n… (뒤를 줄였습니다)"


def test_ten_thousand_entries_over_many_blocks_come_whole(tmp_path: Path) -> None:
    lines = [a_line(n, f"{n:05d} 거래정지 {'가' * 60}") for n in range(10_000)]
    log = a_log(tmp_path, "".join(lines))

    found = newest_entries(log, limit=20_000)

    assert (tmp_path / LOG_NAME).stat().st_size > 5 * BLOCK_BYTES
    assert [e.text[:5] for e in found] == [f"{n:05d}" for n in range(9_999, -1, -1)]
    assert all(e.text.endswith("가" * 60) for e in found)
    assert [e.text[:5] for e in newest_entries(log, text="04242 거래정지")] == ["04242"]


def test_a_few_newest_entries_need_only_the_last_block(tmp_path: Path) -> None:
    hole = tmp_path / LOG_NAME
    with hole.open("wb") as file:
        file.seek(3_000_000_000)  # sparse: reading all of it would take seconds
        file.write(("\n" + "".join(a_line(n, str(n)) for n in range(5000))).encode())

    assert texts(newest_entries(tmp_path, limit=2)) == ["4999", "4998"]


def test_a_huge_stretch_of_no_text_is_passed_over_quickly(tmp_path: Path) -> None:
    hole = tmp_path / LOG_NAME
    with hole.open("wb") as file:
        file.write(a_line(1, "하나").encode() + "반쪽".encode()[:-1] + b"\xff\n")
        file.seek(200_000_000)  # sparse: it reads as so many NUL bytes
        file.write(f"\n{a_line(2, '둘 https://x.kr')}".encode())
    begun = monotonic()

    found = texts(newest_entries(tmp_path))

    assert monotonic() - begun < 20  # growing with the square it took minutes
    cut = "하나\n반\ufffd\ufffd\n… (뒤를 줄였습니다)"
    assert found == ["둘 https://x.kr", cut]
    assert texts(newest_entries(tmp_path, text="하나")) == [cut]


@pytest.mark.parametrize("needle", ["KIS", "kis", "É", "é", "가나"])
def test_words_are_found_whatever_their_case(tmp_path: Path, needle: str) -> None:
    log = a_log(tmp_path, a_line(1, "Kis é 가나") + a_line(2, "other"))

    assert texts(newest_entries(log, text=needle)) == ["Kis é 가나"]


def test_a_log_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).mkdir()

    with pytest.raises(StorageError) as caught:
        newest_entries(tmp_path)

    assert caught.value.code == "not_readable"


@settings(max_examples=40, deadline=None)
@given(
    bodies=st.lists(
        st.text(st.sampled_from("가힣 a:12-INFO\t"), max_size=30), max_size=30
    ),
    ahead=st.integers(BLOCK_BYTES - 800, BLOCK_BYTES + 800),
)
def test_no_entry_is_lost_or_torn_wherever_a_block_begins(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str], ahead: int
) -> None:
    folder = tmp_path_factory.mktemp("log")
    words = [f"{n} {body}|" for n, body in enumerate(bodies)]
    lines = [a_line(1, "filler" + "x" * ahead), *(a_line(2, word) for word in words)]
    # Half of it before the filler, so that block borders fall everywhere.
    log = a_log(folder, "".join(lines[1:]) + lines[0] + "".join(lines[1:]))

    found = [t for t in texts(newest_entries(log)) if not t.startswith("filler")]

    assert found == [*reversed(words), *reversed(words)]
