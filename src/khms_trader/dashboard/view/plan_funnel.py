"""The way from the universe to what may trade, as bars. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.plan import PlanShown


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the way from the listed issues to what may trade."""

    name: str
    count: int
    note: str = ""


def funnel(shown: PlanShown, universe: Sequence[str] | None) -> tuple[Step, ...]:
    """Return how many symbols were looked at, and how many of them are left."""
    plan = shown.plan
    steps = []
    if universe is not None:
        chosen = set(universe)
        unable = sum(item.symbol in chosen for item in plan.skipped)
        steps.append(
            Step(name="유니버스", count=len(chosen), note="거래대금 순으로 고름")
        )
        judged = len(chosen) - unable
        steps.append(
            Step(name="판단함", count=judged, note="일봉이 온전해 신호를 따진 종목")
        )
    buys = len(shown.meant.buys)
    steps.append(Step(name="매수 신호", count=len(plan.buys)))
    free = f"빈 자리 {plan.slots_free}개"
    steps.append(Step(name="살 수 있는 줄", count=buys, note=free))
    return tuple(steps)


def funnel_html(steps: Sequence[Step], look: Look) -> str:
    """Return the steps as bars, each as wide as its count; all text is escaped."""
    most = max((step.count for step in steps), default=0) or 1
    rows = "".join(_bar(step, most, look) for step in steps)
    return f'<div style="display:grid;gap:0.45rem">{rows}</div>'


def _bar(step: Step, most: int, look: Look) -> str:
    width = max(step.count / most * 100, 0.6)
    note = f' <span style="opacity:0.65">· {escape(step.note)}</span>'
    return (
        f'<div><div style="font-size:0.88rem">{escape(step.name)} '
        f"<b>{step.count:,}</b>{note if step.note else ''}</div>"
        f'<div style="height:0.7rem;border-radius:0.35rem;background:{look.grid}">'
        f'<div style="height:100%;width:{width:.1f}%;border-radius:0.35rem;'
        f'background:{look.account}"></div></div></div>'
    )
