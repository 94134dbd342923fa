"""The scheduler's times."""

from typing import Final

SCHEDULE_TEXTS: Final = {
    "prepare_out_of_time": (
        "계획 만들기가 너무 오래 걸려, 장이 열리기 전의 실행 준비를 위해 "
        "그만두었습니다. 전에 만든 계획이 있으면 그대로 실행합니다. 인터넷과 증권사 "
        "서버 상태를 확인하고, 자주 그러면 --times 의 계획 시각을 앞당기세요."
    ),
    "scheduler_running": (
        "이 계좌({account})는 다른 자동 실행이 맡고 있습니다(프로세스 {pid}). 하나만 "
        "켜 두세요. 그쪽을 Ctrl+C 로 끝낸 뒤 다시 시작하세요."
    ),
    "schedule_empty": (
        "--times 에 시각이 없습니다. 예: --times 15:40 09:01 "
        "(장 마감 뒤 계획, 장 시작 뒤 실행)."
    ),
    "schedule_time_unreadable": (
        "--times 의 '{text}'은(는) 시각이 아닙니다. 24시간제 HH:MM 으로 적으세요. "
        "예: --times 15:40 09:01 처럼 띄어 적습니다."
    ),
    "schedule_closing_auction": (
        "--times 의 {time}은 장 마감 동시호가(15:20~15:30)라 쓸 수 없습니다. "
        "실행은 장이 열린 직후(예: 09:01), 계획은 15:35 뒤(예: 15:40)로 적으세요."
    ),
    "schedule_prepare_too_early": (
        "--times 의 {time}은 장이 막 끝난 때라 종가가 아직 확정되지 않았습니다. "
        "계획은 {first}부터 만들 수 있습니다. 예를 들어 15:40 으로 적으세요."
    ),
    "schedule_execute_too_late": (
        "--times 의 {time}에는 실행할 수 없습니다. 새 주문은 장이 열린 뒤 {until} "
        "전까지만 냅니다. 더 이르게 적거나 settings.yaml 의 "
        "execution.start_window_min 을 늘리세요."
    ),
}
