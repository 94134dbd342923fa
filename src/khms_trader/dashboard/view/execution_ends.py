"""How a line of a session ended, as a cell of the page 실행. Pure."""

from typing import Final

from khms_trader.dashboard.view.execution import Executed
from khms_trader.dashboard.view.execution_words import NOT_YET, ON_ITS_WAY
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.view.tile_html import ALARM, CAUTION
from khms_trader.dashboard.words import STATES
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import LineEnd, LineReport, OtherOrder

NO_REASON: Final = "기록 없음"
_LOUD: Final = {
    LineEnd.UNCONFIRMED: ALARM,
    LineEnd.REJECTED: CAUTION,
    LineEnd.NOT_PLACED: CAUTION,
    LineEnd.SKIPPED: CAUTION,
    LineEnd.OPEN: CAUTION,
}


def end_cell(line: LineReport | OtherOrder, shown: Executed | None) -> Cell:
    """Return how ``line`` ended, or that ``shown`` is still at work on it."""
    if shown is not None and shown.is_on_its_way(line):
        return Cell(text=ON_ITS_WAY, is_strong=True)
    color, note = _LOUD.get(line.end, ""), _why(line)
    if shown is not None and shown.is_under_way:
        if line.end is LineEnd.SKIPPED and note == NO_REASON:
            return Cell(text=NOT_YET, is_strong=True)
        color = "" if line.end is LineEnd.OPEN else color
    return Cell(text=line.end.korean, color=color, note=note, is_strong=True)


def state_cell(record: OrderRecord, *, is_sending: bool) -> Cell:
    """Return where ``record`` stands by the journal."""
    if is_sending and record.state is OrderState.INTENDED:
        return Cell(text=ON_ITS_WAY, is_strong=True)
    return Cell(
        text=STATES[record.state],
        color=ALARM if record.needs_a_person else "",
        note=korean_of(record.detail),
        is_strong=True,
    )


def _why(line: LineReport | OtherOrder) -> str:
    reason = line.reason if isinstance(line, LineReport) else ""
    told = korean_of(reason or line.detail)
    if line.end is LineEnd.SKIPPED and not told:
        told = NO_REASON
    extra = korean_of(line.detail) if reason and line.detail else ""
    return f"{told} ({extra})".replace("->", "→") if extra else told
