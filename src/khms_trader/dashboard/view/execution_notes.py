"""What a reader must know of an execution beside its tables. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from khms_trader.dashboard.view.execution import Executed
from khms_trader.dashboard.view.execution_words import (
    question_command,
    question_text,
)
from khms_trader.dashboard.view.notes import Level, Note
from khms_trader.dashboard.words import SIDES, shares, won
from khms_trader.domain.order import OrderRecord
from khms_trader.domain.reasons import SkipReason, korean_of
from khms_trader.domain.report import LineEnd, LineReport, OtherOrder, SessionReport

_MAY_PASS: Final = {reason.value for reason in SkipReason if reason.may_pass}


def question_notes(
    records: Sequence[OrderRecord], names: Mapping[str, str]
) -> tuple[Note, ...]:
    """Return one alarm per order whose end only a person can tell."""
    return tuple(
        Note(
            level=Level.ALARM,
            text=question_text(record, names.get(record.key.symbol, "")),
            command=question_command(record),
        )
        for record in records
    )


def notes_of(shown: Executed, *, is_today: bool) -> tuple[Note, ...]:
    """Return what to know of a session, the most pressing first.

    ``is_today``: the session is not over, so that a run may still be repeated. What is
    left over is not told before the run has ended: it may yet be done.
    """
    report = shown.report
    if report is None:
        return ()
    parts = (
        _trouble(report),
        *(() if shown.is_under_way else _left(report, is_today=is_today)),
        *(_told_of(line) for line in report.lines),
        *(_told_of(other) for other in report.others),
    )
    found = [note for part in parts for note in part]
    return tuple(sorted(found, key=lambda note: -note.level))


def _left(report: SessionReport, *, is_today: bool) -> tuple[Iterator[Note], ...]:
    return _standing(report), _stuck(report), _again(report, is_today=is_today)


def _standing(report: SessionReport) -> Iterator[Note]:
    if report.open_buys:
        yield Note(
            level=Level.ALARM,
            text=f"취소되지 않은 매수 {report.open_buys}건이 열려 있습니다. 다시 "
            "실행하면 또 취소해 봅니다. 급하면 증권사 앱에서 취소하세요.",
        )
    waiting = report.ends.count(LineEnd.OPEN) - report.open_buys
    if waiting > 0:
        yield Note(
            level=Level.NOTE,
            text=f"매도 대기 {waiting}건: 장이 끝난 뒤 다음 실행이 정리합니다.",
        )


def _trouble(report: SessionReport) -> Iterator[Note]:
    if report.orders_error:
        why = korean_of(report.orders_error)
        yield Note(
            level=Level.ALARM,
            text=f"주문 목록을 읽지 못했습니다({why}). 체결이 더 있을 수 있습니다. "
            "증권사 앱에서 확인하고, 다시 실행하면 이어서 정리합니다.",
        )
    if report.account_error:
        why = korean_of(report.account_error)
        yield Note(level=Level.WARNING, text=f"실행 뒤 계좌를 읽지 못했습니다: {why}")


def _stuck(report: SessionReport) -> Iterator[Note]:
    if not report.stuck:
        return
    tied = sum(found.value for found in report.stuck)
    told = ", ".join(
        f"{found.name} {found.symbol} {shares(found.quantity)}".strip()
        for found in report.stuck
    )
    yield Note(
        level=Level.WARNING,
        text=f"묶인 금액: 팔지 못한 {len(report.stuck)}종목 {won(tied)} ({told}). 팔 "
        "신호가 남아 있으면 다음 계획이 다시 팝니다.",
    )


def _again(report: SessionReport, *, is_today: bool) -> Iterator[Note]:
    skipped = report.ending(LineEnd.SKIPPED)
    if is_today and any(line.reason in _MAY_PASS for line in skipped):
        yield Note(
            level=Level.WARNING,
            text="시가나 현금을 알게 되거나, 정지가 풀리거나, 외부 주문이 없어진 뒤 "
            "시간 안에 다시 실행하면 그 줄만 다시 봅니다.",
        )


def _told_of(line: LineReport | OtherOrder) -> Iterator[Note]:
    title = f"{SIDES[line.side]} {line.name} {line.symbol}"
    if isinstance(line, LineReport):
        for warned in line.warnings:
            figure = f" ({warned.detail}주)" if warned.detail else ""
            yield Note(
                level=Level.NOTE,
                text=f"{title}: {korean_of(warned.warning)}{figure.replace('->', '→')}",
            )
    if line.lost:
        yield Note(
            level=Level.NOTE,
            text=f"{title}: 나중에 {line.end.korean}(으)로 확인됨 "
            f"(처음에는 {korean_of(line.lost)})",
        )
