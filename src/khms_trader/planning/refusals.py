"""Why a whole run is refused: codes with facts, and the Korean that says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

KOREAN: Final[Mapping[str, str]] = {
    "plan_missing": (
        "{session} 거래일의 계획이 없습니다. prepare_next_open_plan.py 로 "
        "{since}부터 {planned} 거래일의 계획을 만들 수 있습니다."
    ),
    "plan_unreadable": (
        "계획 파일을 읽을 수 없습니다: {path} ({reason}). 파일을 치우고 "
        "prepare_next_open_plan.py 로 다시 만드세요."
    ),
    "plan_not_json": (
        "계획 파일이 깨졌습니다(JSON 형식이 아님): {path}. 파일을 치우고 "
        "prepare_next_open_plan.py 로 다시 만드세요."
    ),
    "plan_not_a_plan": (
        "계획 파일의 항목이 맞지 않습니다: {path}. 파일을 치우고 "
        "prepare_next_open_plan.py 로 다시 만드세요."
    ),
    "plan_altered": (
        "계획 파일이 만들어진 뒤에 바뀌었습니다: {path}. 손댄 계획은 실행하지 "
        "않습니다. prepare_next_open_plan.py 로 다시 만드세요."
    ),
    "plan_wrong_version": (
        "계획 파일의 형식 판(schema_version {version})을 모릅니다: {path}. "
        "prepare_next_open_plan.py 로 다시 만드세요."
    ),
    "plan_wrong_session": (
        "계획은 {planned} 거래일용인데 오늘은 {session}입니다. "
        "prepare_next_open_plan.py 로 다시 만드세요."
    ),
    "plan_wrong_account": (
        "계획은 계좌 {planned}의 것인데 지금 계좌는 {account}입니다. "
        "settings.yaml 의 broker 를 확인하거나 이 계좌로 계획을 다시 만드세요."
    ),
    "plan_stale": (
        "계획의 기준일({asof})이 {session} 바로 앞 거래일({expected})이 아닙니다. "
        "prepare_next_open_plan.py 로 다시 만드세요."
    ),
    "practice_data": (
        "연습 데이터({source})로 만든 계획은 계좌 {account}에서 실행하지 않습니다. "
        "settings.yaml 의 data.source 를 바꾸고 계획을 다시 만드세요."
    ),
    "plan_other_data": (
        "계획은 {planned} 시세로 만들었는데 지금 설정은 {source}입니다. "
        "settings.yaml 의 data.source 를 되돌리거나 계획을 다시 만드세요."
    ),
    "plan_swapped": (
        "이 거래일에는 이미 다른 계획({started})을 실행하기 시작했습니다. 지금 파일은 "
        "{found}입니다. 실행하던 계획을 plans 폴더에 되돌려 놓고 다시 실행하세요."
    ),
    "paper_other_market": (
        "이 연습 계좌는 {lives_in} 시세로 거래해 왔는데 지금 설정은 {asked}입니다. "
        "data.source 를 되돌리거나, {folder} 폴더를 지워 처음부터 시작하거나, "
        "다른 KHMS_HOME 을 쓰세요."
    ),
    "plan_in_use": (
        "{session} 거래일의 계획은 이미 실행되어 바꾸지 않습니다. "
        "다음 계획은 그날 장 마감 뒤에 만드세요."
    ),
    "before_open": (
        "아직 장이 열리지 않았습니다. {session} 거래일은 {opens}에 열립니다. "
        "그 뒤에 다시 실행하세요."
    ),
    "start_window_over": (
        "실행할 수 있는 시간({until}까지)이 지났습니다. 늦은 주문은 내지 않습니다. "
        "장 마감 뒤 다음 계획을 만드세요."
    ),
    "session_running": (
        "장이 열려 있는 동안({opens}~{until})에는 계획을 만들지 않습니다. "
        "{until} 뒤에 다시 실행하세요. 연습이라면 "
        "--at {example} 처럼 시각을 줄 수 있습니다."
    ),
    "session_opened": (
        "계획을 만드는 사이에 {session} 거래일의 장이 열려 저장하지 않았습니다. "
        "다음에는 더 일찍 시작하세요."
    ),
    "halted": (
        "정지(HALT) 상태라 주문하지 않습니다. 원인을 확인한 뒤 "
        "scripts/tools/halt.py off 로 푸세요(정지 파일: {path})."
    ),
    "account_unconfirmed": (
        "처음 쓰는 계좌({account})라 주문하지 않습니다. 보유 종목을 확인한 뒤 "
        "execute_next_open_plan.py --confirm-first-run 을 한 번 실행하세요."
    ),
    "real_not_supported": (
        "실전 주문은 아직 지원하지 않습니다. settings.yaml 의 broker.env 를 "
        "virtual 로 두세요."
    ),
    "clock_off": (
        "컴퓨터 시계가 증권사 서버보다 {seconds}초 {direction}니다(허용 {allowed}초). "
        "Windows 는 설정 > 시간 및 언어에서 '지금 동기화', Linux 는 timedatectl 로 "
        "시각을 맞춘 뒤 다시 실행하세요."
    ),
    "orders_used_up": (
        "오늘 주문 수 한도({cap}건)를 다 썼습니다(보낸 주문 {sent}건). 더 보내려면 "
        "settings.yaml 의 execution.max_orders 를 늘리세요."
    ),
    "won_used_up": (
        "오늘 매수 한도({cap}원)를 다 썼습니다(산 금액 {bought}원). 더 사려면 "
        "settings.yaml 의 execution.max_daily_won 을 늘리세요."
    ),
    "clock_behind": (
        "시계({now})가 계좌 {account}의 마지막 기록({last})보다 이릅니다. "
        "컴퓨터 시각을 확인하세요. 연습 계좌라면 --at 에 그 뒤의 시각을 주거나 "
        "{folder} 폴더를 지워 처음부터 시작하세요."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One gate's no.

    Attributes:
        code: stable word, a key of ``KOREAN``.
        facts: what the sentence fills in.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def korean(self) -> str:
        """One sentence: what, where, how to mend."""
        return KOREAN[self.code].format(**self.facts)
