"""How far the data behind a plan may be trusted, said plainly. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.dashboard.room import Room
from khms_trader.dashboard.view.notes import Level, Note
from khms_trader.dashboard.view.plan import PlanShown
from khms_trader.dashboard.view.plan_words import PROBLEMS
from khms_trader.dashboard.words import day
from khms_trader.domain.plan import BarsState, Plan
from khms_trader.domain.quality import BarProblem
from khms_trader.domain.quality_summary import QualitySummary, summarised
from khms_trader.domain.reasons import korean_of
from khms_trader.errors import KhmsTraderError
from khms_trader.market.calendar import Calendar
from khms_trader.planning.prepared import UNIVERSE

_REACH: Final = timedelta(days=400)
"""More sessions than any problem keeps a symbol in quarantine."""

_SOURCES: Final = {
    "sample": "만들어 낸 연습 시세(실제 시장이 아님)",
    "store": "직접 가져온 일봉",
    "kis": "한국투자증권 일봉",
    "practice": "연습 서버의 시세(실제 시장이 아님)",
}
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What is known of the data behind a plan.

    Attributes:
        problems: of the bars, as they are stored now; None when they cannot be read.
        chosen: symbols of the universe; None without its file.
        unverified_years: years whose calendar nobody has verified.
    """

    problems: QualitySummary | None = None
    chosen: tuple[str, ...] | None = None
    unverified_years: tuple[int, ...] = ()
    ranked_on: date | None = None


def read_trust(room: Room, shown: PlanShown) -> Trust:
    """Return what lies in files about the data; what cannot be read is None."""
    plan = shown.plan
    chosen = _chosen(room, plan)
    return Trust(
        problems=_problems(room, plan, chosen or ()),
        chosen=chosen,
        unverified_years=room.calendar.unverified_years(
            plan.data_asof, plan.for_trading_day
        ),
        ranked_on=room.calendar.previous_session(plan.data_asof),
    )


def trust_notes(shown: PlanShown, trust: Trust) -> tuple[Note, ...]:
    """Return what the reader should know, the most pressing first."""
    parts = (
        _errors(shown),
        _market(shown.plan, trust),
        _years(trust),
        _bars(shown.plan),
        _unable(shown),
        _doubts(trust),
        _source(shown.plan),
    )
    found = [note for part in parts for note in part]
    return tuple(sorted(found, key=lambda note: -note.level))


def _chosen(room: Room, plan: Plan) -> tuple[str, ...] | None:
    asof = universe_day(plan)
    try:
        found = room.market.universe(asof)
    except KhmsTraderError:
        return None
    return None if found is None else tuple(item.symbol for item in found)


def universe_day(plan: Plan) -> date:
    """Return the session of the plan's universe file, which may be an older one."""
    digits = "".join(figure for figure in plan.universe_file if figure.isdigit())
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a date
    except ValueError:
        return plan.data_asof


def _problems(room: Room, plan: Plan, symbols: Sequence[str]) -> QualitySummary | None:
    try:
        problems = room.market.problems()
    except KhmsTraderError:
        return None
    return quality_of(problems, plan, symbols, room.calendar)


def quality_of(
    problems: Iterable[BarProblem],
    plan: Plan,
    symbols: Sequence[str],
    calendar: Calendar,
) -> QualitySummary:
    """Return what ``problems`` come to for ``symbols`` as of the plan's day."""
    asof = plan.data_asof
    return summarised(
        problems,
        sessions=calendar.sessions(asof - _REACH, asof),
        symbols=symbols,
        names={},
        asof=asof,
    )


def _errors(shown: PlanShown) -> Iterator[Note]:
    for symbol, problem in shown.plan.errors.items():
        if symbol == UNIVERSE:
            text = (
                "종목 목록을 받지 못해 지난 유니버스 "
                f"{shown.plan.universe_file} 를 그대로 썼습니다. 그 뒤의 "
                "거래정지·관리종목 지정은 주문 직전에 다시 확인합니다."
            )
        else:
            name = f"{shown.names.get(symbol, '')} {symbol}".strip()
            text = f"보유 종목 {name}: {PROBLEMS.get(problem, problem)}"
        yield Note(level=Level.WARNING, text=text)


def _market(plan: Plan, trust: Trust) -> Iterator[Note]:
    if trust.problems is None:
        yield Note(level=Level.NOTE, text="일봉 점검 기록을 읽지 못했습니다.")
        return
    # The universe was ranked by the session before.
    for found in trust.problems.market:
        if found.session in {plan.data_asof, trust.ranked_on}:
            text = f"시장 전체 {day(found.session)}: {found.code.korean}"
            yield Note(level=Level.WARNING, text=text)


def _years(trust: Trust) -> Iterator[Note]:
    for year in trust.unverified_years:
        yield Note(
            level=Level.WARNING,
            text=f"{year}년 휴장일은 확인된 표가 아닙니다. settings.yaml 의 calendar "
            "로 바로잡을 수 있습니다.",
        )


def _bars(plan: Plan) -> Iterator[Note]:
    asof = day(plan.data_asof)
    if plan.bars is BarsState.PROVISIONAL:
        yield Note(
            level=Level.WARNING,
            text=f"기준일 {asof}의 거래량은 계획을 만들 때 아직 잠정치였습니다"
            "(20:10 에 확정).",
        )
    else:
        yield Note(level=Level.GOOD, text=f"기준일 {asof}의 일봉은 확정치입니다.")


def _unable(shown: PlanShown) -> Iterator[Note]:
    by_reason: dict[str, list[str]] = {}
    for item in shown.plan.skipped:
        by_reason.setdefault(item.reason, []).append(item.symbol)
    for reason, symbols in sorted(by_reason.items()):
        named = _named(symbols, shown.names)
        told = f"{korean_of(reason)} ({named})"
        yield Note(
            level=Level.NOTE,
            text=f"신호를 내지 않은 {len(symbols):,}종목: {told}",
        )


def _doubts(trust: Trust) -> Iterator[Note]:
    found = trust.problems
    if found is None or not trust.chosen:
        return
    counts = {"주의": found.warn, "격리": found.quarantine}
    told = " · ".join(f"{word} {n:,}" for word, n in counts.items() if n)
    if not told:
        text = f"유니버스 {len(trust.chosen):,}종목의 일봉에 의심스러운 곳이 없습니다."
        yield Note(level=Level.GOOD, text=text)
        return
    yield Note(
        level=Level.NOTE,
        text=f"유니버스 {len(trust.chosen):,}종목의 일봉 점검: 정상 {found.ok:,} · "
        f"{told}",
    )


def _source(plan: Plan) -> Iterator[Note]:
    name = plan.data_source
    yield Note(
        level=Level.NOTE,
        text=f"자료: {_SOURCES.get(name, name)} · 유니버스 {plan.universe_file}",
    )


def _named(symbols: Sequence[str], names: Mapping[str, str]) -> str:
    told = ", ".join(
        f"{names.get(symbol, '')} {symbol}".strip() for symbol in symbols[:_MOST_NAMED]
    )
    return told + (" 등" if len(symbols) > _MOST_NAMED else "")
