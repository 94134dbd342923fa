"""KIS's codes and words: refusals and envelopes, wire sheet sections 2 and 6.

Codes the sheet does not have were read in public captures of other projects' virtual
accounts and are marked [seen].
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from khms_trader.simulator.orders import Denial
from khms_trader.simulator.traffic import Answer, Body, json_answer

TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "MCA00000": "정상처리 되었습니다.",
        "KIOK0530": "조회되었습니다",
        "KIOK0560": "조회할 내용이 없습니다",
        "KIOK0500": "조회가 계속됩니다..다음버튼을 Click 하십시오.",
        "20310000": "모의투자 조회가 완료되었습니다.",
        "70070000": "모의투자 조회할 내역(자료)이 없습니다.",
        "40600000": "모의투자 매수주문이 완료 되었습니다.",
        "40590000": "모의투자 매도주문이 완료 되었습니다.",
        "40620000": "모의투자 정정주문이 완료 되었습니다.",  # [seen]
        "40630000": "모의투자 취소주문이 완료 되었습니다.",  # [seen]
        "40030000": "모의투자 주문처리가 안되었습니다(호가단위 오류)",  # [seen]
        "40070000": "모의투자 주문처리가 안되었습니다(매매불가 종목)",  # [seen]
        "40100000": "모의투자 영업일이 아닙니다.",
        "40240000": "모의투자 잔고내역이 없습니다.",
        "40250000": "모의투자 주문가능금액이 부족합니다.",
        "40270000": "모의투자 상/하한가 오류",  # [seen]
        "40310000": "모의투자 주문수량/가격 오류입니다.",
        "40330000": "모의투자 정정/취소할 수량이 없습니다.",
        "40570000": "모의투자 장시작전 입니다.",
        "40580000": "모의투자 장종료 입니다.",
        "40910000": "모의투자 주문이 불가한 계좌입니다.",
        "90000000": "모의투자에서는 해당업무가 제공되지 않습니다.",
        "SYDB0050": "조회이후에 자료가 변경되었습니다.(다시 조회하세요)",  # [seen]
        "EGW00002": "서버 에러가 발생했습니다.",
        "EGW00101": "유효하지 않은 요청입니다.",
        "EGW00102": "AppKey는 필수입니다.",
        "EGW00103": "유효하지 않은 AppKey입니다.",
        "EGW00104": "AppSecret은 필수입니다.",
        "EGW00105": "유효하지 않은 AppSecret입니다.",
        "EGW00115": "grant_type은 필수입니다.",
        "EGW00121": "유효하지 않은 token 입니다.",
        "EGW00123": "기간이 만료된 token 입니다.",
        "EGW00132": "Content-Type이 유효하지 않습니다.",
        "EGW00133": "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)",
        "EGW00201": "초당 거래건수를 초과하였습니다.",
        "EGW00205": "credentials_type이 유효하지 않습니다.(Bearer)",
        "EGW00206": "API 사용 권한이 없습니다.",
        "EGW00208": "custtype이 유효하지 않습니다.",
        "EGW00215": "원장에서 허용 가능한 초당 거래건수를 초과하였습니다.",
        "EGW00310": "유효하지 않은 tr_id 입니다.",
        "EGW02004": "실전투자 도메인에서 모의투자 AppKey를 사용할 수 없습니다.",
        "EGW02006": "모의투자 TR 이 아닙니다.",
        "IGW00009": "모의투자에서는 예약주문이 제공되지 않습니다.",
        "MCA00124": "서비스를 찾을 수 없습니다.",
        "OPSQ0002": "없는 서비스 코드 입니다.",
        "OPSQ2000": "ERROR : INPUT INVALID_CHECK_ACNO",
        "OPSQ9997": "JSON format error",
    }
)

DENIALS: Final[Mapping[Denial, str]] = MappingProxyType(
    {
        Denial.NOT_A_SESSION: "40100000",
        Denial.BEFORE_OPEN: "40570000",
        Denial.AFTER_CLOSE: "40580000",
        Denial.NOT_OFFERED: "90000000",
        Denial.BAD_QUANTITY: "40310000",
        Denial.UNTRADABLE: "40070000",
        Denial.OFF_TICK: "40030000",
        Denial.BEYOND_LIMITS: "40270000",
        Denial.NO_CASH: "40250000",
        Denial.NO_SHARES: "40240000",
        Denial.NOTHING_LEFT: "40330000",
        Denial.NO_SUCH_ORDER: "40330000",
    }
)

_WIDTH: Final = 80


class WireError(Exception):
    """KIS says no; ``answer`` is how."""

    def __init__(self, code: str, answer: Answer) -> None:
        """Carry the code, for the log, and the whole answer."""
        self.code = code
        self.answer = answer
        super().__init__(code)


def good(code: str, body: Mapping[str, Any], *, is_padded: bool = False) -> Body:
    """Return ``body`` with the envelope of success.

    Account answers pad their text with blanks to 80 (sheet 4.3).
    """
    text = TEXTS[code]
    padded = text.ljust(_WIDTH) if is_padded else text
    return {**body, "rt_cd": "0", "msg_cd": code, "msg1": padded}


def oauth_error(code: str) -> WireError:
    """Return a refusal of the token service: 403 and its own envelope."""
    words = TEXTS.get(code, TEXTS["EGW00101"])
    body = {"error_description": words, "error_code": code}
    return WireError(code, json_answer(body, status=403))


def gateway_error(code: str, *, status: int = 500) -> WireError:
    """Return a refusal in front of the ledger: ``EGW...``, HTTP 500."""
    body = {"rt_cd": "1", "msg_cd": code, "msg1": TEXTS[code]}
    if code == "EGW00201":
        # As measured: another order of keys, and one more of them.
        body = {"rt_cd": "1", "msg1": TEXTS[code], "msg_cd": code, "message": code}
    return WireError(code, json_answer(body, status=status))


def business_error(code: str, text: str = "", *, rt_cd: str = "1") -> WireError:
    """Return a refusal of the ledger: HTTP 200, no output."""
    words = text or TEXTS.get(code, "모의투자 주문처리가 안되었습니다.")
    return WireError(code, json_answer({"rt_cd": rt_cd, "msg_cd": code, "msg1": words}))


def missing_field(name: str) -> WireError:
    """Return the refusal of a call without one of its mandatory fields."""
    text = f"ERROR : INPUT FIELD NOT FOUND [{name}]"
    return business_error("OPSQ2001", text, rt_cd="2")
