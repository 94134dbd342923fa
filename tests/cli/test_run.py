"""Whatever a command ends with, its caller gets a code and its reader a sentence."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from khms_trader.cli.logs import start_logging, stop_logging
from khms_trader.cli.run import run_command
from khms_trader.config.secret import Secret
from khms_trader.errors import (
    AlreadyRunning,
    BrokerUnavailable,
    ConfigError,
    DataError,
    KhmsTraderError,
    NotAvailable,
    OrderRejected,
    OrderUnconfirmed,
    PlanError,
    Refused,
    StorageError,
    UsageError,
)


@pytest.fixture(autouse=True)
def _no_log_stays_open() -> Iterator[None]:
    yield
    stop_logging()


def failing(error: BaseException) -> int:
    def body() -> int:
        raise error

    return run_command(body)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (ConfigError("x"), 2),
        (Refused("x"), 3),
        (PlanError("x"), 3),
        (NotAvailable("x"), 4),
        (DataError("x"), 4),
        (StorageError("x"), 4),
        (BrokerUnavailable("x"), 4),
        (OrderRejected("x"), 4),
        (OrderUnconfirmed("x"), 5),
        (AlreadyRunning("x"), 6),
        (KhmsTraderError("x"), 4),
        (ZeroDivisionError("x"), 4),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert failing(error) == code


@pytest.mark.parametrize("code", [0, 3, 5])
def test_a_command_that_returns_decides_its_own_code(code: int) -> None:
    assert run_command(lambda: code) == code


def test_leaving_by_an_exit_code_passes_through() -> None:
    with pytest.raises(SystemExit) as left:
        failing(SystemExit(2))

    assert left.value.code == 2


def test_the_reader_gets_one_korean_line_on_the_error_stream(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(UsageError("path_missing", path="없는/파일.csv"))

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "파일이나 폴더가 없습니다: 없는/파일.csv. 경로를 확인하세요.\n"
    )


def test_an_unforeseen_error_is_named_with_its_place_and_without_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(ValueError("app_key PSed321z9x8c7v6b"))

    shown = capsys.readouterr().err
    assert shown.startswith("예상하지 못한 오류입니다(ValueError, test_run.py ")
    assert "PSed" not in shown
    assert "Traceback" not in shown


def test_the_traceback_goes_to_the_log_masked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def body() -> int:
        start_logging(tmp_path, [Secret("hunter2hunter2")])
        message = "refused: hunter2hunter2"
        raise RuntimeError(message)

    run_command(body)

    log = (tmp_path / "khms_trader.log").read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "refused: ****" in log
    assert "hunter2" not in log
    assert str(tmp_path / "khms_trader.log") in capsys.readouterr().err


def test_stopping_by_hand_says_what_happens_to_orders(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(KeyboardInterrupt())

    assert capsys.readouterr().err == (
        "사용자가 중단했습니다. 이미 보낸 주문이 있으면 다음 실행이 결과를 "
        "확인합니다.\n"
    )


def test_a_command_that_never_orders_says_its_own_when_stopped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def body() -> int:
        raise KeyboardInterrupt

    code = run_command(body, stopped="받은 일봉은 남아 있습니다.")

    assert code == 130
    assert capsys.readouterr().err == (
        "사용자가 중단했습니다. 받은 일봉은 남아 있습니다.\n"
    )


def test_a_window_program_without_streams_still_gets_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", None)

    assert failing(Refused("x")) == 3


def test_letters_a_terminal_lacks_become_question_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="cp949"))

    failing(UsageError("path_missing", path="née 😀 한글"))
    sys.stderr.flush()

    assert "n?e ? 한글" in raw.getvalue().decode("cp949")


PROGRAM = """
import sys
from khms_trader.cli.run import run_command
from khms_trader.errors import UsageError

def body():
    sys.stdout.write("한글 né 😀\\n")
    raise UsageError("path_missing", path="데이터/né")

raise SystemExit(run_command(body))
"""


@pytest.mark.parametrize("encoding", ["cp949", "ascii", "utf-8"])
def test_a_process_on_any_terminal_ends_with_its_code(encoding: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )

    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr
    assert ended.stderr.decode(encoding).endswith(".\n")


def test_importing_the_command_line_sets_nothing_up() -> None:
    check = (
        "import logging; before = list(logging.getLogger().handlers);"
        "import khms_trader.cli.run, khms_trader.cli.logs, khms_trader.cli.arguments;"
        "assert logging.getLogger().handlers == before;"
        "assert logging.getLogger('khms_trader').handlers == []"
    )

    ended = subprocess.run([sys.executable, "-c", check], check=False)

    assert ended.returncode == 0
