"""What the problems of a bar source come to, for those who read it at a glance."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from khms_trader.domain.quality import (
    LOOKBACK,
    BarProblem,
    QualityCode,
    Verdict,
    verdicts,
)

MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCount:
    """One kind of problem: how often, in how many symbols, and the newest case."""

    code: QualityCode
    problems: int
    symbols: int
    newest: BarProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstSymbol:
    """A quarantined symbol and its newest problem that keeps it there."""

    symbol: str
    name: str
    problem: BarProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class QualitySummary:
    """How far the bars may be trusted as of a session.

    Attributes:
        ok, warn, quarantine: symbols by verdict as of ``asof``.
        counts: every kind of problem up to ``asof``, the most frequent first.
        worst: quarantined symbols, those with the newest problem first, at most 10.
        market: problems of the whole market, oldest first.
        quarantined: every symbol that may give no signal.
    """

    asof: date
    ok: int
    warn: int
    quarantine: int
    counts: tuple[CodeCount, ...]
    worst: tuple[WorstSymbol, ...]
    market: tuple[BarProblem, ...]
    quarantined: frozenset[str] = frozenset()


def summarised(
    problems: Iterable[BarProblem],
    *,
    sessions: Sequence[date],
    symbols: Sequence[str],
    names: Mapping[str, str],
    asof: date,
    lookback: int = LOOKBACK,
) -> QualitySummary:
    """Return what ``problems`` come to for ``symbols`` as of ``asof``.

    Args:
        sessions: those the bars cover, oldest first.
        lookback: bars the strategy looks back over.
    """
    wanted = {*symbols, ""}
    seen = [p for p in problems if p.session <= asof and p.symbol in wanted]
    found = verdicts(seen, sessions, asof, lookback=lookback)
    if found.get("") is Verdict.QUARANTINE:
        found = dict.fromkeys(symbols, Verdict.QUARANTINE)
    by_verdict = Counter(found.get(symbol, Verdict.OK) for symbol in symbols)
    return QualitySummary(
        asof=asof,
        ok=by_verdict[Verdict.OK],
        warn=by_verdict[Verdict.WARN],
        quarantine=by_verdict[Verdict.QUARANTINE],
        quarantined=frozenset(
            symbol for symbol in symbols if found.get(symbol) is Verdict.QUARANTINE
        ),
        counts=_counts(seen),
        worst=_worst(seen, found, names),
        market=tuple(sorted((p for p in seen if not p.symbol), key=_age)),
    )


def _counts(problems: Sequence[BarProblem]) -> tuple[CodeCount, ...]:
    by_code: dict[QualityCode, list[BarProblem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    counts = [
        CodeCount(
            code=code,
            problems=len(own),
            symbols=len({problem.symbol for problem in own}),
            newest=max(own, key=_age),
        )
        for code, own in by_code.items()
    ]
    return tuple(sorted(counts, key=lambda count: (-count.problems, count.code)))


def _worst(
    problems: Sequence[BarProblem],
    found: Mapping[str, Verdict],
    names: Mapping[str, str],
) -> tuple[WorstSymbol, ...]:
    newest: dict[str, BarProblem] = {}
    for problem in sorted(problems, key=_age):
        verdict = found.get(problem.symbol) if problem.symbol else None
        is_out = verdict is Verdict.QUARANTINE
        if is_out and problem.code.verdict is Verdict.QUARANTINE:
            newest[problem.symbol] = problem
    ranked = sorted(newest.values(), key=lambda p: (-p.session.toordinal(), p.symbol))
    return tuple(
        WorstSymbol(
            symbol=problem.symbol, name=names.get(problem.symbol, ""), problem=problem
        )
        for problem in ranked[:MOST_NAMED]
    )


def _age(problem: BarProblem) -> tuple[date, str, str]:
    return problem.session, problem.symbol, problem.code
