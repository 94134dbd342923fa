"""What differed from the plan, and what else is to be said of orders, in Korean."""

from typing import Final

from khms_trader.console.screen import Screen, script_command, won
from khms_trader.console.words import SIDES, named
from khms_trader.domain.difference import Amounts
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import LineEnd, LineReport, OtherOrder, SessionReport

_COLUMNS: Final = ("왜 달랐나(원)", ">매수", ">매도", ">현금")


def show_difference(report: SessionReport, screen: Screen) -> None:
    """Show from plan to result what changed the money, when more than costs did."""
    found = report.difference
    if found is None or found.is_only_costs:
        return
    rows = [
        (
            name if is_amount else f" {name}",
            *(_figures(amounts, is_amount=is_amount)),
        )
        for name, amounts, is_amount in found.story
    ]
    screen.table("계획과 결과", _COLUMNS, rows)


def show_notes(report: SessionReport, screen: Screen) -> None:
    """Say what the tables of the orders have no place for."""
    for line in report.lines:
        _show_warnings(line, screen)
        _show_words(line, screen)
    for other in report.others:
        order = other.order
        screen.line(
            f"계획 밖 주문: {_title(other)} {other.end.korean} "
            f"{order.filled_quantity:,}/{order.quantity:,}주"
        )
        _show_words(other, screen)
    _show_foreign(report, screen)
    if report.stuck:
        tied = sum(shares.value for shares in report.stuck)
        screen.line(
            f"묶인 금액: 팔지 못한 {len(report.stuck)}종목 {won(tied)}", style="yellow"
        )


def show_unknown(report: SessionReport, screen: Screen) -> None:
    """Warn of every order whose outcome only a person can find out."""
    told = [(line.end, _title(line), line.order) for line in report.lines]
    told += [(other.end, _title(other), other.order) for other in report.others]
    unknown = [
        (title, order) for end, title, order in told if end is LineEnd.UNCONFIRMED
    ]
    for title, order in unknown:
        what = "접수되었는지" if order is None or not order.number else "어떻게 됐는지"
        screen.warning(
            f"확인 필요: {title} 주문이 {what} 알 수 없습니다. 다시 보내지 않습니다. "
            "증권사 앱에서 확인하세요."
        )
    if unknown:
        command = script_command("tools/resolve_order.py")
        screen.warning(f"확인한 것은 {command} 에 알려 주세요.")


def _figures(amounts: Amounts, *, is_amount: bool) -> tuple[str, ...]:
    figures = (amounts.buy, amounts.sell, amounts.cash)
    if is_amount:
        return tuple(f"{figure:,}" for figure in figures)
    return tuple(f"{figure:+,}" if figure else "-" for figure in figures)


def _title(line: LineReport | OtherOrder) -> str:
    return f"{SIDES[line.side]} {named(line.name, line.symbol)}"


def _show_warnings(line: LineReport, screen: Screen) -> None:
    for warning in line.warnings:
        figure = f" ({warning.detail}주)" if warning.detail else ""
        screen.line(
            f"알림: {_title(line)} - {korean_of(warning.warning)}"
            f"{figure.replace('->', '→')}",
            style="yellow",
        )


def _show_words(line: LineReport | OtherOrder, screen: Screen) -> None:
    if line.order is None:
        return
    if line.detail:
        screen.line(f"{line.end.korean}: {_title(line)} - {korean_of(line.detail)}")
    if line.lost:
        screen.line(
            f"나중에 확인됨: {_title(line)} - {line.end.korean} "
            f"(처음에는 {korean_of(line.lost)})"
        )


def _show_foreign(report: SessionReport, screen: Screen) -> None:
    for seen in report.foreign:
        row = seen.row
        text = (
            f"외부 주문: {SIDES[row.side]} {named(seen.name, row.symbol)} "
            f"{row.filled_quantity:,}/{row.quantity:,}주 {row.ordered_at:%H:%M:%S} "
            f"{row.number}"
        )
        if seen.looks_like_ours:
            text += " - 답을 받지 못한 우리 주문과 같아 가릴 수 없음"
        screen.line(text, style="yellow")
