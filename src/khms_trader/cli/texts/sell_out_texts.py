"""Selling out what the strategy does not manage."""

from typing import Final

SELL_OUT_TEXTS: Final = {
    "sell_out_closed": (
        "지금은 장이 열려 있지 않아 팔지 않습니다. 다음 거래 시간은 {session} "
        "{opens}~{closes}입니다. 그때 다시 실행하세요."
    ),
}
