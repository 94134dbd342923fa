"""Orders of ours whose end only a person can tell, in Korean: one line each.

The commands that meet such an order say the same of it; only ``resolve_order.py`` says
more.
"""

from collections.abc import Mapping, Sequence

from khms_trader.console.screen import Screen, day_text, script_command
from khms_trader.console.words import SIDES, named
from khms_trader.domain.order import OrderRecord


def question_text(record: OrderRecord, name: str) -> str:
    """Return what is not known of ``record``; ``name`` of its symbol may be empty."""
    what = "어떻게 끝났는지" if record.has_vanished else "접수되었는지"
    return (
        f"확인 필요: {day_text(record.key.session)} {SIDES[record.key.side]} "
        f"{named(name, record.key.symbol)} {record.order.quantity:,}주 주문이 {what} "
        "알 수 없습니다. 다시 보내지 않습니다. 증권사 앱에서 확인하세요."
    )


def show_open_questions(
    records: Sequence[OrderRecord], names: Mapping[str, str], screen: Screen
) -> None:
    """Warn of every one of ``records``, and say where the answer goes."""
    for record in records:
        screen.warning(question_text(record, names.get(record.key.symbol, "")))
    if records:
        command = script_command("tools/resolve_order.py")
        screen.warning(f"확인한 것은 {command} 에 알려 주세요.")
