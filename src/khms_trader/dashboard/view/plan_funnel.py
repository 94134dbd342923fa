"""The way from the universe to what may trade, as bars. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.plan import PlanShown
from khms_trader.dashboard.view.plan_words import (
    FUNNEL_BEGINS,
    FUNNEL_WITHOUT_UNIVERSE,
)
from khms_trader.domain.detail_words import SORTED_OUT
from khms_trader.domain.order import Side

CHOSEN: Final = "고른 종목(유니버스)"
LISTED: Final = "상장 종목"
_RANKED: Final = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the way from the listed issues to what may trade."""

    name: str
    count: int
    note: str = ""


def funnel(shown: PlanShown, universe: Sequence[str] | None) -> tuple[Step, ...]:
    """Return how many symbols were looked at, and how many of them are left.

    It begins with the listing where prepare noted what it sorted out, else with the
    chosen universe. Once the plan was executed, it ends with what was sent and filled.
    """
    plan = shown.plan
    steps: list[Step] = []
    if universe is not None:
        chosen = set(universe)
        unable = sum(item.symbol in chosen for item in plan.skipped)
        steps += _sorted(shown.sorted_out, len(chosen))
        steps.append(Step(name=CHOSEN, count=len(chosen), note=plan.universe_file))
        judged = len(chosen) - unable
        note = f"일봉이 온전한 종목, {unable:,}개 빠짐" if unable else "일봉이 온전함"
        steps.append(Step(name="판단한 종목", count=judged, note=note))
    free = f"빈 자리 {plan.slots_free}개"
    steps.append(Step(name="매수 신호", count=len(plan.buys)))
    steps.append(Step(name="살 수 있는 줄", count=len(shown.meant.buys), note=free))
    return (*steps, *_executed(shown))


def _sorted(sorted_out: Mapping[str, int], chosen: int) -> Iterator[Step]:
    """Yield the listing and what passed its filters, before the ranking."""
    if not sorted_out:
        return
    removed = {SORTED_OUT.get(r, r): n for r, n in sorted_out.items() if r != _RANKED}
    told = " · ".join(f"{name} {count:,}" for name, count in removed.items() if count)
    passed = chosen + sorted_out.get(_RANKED, 0)
    yield Step(name=LISTED, count=passed + sum(removed.values()))
    note = f"뺀 종목: {told}" if told else "뺀 종목 없음"
    yield Step(name="거르고 남은 종목", count=passed, note=note)


def _executed(shown: PlanShown) -> Iterator[Step]:
    """Yield what the gates of the open let through, once they were asked."""
    if not shown.is_executed or not shown.reports:
        return
    buys = [line for line in shown.reports.values() if line.side is Side.BUY]
    sent = [line.order for line in buys if line.order is not None]
    filled = sum(order.filled_quantity > 0 for order in sent)
    yield Step(name="보낸 매수", count=len(sent), note="시가를 보고 보냄")
    yield Step(name="체결된 매수", count=filled)


def funnel_html(steps: Sequence[Step], look: Look) -> str:
    """Return the steps as bars and where they begin; all text is escaped."""
    most = max((step.count for step in steps), default=0) or 1
    rows = "".join(_bar(step, most, look) for step in steps)
    note = _where_it_begins({step.name for step in steps})
    told = f'<div style="font-size:0.82rem;opacity:0.75">{escape(note)}</div>'
    return (
        f'<div style="display:grid;gap:0.45rem;word-break:keep-all">{rows}'
        f"{told if note else ''}</div>"
    )


def _where_it_begins(names: Collection[str]) -> str:
    if LISTED in names:
        return ""
    return FUNNEL_BEGINS if CHOSEN in names else FUNNEL_WITHOUT_UNIVERSE


def _bar(step: Step, most: int, look: Look) -> str:
    width = max(step.count / most * 100, 0.6)
    note = f' <span style="opacity:0.75">· {escape(step.note)}</span>'
    return (
        f'<div><div style="font-size:0.88rem">{escape(step.name)} '
        f"<b>{step.count:,}</b>{note if step.note else ''}</div>"
        f'<div style="height:0.7rem;border-radius:0.35rem;background:{look.grid}">'
        f'<div style="height:100%;width:{width:.1f}%;border-radius:0.35rem;'
        f'background:{look.account}"></div></div></div>'
    )
