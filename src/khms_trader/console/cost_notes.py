"""One line where the settings' costs differ from what is really charged."""

from datetime import date

from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market.costs import PUBLISHED_ONLINE_FEE_RATE, sell_tax_rate
from khms_trader.market.rates import CostRates


def cost_notes(costs: CostRates, session: date) -> tuple[str, ...]:
    """Return a Korean line per rate that differs; none where all agree."""
    notes = []
    if costs.fee_rate != PUBLISHED_ONLINE_FEE_RATE:
        times = costs.fee_rate / PUBLISHED_ONLINE_FEE_RATE
        notes.append(
            f"수수료 설정 {_bps(costs.fee_rate)}은 한국투자증권 온라인 수수료 "
            f"{_bps(PUBLISHED_ONLINE_FEE_RATE)}의 {times:.1f}배입니다"
            " (settings.yaml 의 trading.fee_bps)."
        )
    dated = sell_tax_rate(session, InstrumentKind.EQUITY)
    if costs.tax_rate is not None and costs.tax_rate != dated:
        notes.append(
            f"매도세 설정 {_bps(costs.tax_rate)}이 {session.year}년 세율 "
            f"{_bps(dated)}과 다릅니다 (trading.tax_bps: auto 로 두면 맞춥니다)."
        )
    return tuple(notes)


def _bps(rate: int) -> str:
    return f"{rate / 100_000:.4g}bp"
