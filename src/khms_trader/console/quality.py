"""How far bars may be trusted, in Korean: for the import and for the plan.

It only shows; every value comes ready from ``domain.quality_summary``.
"""

from khms_trader.domain.quality import BarProblem
from khms_trader.domain.quality_summary import QualitySummary, WorstSymbol
from khms_trader.domain.quality_words import problem_words


def verdict_line(summary: QualitySummary) -> str:
    """Return the verdicts in one sentence, with what they mean."""
    line = (
        f"자료 점검({summary.asof.isoformat()} 기준): 정상 {summary.ok:,}종목, "
        f"주의 {summary.warn:,}종목, 격리 {summary.quarantine:,}종목입니다."
    )
    if summary.quarantine:
        line += " 격리한 종목에서는 매매 신호를 내지 않습니다."
    return line


def quality_lines(summary: QualitySummary) -> tuple[str, ...]:
    """Return verdicts, kinds of problems, market-wide ones and quarantined names."""
    kinds = [
        f"점검: {count.code.korean} {count.problems:,}건"
        f"{f', {count.symbols:,}종목' if count.newest.symbol else ''}"
        f" (최근 예: {_example(count.newest)})"
        for count in summary.counts
    ]
    market = [f"시장 전체: {problem_words(problem)}" for problem in summary.market]
    named = [f"격리: {_named(worst)}" for worst in summary.worst]
    rest = summary.quarantine - len(summary.worst)
    if rest > 0:
        named.append(f"격리: 그 밖에 {rest:,}종목")
    return verdict_line(summary), *kinds, *market, *named


def _named(worst: WorstSymbol) -> str:
    name = f"{worst.name}({worst.symbol})" if worst.name else worst.symbol
    return f"{name} {problem_words(worst.problem)}"


def _example(problem: BarProblem) -> str:
    return f"{problem.symbol} {problem.session.isoformat()}".lstrip()
