"""Shares outside the strategy, in Korean: listed, to be sold, sold, adopted."""

from typing import Final

from khms_trader.console.screen import Screen, day_text, script_command, won
from khms_trader.console.words import SIDES, named
from khms_trader.domain.account import Account
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import LineEnd
from khms_trader.planning.sale_gates import TradingHours
from khms_trader.planning.sell_out import Choice, HeldBack, Unmanaged, Whose
from khms_trader.planning.sold_out import OrderLine, SellOut, Standing

_SCRIPT: Final = "tools/sell_out_legacy.py"
_H: Final = HeldBack
_HELD_BACK: Final = {
    _H.NOT_HELD: "보유하지 않음",
    _H.NOTHING_TO_ADOPT: "보유하지 않아 편입할 수 없음(종목코드를 확인하세요)",
    _H.ALREADY_MANAGED: "이미 전략이 관리함",
    _H.MANAGED: "전략이 관리하는 보유라 팔지 않음(매도는 계획이 합니다)",
    _H.NAMED_IN_SETTINGS: (
        "settings.yaml 의 legacy_holdings 에 적혀 있어 편입하지 않음(먼저 빼세요)"
    ),
    _H.NOT_SELLABLE: "지금 매도 가능 수량이 없음(미체결 매도가 있는지 확인하세요)",
    _H.UNKNOWN_ORDER: ("접수되었는지 알 수 없는 주문이 있음(증권사 앱에서 확인하세요)"),
    _H.OPEN_ORDER: "아직 끝나지 않은 주문이 있음(끝난 뒤 다시 실행하세요)",
    _H.JUST_SOLD: "방금 팔아 잔고가 확실하지 않음(1분 뒤 다시 실행하세요)",
    _H.HALT: "정지(HALT) 상태라 보내지 않음",
    _H.SESSION_OVER: "장이 끝나 보내지 않음",
}
_HOLDINGS: Final = (
    "종목",
    "구분",
    ">수량",
    ">매도 가능",
    ">평균단가",
    ">현재가",
    ">평가금액",
)
_CHOICES: Final = ("종목", ">수량", ">현재가", ">금액(현재가)")
_ORDERS: Final = (
    ">주문번호",
    "구분",
    "종목",
    "결과",
    ">체결/주문",
    ">체결가",
    ">남음",
    ">비용(추정)",
)


def show_list(shown: SellOut, screen: Screen) -> None:
    """Show what lies outside the strategy, and how to sell or adopt it."""
    standing = shown.standing
    _show_standing(standing, screen)
    _show_holdings(standing, screen)
    if standing.found:
        _show_ways(standing, screen)


def show_sale(shown: SellOut, screen: Screen) -> None:
    """Show what would be sold, or what was and what became of it."""
    standing = shown.standing
    _show_standing(standing, screen)
    if shown.is_done:
        _show_orders("보낸 주문", shown.lines, screen)
        if not shown.lines:
            screen.line("보낸 주문이 없습니다.")
    else:
        _show_choices("팔 주문(아직 보내지 않았습니다)", shown, screen)
    _show_held_back(shown.choices, screen)
    if shown.is_done:
        _show_attention(shown, screen)
        _show_change(shown, screen)
        return
    if not _ready(shown):
        screen.line("팔 수 있는 보유가 없습니다.")
        return
    _show_hours(standing, screen)
    screen.line("시장가로 팔려면 같은 명령에 --confirm 을 붙이세요.", style="bold")


def show_adoption(shown: SellOut, screen: Screen) -> None:
    """Show what would be put under management, or what was."""
    standing = shown.standing
    _show_standing(standing, screen)
    title = "편입했습니다" if shown.is_done else "편입할 보유(아직 기록하지 않았습니다)"
    _show_choices(title, shown, screen)
    _show_held_back(shown.choices, screen)
    ready = _ready(shown)
    if not ready:
        screen.line("편입할 보유가 없습니다.")
    elif shown.is_done:
        screen.line(
            "이제 전략이 관리합니다: 매도 신호가 나오면 계획이 팝니다. 보낸 주문은 "
            "없습니다."
        )
    else:
        screen.line("편입하려면 같은 명령에 --confirm 을 붙이세요.", style="bold")
    _show_positions(standing, ready, screen, is_done=shown.is_done)


def _ready(shown: SellOut) -> tuple[Choice, ...]:
    return tuple(choice for choice in shown.choices if choice.held_back is None)


def _show_standing(standing: Standing, screen: Screen) -> None:
    if standing.is_paper:
        screen.line(
            "paper 계좌는 이 프로그램이 만든 계좌라 처음부터 있던 보유(legacy)가 "
            "없습니다."
        )
    elif not standing.is_confirmed:
        screen.line(
            f"처음 쓰는 계좌({standing.account.account})이고 아직 확인하지 않았습니다. "
            "편입은 지금 할 수 있고, 편입하지 않은 보유는 "
            "execute_next_open_plan.py --confirm-first-run 때 모두 legacy 가 됩니다.",
            style="yellow",
        )
    _show_orders("앞선 실행이 남긴 주문(지금 상태)", standing.settled, screen)
    _show_orders("오늘 앞서 이 도구로 낸 주문", standing.sold, screen)
    for line in (*standing.settled, *standing.sold):
        _warn_if_unknown(line, screen)


def _show_holdings(standing: Standing, screen: Screen) -> None:
    if not standing.found:
        screen.line(
            "전략이 관리하지 않는 보유가 없습니다. "
            f"(전략 보유 {standing.managed_positions}종목)"
        )
        return
    rows = [_holding_row(each) for each in standing.found]
    screen.table("전략이 관리하지 않는 보유", _HOLDINGS, rows)
    total = sum(each.value for each in standing.found)
    screen.line(
        f"{len(standing.found)}종목 · 평가금액 {won(total)} · "
        f"전략 보유 {standing.managed_positions}종목은 여기에 없습니다."
    )


def _holding_row(each: Unmanaged) -> tuple[str, ...]:
    holding = each.holding
    return (
        named(holding.name, holding.symbol),
        _whose(each),
        f"{each.quantity:,}",
        f"{each.sellable:,}",
        f"{holding.average_price:,.0f}",
        f"{holding.price:,}" if holding.price else "-",
        f"{each.value:,}" if holding.price else "-",
    )


def _whose(each: Unmanaged) -> str:
    if each.whose is Whose.SURPLUS:
        return f"초과(전략 {each.managed:,}주 위)"
    return "legacy" if each.whose is Whose.LEGACY else "외부"


def _show_ways(standing: Standing, screen: Screen) -> None:
    command = script_command(_SCRIPT)
    example = standing.found[0].holding.symbol
    screen.line(f"팔기: {command} --symbol {example} (초과분을 뺀 전부는 --all)")
    screen.line(f"전략에 편입: {command} --adopt {example} (전부는 --adopt-all)")
    screen.line("먼저 보여만 주고, --confirm 을 붙이면 실제로 합니다.")


def _show_choices(title: str, shown: SellOut, screen: Screen) -> None:
    ready = _ready(shown)
    rows = [
        (
            named(choice.name, choice.symbol),
            f"{choice.quantity:,}",
            f"{choice.price:,}" if choice.price else "-",
            f"{choice.quantity * choice.price:,}" if choice.price else "-",
        )
        for choice in ready
    ]
    screen.table(title, _CHOICES, rows)


def _show_held_back(choices: tuple[Choice, ...], screen: Screen) -> None:
    for choice in choices:
        if choice.held_back is not None:
            say = screen.warning if choice.is_refused else screen.line
            name = named(choice.name, choice.symbol)
            say(f"하지 않음: {name} - {_HELD_BACK[choice.held_back]}")


def _show_orders(title: str, lines: tuple[OrderLine, ...], screen: Screen) -> None:
    screen.table(title, _ORDERS, [_order_row(line) for line in lines])


def _order_row(line: OrderLine) -> tuple[str, ...]:
    order = line.order
    average = order.average_price
    return (
        order.number or "-",
        SIDES[line.side],
        named(line.name, line.symbol),
        line.end.korean + (f" ({korean_of(line.detail)})" if line.detail else ""),
        f"{order.filled_quantity:,}/{order.quantity:,}",
        "-" if average is None else f"{average:,.0f}",
        f"{line.open_quantity:,}",
        f"{order.fee + order.tax:,}",
    )


def _show_attention(shown: SellOut, screen: Screen) -> None:
    waiting = [line for line in shown.lines if line.end is LineEnd.OPEN]
    if waiting:
        screen.line(
            f"매도 대기 {len(waiting)}건: 장이 끝날 때까지 살아 있고, 다음 실행이 "
            "정리합니다.",
            style="yellow",
        )
    for line in shown.lines:
        _warn_if_unknown(line, screen)
    if shown.unread:
        screen.warning(
            f"주문 목록을 읽지 못했습니다({korean_of(shown.unread)}). 위의 결과는 "
            "마지막으로 안 상태입니다. 잠시 뒤 다시 실행하세요."
        )


def _warn_if_unknown(line: OrderLine, screen: Screen) -> None:
    if line.end is LineEnd.UNCONFIRMED:
        screen.warning(
            f"확인 필요: {SIDES[line.side]} {named(line.name, line.symbol)} 주문이 "
            "접수되었는지 알 수 없습니다. 다시 보내지 않습니다. 증권사 앱에서 "
            "확인하세요."
        )


def _show_change(shown: SellOut, screen: Screen) -> None:
    if not shown.lines:
        return
    if shown.after is None:
        screen.warning(
            "주문을 보낸 뒤 계좌를 읽지 못했습니다. 잠시 뒤 다시 실행하면 보입니다."
        )
        return
    for name, account in (("앞", shown.standing.account), ("뒤", shown.after)):
        screen.line(f"계좌({name}): {_account_text(account)}")


def _account_text(account: Account) -> str:
    held = sum(holding.quantity > 0 for holding in account.holdings)
    return (
        f"예수금 {won(account.cash)} · D+2 {won(account.cash_d2)} · "
        f"총평가 {won(account.total)} · 보유 {held}종목"
    )


def _show_hours(standing: Standing, screen: Screen) -> None:
    if not standing.is_open:
        screen.line(
            f"지금은 장이 열려 있지 않습니다. 다음 거래 시간: {_hours(standing.hours)}",
            style="yellow",
        )


def _hours(hours: TradingHours) -> str:
    span = f"{hours.opens_at:%H:%M}~{hours.closes_at:%H:%M}"
    return f"{day_text(hours.session)} {span}"


def _show_positions(
    standing: Standing, ready: tuple[Choice, ...], screen: Screen, *, is_done: bool
) -> None:
    surplus = {e.holding.symbol for e in standing.found if e.managed}
    added = sum(choice.symbol not in surplus for choice in ready)
    # Once recorded, what was adopted counts among the managed ones already.
    count = standing.managed_positions + (0 if is_done else added)
    if count > standing.max_positions:
        is_ahead = ready and not is_done
        what = (
            f"편입하면 전략 보유가 {count}종목이 되어"
            if is_ahead
            else f"전략 보유가 {count}종목으로"
        )
        screen.line(
            f"{what} live.max_positions({standing.max_positions})보다 많습니다. 그 "
            "아래로 줄 때까지 새로 사지 않습니다.",
            style="yellow",
        )
