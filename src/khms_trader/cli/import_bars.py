"""``import_bars PATH...``: daily bars from files of the user into data/bars."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from khms_trader.bootstrap.rules import calendar_of
from khms_trader.cli.arguments import KoreanArgumentParser, add_quiet
from khms_trader.cli.logs import start_logging
from khms_trader.cli.run import ExitCode, run_command
from khms_trader.config.home import Folders, find_home
from khms_trader.config.load import load_settings
from khms_trader.console.import_bars import import_progress, show_import
from khms_trader.errors import DataError
from khms_trader.market.calendar import Calendar


def main(argv: Sequence[str] | None = None) -> int:
    """Import the files named in ``argv`` and return the exit code."""
    arguments = _parser().parse_args(argv)

    def body() -> int:
        home = find_home(Path(sys.argv[0]), os.environ, Path.cwd())
        start_logging(Folders(home).logs)
        return import_bars(
            arguments.paths,
            home=home,
            calendar=calendar_of(load_settings(home)),
            basis=None if arguments.basis == "auto" else arguments.basis,
            replace=arguments.replace,
            quiet=arguments.quiet,
            console=Console(),
        )

    return run_command(
        body, stopped="저장된 일봉은 온전합니다. 다시 실행하면 나머지를 가져옵니다."
    )


def import_bars(
    paths: Sequence[Path],
    *,
    home: Path,
    calendar: Calendar,
    basis: str | None = None,
    replace: bool = False,
    quiet: bool = False,
    console: Console,
) -> int:
    """Import ``paths`` into the stores of ``home``, show what was done, return 0.

    Raises:
        UsageError, StorageError: as ``BarImport.run``.
        DataError: so too, and ``nothing_imported`` when no file could be used.
    """
    # pandas takes a second to load; a wrong call should not wait for it.
    from khms_trader.data.import_files import BarImport

    with import_progress(console, quiet=quiet) as progress:
        job = BarImport(calendar.is_session, basis=basis, progress=progress)
        report = job.run(paths, Folders(home).bars, replace=replace)
    show_import(report, console, quiet=quiet)
    if not report.stores:
        code = "nothing_imported"
        raise DataError(code, path=", ".join(map(str, paths)))
    return ExitCode.DONE


def _parser() -> argparse.ArgumentParser:
    parser = KoreanArgumentParser(
        prog="import_bars.py",
        description="가지고 있는 일봉 파일(CSV, Parquet)을 data/bars에 가져옵니다. "
        "같은 파일을 다시 가져와도 바뀌는 것은 없습니다.",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="경로",
        help="파일이나 폴더. 폴더는 그 아래의 .csv와 .parquet를 모두 봅니다",
    )
    parser.add_argument(
        "--basis",
        choices=("auto", "adjusted", "raw"),
        default="auto",
        help="adjusted는 수정주가, raw는 원주가. "
        "기본값 auto는 파일 이름과 열을 보고 정합니다",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="파일에 있는 종목은 저장된 일봉을 버리고 파일의 것으로 바꿉니다",
    )
    add_quiet(parser)
    return parser
