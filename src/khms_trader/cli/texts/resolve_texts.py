"""What a person saw of an order, where it cannot be so."""

from typing import Final

RESOLVE_TEXTS: Final = {
    "resolve_no_question": (
        "{symbol}에는 확인이 필요한 주문이 없습니다. 인수 없이 실행하면 확인이 필요한 "
        "주문을 모두 보입니다."
    ),
    "resolve_which_one": (
        "{symbol}에 확인이 필요한 주문이 여럿입니다({orders}). --side 나 --session "
        "으로 하나를 고르세요."
    ),
    "resolve_number_taken": (
        "주문번호 {number}은(는) 이미 기록된 우리 주문의 번호입니다. 앱에서 다른 "
        "번호가 있는지 다시 확인하세요."
    ),
    "resolve_number_differs": (
        "증권사 목록에서 주문번호 {number}은(는) {symbol} {quantity}주({side})라 이 "
        "주문이 아닙니다. 번호를 다시 확인하세요."
    ),
    "resolve_number_unlisted": (
        "{session}의 증권사 목록에 주문번호 {number}이(가) 없습니다. 번호와 날짜를 "
        "다시 확인하세요."
    ),
    "resolve_has_number": (
        "이 주문은 주문번호({number})가 이미 있습니다. 앱에서 체결 수량을 보고 "
        "--filled 와 --price 로 적으세요. 체결이 없으면 --filled 0 입니다."
    ),
    "resolve_no_number": (
        "주문번호를 모르는 주문에는 체결을 적을 수 없습니다. 먼저 앱에서 본 "
        "주문번호를 --number 로 적으세요."
    ),
    "resolve_session_not_over": (
        "장이 끝나기 전에는 없는 주문이라고 적을 수 없습니다. {until} 뒤에 다시 "
        "확인하고 적으세요."
    ),
    "resolve_filled_out_of_range": (
        "체결 수량은 {least}주에서 {most}주 사이입니다. 앱의 체결 수량을 다시 "
        "확인하세요."
    ),
    "resolve_price_impossible": (
        "평균체결가 {price}원은 이 주문에 있을 수 없습니다(지정가 {limit}원, 0은 "
        "시장가). 앱의 체결가를 다시 확인하세요."
    ),
}
