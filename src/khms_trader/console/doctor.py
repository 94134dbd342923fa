"""The check-up as a table: what was looked at, how it ended, what to do."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from khms_trader.planning.checkup import Check, Finding, Verdict

CHECK_NAMES: Final = {
    Check.PYTHON: "파이썬",
    Check.PACKAGES: "패키지",
    Check.HOME: "홈 폴더",
    Check.FOLDERS: "쓰기 권한",
    Check.SETTINGS: "settings.yaml",
    Check.SECRETS: "secrets.yaml",
    Check.SECRETS_MODE: "비밀 파일 권한",
    Check.SECRETS_GIT: "비밀 파일과 git",
    Check.KEYS: "주소와 앱키",
    Check.TOKEN: "접근토큰",
    Check.BALANCE: "잔고",
    Check.SHARES: "수량 차이",
    Check.CLOCK: "컴퓨터 시각",
    Check.VALIDITY: "모의투자 기간",
    Check.CALENDAR: "거래소 달력",
    Check.BARS: "일봉",
    Check.COSTS: "수수료와 세금",
    Check.TELEGRAM: "텔레그램",
    Check.DATABASES: "계좌 기록",
    Check.LOCKS: "실행 중",
    Check.HALT: "정지(HALT)",
    Check.DISK: "디스크",
}
VERDICT_NAMES: Final = {
    Verdict.GOOD: "정상",
    Verdict.CAUTION: "주의",
    Verdict.PROBLEM: "문제",
    Verdict.SKIPPED: "건너뜀",
}
_STYLES: Final = {
    Verdict.GOOD: "green",
    Verdict.CAUTION: "yellow",
    Verdict.PROBLEM: "bold red",
    Verdict.SKIPPED: "dim",
}
_WORTH_A_LINE: Final = frozenset({Verdict.CAUTION, Verdict.PROBLEM})
_COLUMNS: Final = ("점검", "결과", "내용과 할 일")
_SEPARATOR: Final = " | "

Say = Callable[[Finding], str]


def show_checkup(
    findings: Sequence[Finding], say: Say, console: Console, *, quiet: bool = False
) -> None:
    """Show a row per finding and the count; ``quiet`` leaves what needs a person.

    ``say`` turns a finding into its sentence.
    """
    shown = [f for f in findings if not quiet or f.verdict in _WORTH_A_LINE]
    if console.is_terminal and shown:
        console.print(_table(shown, say))
    else:
        rows = [_SEPARATOR.join(cells(found, say)) for found in shown]
        for row in (*([] if quiet else [_SEPARATOR.join(_COLUMNS)]), *rows):
            _line(console, row)
    if not quiet:
        _line(console, summary(findings))


def show_made(
    made: Sequence[Path], kept: Sequence[Path], console: Console, *, quiet: bool = False
) -> None:
    """Show what ``--init`` made and what it left alone."""
    if quiet:
        return
    for path in made:
        _line(console, f"만들었습니다: {path}")
    for path in kept:
        _line(console, f"이미 있어 그대로 두었습니다: {path}")


def cells(finding: Finding, say: Say) -> tuple[str, str, str]:
    """Return name, verdict and sentence of ``finding``."""
    name = CHECK_NAMES[finding.check]
    return name, VERDICT_NAMES[finding.verdict], say(finding)


def summary(findings: Sequence[Finding]) -> str:
    """Return the count of each verdict and what follows from it."""
    counts = Counter(finding.verdict for finding in findings)
    counted = " · ".join(
        f"{name} {counts[verdict]}" for verdict, name in VERDICT_NAMES.items()
    )
    if counts[Verdict.PROBLEM]:
        return f"{counted}. 문제를 위에서부터 고치고 다시 실행하세요."
    return f"{counted}. 써도 됩니다."


def _table(findings: Sequence[Finding], say: Say) -> object:
    from rich.table import Table  # noqa: PLC0415 - as in screen

    table = Table(title="점검", title_justify="left", title_style="bold")
    name, verdict, what = _COLUMNS
    table.add_column(name, no_wrap=True)
    table.add_column(verdict, no_wrap=True)
    table.add_column(what, overflow="fold", ratio=1)
    for finding in findings:
        shown = cells(finding, say)
        style = _STYLES[finding.verdict]
        # Paths may hold what looks like markup.
        table.add_row(Text(shown[0]), Text(shown[1], style=style), Text(shown[2]))
    return table


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
