"""A replay: its span, its folder and its books."""

from typing import Final

REPLAY_TEXTS: Final = {
    "replay_span_empty": (
        "{first}부터 {last}까지는 거래일이 없습니다. --from 을 --to 보다 이르게 적고, "
        "휴장일만 있는 기간이 아닌지 확인하세요."
    ),
    "replay_beyond_bars": (
        "{last}까지 재생하려 하지만 일봉은 {newest}까지만 있습니다. "
        "--to {newest} 로 줄이거나 새 일봉을 가져오세요(scripts/tools/import_bars.py)."
    ),
    "replay_progress_unreadable": (
        "재생하던 기록을 읽을 수 없습니다: {path}. --restart 를 붙여 처음부터 다시 "
        "재생하세요."
    ),
    "replay_does_not_reconcile": (
        "{session} 재생에서 장부가 맞지 않아 멈췄습니다({what}: 체결 기록으로는 "
        "{journal}, 계좌에는 {account}). 프로그램의 잘못이니 그 폴더와 함께 "
        "알려 주세요."
    ),
}
