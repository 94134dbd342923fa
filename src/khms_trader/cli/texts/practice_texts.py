"""The practice server, and the words for what is asked of either server.

``CALL_WORDS`` stands in every sentence for the call's own name. Sentences of
``ON_PRACTICE`` take the place of others where the server is a program on this machine:
what fails there is mended here, not at KIS.
"""

from typing import Final

CALL_WORDS: Final = {
    "tokenP": "접근토큰 발급",
    "revokeP": "접근토큰 폐기",
    "Approval": "실시간 접속키 발급",
    "order-cash": "주문",
    "order-rvsecncl": "주문 취소",
    "order-resv": "예약 주문",
    "inquire-balance": "잔고 조회",
    "inquire-psbl-order": "주문 가능 금액 조회",
    "inquire-psbl-sell": "매도 가능 수량 조회",
    "inquire-psbl-rvsecncl": "취소 가능 주문 조회",
    "inquire-daily-ccld": "주문 내역 조회",
    "inquire-price": "현재가 조회",
    "inquire-asking-price-exp-ccn": "호가 조회",
    "inquire-ccnl": "체결 조회",
    "inquire-daily-price": "일별 시세 조회",
    "inquire-investor": "투자자 조회",
    "inquire-daily-itemchartprice": "일봉 조회",
    "inquire-daily-indexchartprice": "지수 일봉 조회",
    "intstock-multprice": "여러 종목 현재가 조회",
    "chk-holiday": "휴장일 조회",
    "search-stock-info": "종목 정보 조회",
    "search-info": "상품 정보 조회",
    "volume-rank": "거래량 순위 조회",
}

FAULT_CALL_WORDS: Final = {
    "token": "접근토큰 발급",
    "revoke": "접근토큰 폐기",
    "approval": "실시간 접속키",
    "hashkey": "해시키",
    "buy": "매수",
    "sell": "매도",
    "order": "매수와 매도",
    "change": "정정과 취소",
    "balance": "잔고",
    "balance_next": "잔고 다음 쪽",
    "buying_power": "주문 가능 금액",
    "orders": "주문 내역",
    "orders_next": "주문 내역 다음 쪽",
    "price": "현재가",
    "asking_price": "호가",
    "ticks": "체결",
    "daily_price": "일별 시세",
    "investors": "투자자",
    "period_bars": "일봉",
    "multi_price": "여러 현재가",
    "holidays": "휴장일",
    "product_info": "상품 정보",
    "master": "종목 목록",
    "any": "모두",
}
FAULT_KIND_WORDS: Final = {
    "lost": "처리했지만 답이 끊김(:timeout 은 답이 없음)",
    "timeout": "처리하지 않고 답이 없음",
    "reset": "처리하지 않고 연결이 끊김",
    "refused": "처리하지 않고 연결을 거절",
    "html": "웹 페이지로 답함(:done 은 처리하고)",
    "empty": "빈 답(:done 은 처리하고)",
    "throttled": "초당 한도(EGW00201)",
    "ledger": "원장 한도(EGW00215)",
    "revoked": "토큰 폐기됨",
    "expired": "토큰 만료됨",
    "late:초": "그만큼 전의 잔고나 주문 내역",
    "no_rows": "빈 주문 내역",
    "twice": "줄마다 두 번",
    "shrunk": "취소된 수량을 뺀 주문 수량",
    "changed": "다음 쪽 거절(자료 변경)",
    "partial:주": "그만큼만 체결(:3@60 은 60초 뒤 나머지)",
    "reject:코드": "그 업무 코드로 거절",
    "skew:초": "그만큼 다른 서버 시각",
    "slow:초": "그만큼 늦은 답",
}


def listed(words: dict[str, str]) -> str:
    """Return ``words`` as one line: what to write and what it means."""
    return ", ".join(f"{name} {word}" for name, word in words.items())


ON_PRACTICE: Final = {
    "kis_unreachable": "practice_unreachable",
    "kis_no_answer": "practice_no_answer",
    "kis_connection_cut": "practice_connection_cut",
    "kis_server_error": "practice_answer_strange",
    "kis_answer_empty": "practice_answer_strange",
    "kis_answer_garbled": "practice_answer_strange",
}

_ANOTHER: Final = (
    "그 포트에 다른 프로그램이 켜져 있지 않은지, run_kis_simulator.py 의 포트와 "
    "secrets.yaml 의 base_url 이 같은지 확인하세요."
)

PRACTICE_TEXTS: Final = {
    "practice_unreachable": (
        "연습 서버 {practice} 에 연결하지 못했습니다({call}). run_kis_simulator.py 가 "
        "그 포트로 켜져 있는지 확인하세요."
    ),
    "practice_no_answer": (
        f"연습 서버 {{practice}} 가 제때 답하지 않았습니다({{call}}). {_ANOTHER}"
    ),
    "practice_connection_cut": (
        f"연습 서버 {{practice}} 가 답하기 전에 연결을 끊었습니다({{call}}). {_ANOTHER}"
    ),
    "practice_answer_strange": (
        "연습 서버 {practice} 의 답을 읽을 수 없습니다({call}, HTTP {status}). "
        f"{_ANOTHER}"
    ),
    "fault_unreadable": (
        '--fault 값을 읽을 수 없습니다: {text} (잘못된 곳: "{part}"). 호출:몇번째:종류 '
        "로 적으세요(예: buy:1:lost). 몇번째는 1, 3-6, 3+, * 가운데 하나입니다. "
        f"호출: {listed(FAULT_CALL_WORDS)}. 종류: {listed(FAULT_KIND_WORDS)}."
    ),
    "story_unreadable": (
        "--story 값을 읽을 수 없습니다: {text} ({part}). 종목, 거래일, 일의 이름을 "
        "확인하고 도움말(--help)의 예를 보고 고치세요."
    ),
    "holding_unknown": (
        "--holding 의 {symbol} 은(는) {session} 연습 시장에 없는 종목입니다. 종목 "
        "번호와 --data, --at 을 확인하세요."
    ),
    "holding_unpriced": (
        "--holding 의 {symbol} 은(는) 시작 전 종가가 없습니다. {symbol}:수량:평단가로 "
        "평단가까지 적으세요."
    ),
    "holding_repeated": (
        "--holding 에 {symbol} 이(가) 두 번 있습니다. 한 번만 적으세요."
    ),
}
