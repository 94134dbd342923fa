"""Where a command writes: tables on a terminal, the same as plain lines elsewhere."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress

from khms_trader.console.watch import Bar, Display, Lines, RunWatch, Sayer

if TYPE_CHECKING:  # most commands have none
    from khms_trader.console.board import BoardDisplay

_WEEKDAYS: Final = "월화수목금토일"
RIGHT: Final = ">"
_STAGES: Final = {
    "account": "계좌 읽기",
    "universe": "유니버스 고르기",
    "refresh": "일봉 갱신",
    "bars_wait": "다른 실행이 일봉을 갱신하고 있어 기다리는 중",
    "bars": "일봉 읽기",
    "signals": "신호 계산",
    "save": "저장",
    "orders": "주문 읽기",
    "quotes": "시세 읽기",
}
_LONG_STAGE: Final = "refresh"
_WAIT_STAGE: Final = "bars_wait"


class Screen:
    """Shows titles, lines and tables, or nothing when quiet."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        """Write to ``console``."""
        self._console = console
        self._quiet = quiet
        self._watch: Sayer | None = None

    def line(self, text: str = "", *, style: str | None = None) -> None:
        """Show one line."""
        if not self._quiet:
            self._say(text, style)

    def warning(self, text: str) -> None:
        """Show one line that even ``--quiet`` does not hide."""
        self._say(text, "bold red")

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> None:
        """Show ``rows`` under ``columns``; a column named ``>x`` is right-aligned."""
        if self._quiet or not rows:
            return
        if not self._console.is_terminal:
            self.line(f"[{title}]")
            names = [column.removeprefix(RIGHT) for column in columns]
            for row in (names, *rows):
                self.line("  " + " | ".join(row))
            return
        self._console.print(_rich_table(title, columns, rows))

    @contextmanager
    def watch(self, monotonic: Callable[[], float]) -> Iterator[RunWatch]:
        """Show an execution as it goes, without ever holding it up.

        Lines shown meanwhile are written by the watch's thread. ``monotonic`` are the
        seconds of the execution's clock.
        """
        with RunWatch(None if self._quiet else self._display, monotonic) as watch:
            self._watch = watch
            try:
                yield watch
            finally:
                self._watch = None

    @contextmanager
    def through(self, sayer: Sayer) -> Iterator[None]:
        """Have every line of a ``with`` block written by ``sayer``."""
        self._watch = sayer
        try:
            yield
        finally:
            self._watch = None

    @contextmanager
    def progress(self) -> Iterator["Steps | Quarters"]:
        """Show long work as a bar with the time left; lines where there is no bar."""
        if self._quiet:
            yield Steps(None)
            return
        if not self._console.is_terminal:
            yield Quarters(self.line)
            return
        bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        with bar:
            yield Steps(bar)

    def board_display(self) -> "BoardDisplay":
        """Return what a board draws on: lines that move on a terminal, or none."""
        from khms_trader.console.board import LiveBoard, PlainBoard  # noqa: PLC0415

        if self._console.is_terminal and not self._quiet:
            return LiveBoard(self._console, self._print)
        return PlainBoard(self._print, shows_work=not self._quiet)

    def _say(self, text: str, style: str | None) -> None:
        if self._watch is None or not self._watch.say(text, style):
            self._print(text, style)

    def _print(self, text: str, style: str | None) -> None:
        self._console.print(
            text, style=style, markup=False, highlight=False, soft_wrap=True
        )

    def _display(self) -> Display:
        if self._console.is_terminal:
            return Bar(self._console, self._print)
        return Lines(self._print)


class Steps:
    """The ``Progress`` port over a rich bar, or over nothing."""

    def __init__(self, bar: RichProgress | None) -> None:
        """Show on ``bar`` when there is one."""
        self._bar = bar
        self._task = bar.add_task("", total=None) if bar else None

    def step(self, done: int, total: int, what: str) -> None:
        """Say that ``done`` of ``total`` steps are done and ``what`` comes now."""
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task,
                completed=done,
                total=total,
                description=_STAGES.get(what, what),
            )


class Quarters:
    """The ``Progress`` port for logs: a line for each quarter of the long stage."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Write through ``say``."""
        self._say = say
        self._told: int | None = None

    def step(self, done: int, total: int, what: str) -> None:
        """Write a line when another quarter of ``total`` is done, or a wait begins."""
        if what == _WAIT_STAGE:
            self._say(f"{_STAGES[what]} ...")
        if what != _LONG_STAGE or total < 1:
            return
        quarter = 4 * done // total
        # What was there before is no news.
        is_news = done < total if self._told is None else quarter > self._told
        self._told = quarter
        if is_news:
            self._say(f"{_STAGES[what]} {done}/{total} ...")


def day_text(day: date) -> str:
    """Return ``2026-11-23 (월)``."""
    return f"{day} ({_WEEKDAYS[day.weekday()]})"


def script_command(name: str) -> str:
    """Return how the reader runs ``scripts/<name>``: the way this run was started."""
    # uv sets it for what it runs; without uv the package is installed.
    runner = "uv run" if "UV_RUN_RECURSION_DEPTH" in os.environ else "python"
    return f"{runner} scripts/{name}"


def won(amount: float) -> str:
    """Return ``1,234,567원``."""
    return f"{amount:,.0f}원"


def _rich_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> object:
    from rich.table import Table  # noqa: PLC0415 - the 09:01 path stays light

    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        is_right = column.startswith(RIGHT)
        # A figure is never cut or wrapped; names and reasons make room for it.
        table.add_column(
            column.removeprefix(RIGHT),
            justify="right" if is_right else "left",
            no_wrap=is_right,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*row)
    return table
