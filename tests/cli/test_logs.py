"""The log: Seoul time, masked, rotating, and never a reason not to run."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.cli.logs import log_path, start_logging, stop_logging
from khms_trader.config.secret import Secret

log = logging.getLogger("khms_trader.execution")


@pytest.fixture(autouse=True)
def _no_log_stays_open() -> Iterator[None]:
    yield
    stop_logging()


def written(folder: Path) -> str:
    return (folder / "khms_trader.log").read_text(encoding="utf-8")


def test_a_line_has_seoul_time_level_logger_and_message(tmp_path: Path) -> None:
    with start_logging(tmp_path / "logs"):
        log.info("주문 %s", 1)

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00 INFO "
        r"khms_trader\.execution 주문 1\n",
        written(tmp_path / "logs"),
    )


def test_foreign_modules_are_logged_from_warnings_up(tmp_path: Path) -> None:
    with start_logging(tmp_path):
        logging.getLogger("urllib3").info("quiet")
        logging.getLogger("urllib3").warning("loud")

    assert "loud" in written(tmp_path)
    assert "quiet" not in written(tmp_path)


def test_a_second_start_replaces_the_first(tmp_path: Path) -> None:
    start_logging(tmp_path / "a")
    with start_logging(tmp_path / "b") as second:
        log.info("once")

        assert log_path() == second.path == tmp_path / "b" / "khms_trader.log"

    assert written(tmp_path / "a") == ""
    assert written(tmp_path / "b").count("once") == 1


def test_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)

    handle = start_logging(tmp_path)
    handle.close()
    handle.close()

    assert logging.getLogger().handlers == before
    assert log_path() is None


def test_an_unwritable_folder_costs_one_korean_line_and_not_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file stands where the folder should")

    with start_logging(tmp_path / "logs") as handle:
        log.error("nobody reads this")

    assert handle.path is None
    assert capsys.readouterr().err == (
        "로그를 쓸 수 없어 로그 없이 계속합니다: "
        f"{tmp_path / 'logs' / 'khms_trader.log'}\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_up_costs_one_line_and_not_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "khms_trader.log").symlink_to("/dev/full")

    handle = start_logging(tmp_path)
    log.info("lost")
    log.info("lost too")
    shown = capsys.readouterr().err
    handle.close()

    assert shown.count("로그를 쓸 수 없어") == 1
    assert "Traceback" not in shown


def test_a_full_log_is_rotated_and_five_old_ones_are_kept(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / "khms_trader.log").write_bytes(b"x" * 5_000_000)
        with start_logging(tmp_path):
            log.info("line %s", number)

    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"khms_trader.log", *(f"khms_trader.log.{n}" for n in range(1, 6))}
    assert written(tmp_path).endswith("line 7\n")


def test_a_log_that_cannot_be_rotated_goes_on(tmp_path: Path) -> None:
    for number in range(1, 6):  # a folder in the way cannot be renamed over
        (tmp_path / f"khms_trader.log.{number}").mkdir()
        (tmp_path / f"khms_trader.log.{number}" / "x").touch()

    (tmp_path / "khms_trader.log").write_bytes(b"x" * 5_000_000)

    with start_logging(tmp_path):
        log.info("still here")

    assert "still here" in written(tmp_path)


def test_secrets_are_masked_in_arguments_and_tracebacks(tmp_path: Path) -> None:
    with start_logging(tmp_path, [Secret("12345678"), Secret("s3cr3t-value")]):
        log.info("account %s", "12345678-01")
        try:
            raise ValueError("s3cr3t-value")  # noqa: TRY301 - a traceback is wanted
        except ValueError:
            log.exception("failed")

    text = written(tmp_path)
    assert "account ****-01" in text
    assert "ValueError: ****" in text
    assert "s3cr3t" not in text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@settings(max_examples=30, deadline=None)
@given(value=st.text("QZX@#%+/=:'\"\\", min_size=6, max_size=40).map("QZ".__add__))
def test_no_known_secret_reaches_the_log(folder: Path, value: str) -> None:
    with start_logging(folder, [Secret(value)]):
        log.info("as is %s, quoted %r, in a list %s", value, value, [value])

    assert value not in written(folder)
    (folder / "khms_trader.log").unlink()
