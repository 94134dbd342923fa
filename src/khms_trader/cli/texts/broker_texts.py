"""What a broker says to one order, and which broker can be used."""

from typing import Final

BROKER_TEXTS: Final = {
    "broker_not_available": (
        "broker.provider: {provider} 는 아직 쓸 수 없습니다. "
        "settings.yaml 의 broker.provider 를 paper 로 두세요."
    ),
    "order_halted": (
        "{symbol}: 정지(HALT) 상태라 주문하지 않았습니다. 원인을 확인한 뒤 정지를 "
        "푸세요."
    ),
    "market_closed": "{symbol}: 장이 열려 있지 않아 주문이 거부되었습니다.",
    "unknown_symbol": "{symbol}: 없는 종목이라 주문이 거부되었습니다.",
    "symbol_halted": "{symbol}: 거래정지 종목이라 주문이 거부되었습니다.",
    "price_not_allowed": (
        "{symbol}: 호가 단위나 가격제한폭에 맞지 않아 주문이 거부되었습니다({price}원)."
    ),
    "not_enough_cash": "{symbol}: 주문 가능 현금이 모자라 주문이 거부되었습니다.",
    "not_enough_shares": "{symbol}: 매도 가능 수량이 모자라 주문이 거부되었습니다.",
}
