"""Files and folders of ours: plans, journal, paper book, locks."""

from typing import Final

STORAGE_TEXTS: Final = {
    "disk_full": (
        "디스크가 가득 차 쓰지 못했습니다: {path}. 원래 파일은 그대로입니다. "
        "공간을 비운 뒤 다시 실행하세요."
    ),
    "salt_damaged": (
        "계좌 이름을 만드는 파일이 손상되었습니다: {path}. 백업에서 되돌리세요. 지우면 "
        "모든 계좌가 새 계좌로 보여 다시 확인(--confirm-first-run)해야 합니다."
    ),
    "not_writable": (
        "쓸 수 없습니다: {path}. 원래 파일은 그대로입니다. 폴더의 쓰기 권한과, "
        "다른 프로그램이 파일을 열고 있는지 확인하세요."
    ),
    "not_readable": (
        "읽을 수 없습니다: {path} ({reason}). 파일과 폴더의 읽기 권한을 확인하세요."
    ),
    "write_failed": (
        "쓰지 못했습니다: {path} ({reason}). 원래 파일은 그대로입니다. "
        "디스크를 확인한 뒤 다시 실행하세요."
    ),
    "no_room_for_a_copy": (
        "계좌를 복사해 읽을 임시 폴더에 쓸 수 없습니다({reason}). 디스크 공간과 임시 "
        "폴더의 쓰기 권한을 확인하세요. 원래 기록은 그대로입니다."
    ),
    "plans_unreadable": (
        "계획 폴더를 읽을 수 없습니다: {path} ({reason}). 폴더의 읽기 권한을 "
        "확인하세요."
    ),
    "state_busy": (
        "다른 실행이 계좌 기록을 쓰는 중이라 복사하지 못했습니다: {path}. "
        "그 실행이 끝난 뒤 다시 실행하세요."
    ),
    "already_running": (
        "다른 실행이 진행 중입니다({purpose}, 프로세스 {pid}). 끝난 뒤 다시 실행하세요."
    ),
    "journal_damaged": (
        "주문 기록이 깨져 {kept}에 따로 보관했습니다: {path} ({reason}). 주문 "
        "내역을 증권사 앱에서 확인하고, 백업이 있으면 그 자리에 되돌린 뒤 다시 "
        "실행하세요."
    ),
    "journal_not_writable": (
        "주문 기록을 쓸 수 없어 주문하지 않습니다: {path} ({reason}). "
        "디스크 공간과 쓰기 권한을 확인하세요."
    ),
    "journal_too_new": (
        "주문 기록이 더 새로운 판({version})으로 만들어졌습니다: {path}. "
        "khms_trader를 새 판으로 올리세요."
    ),
    "journal_of_another_account": (
        "다른 계좌({found})의 주문 기록이라 계좌 {account}에 쓰지 않습니다: {path}. "
        "폴더를 통째로 복사했다면 이 파일을 다른 곳으로 옮긴 뒤 다시 실행하세요."
    ),
    "journal_order_missing": (
        "주문 기록에 없는 주문입니다: {symbol}. 로그를 확인하고 증권사 앱의 주문 "
        "내역과 맞춰 보세요."
    ),
    "journal_row_unreadable": (
        "주문 기록에 읽을 수 없는 줄이 있습니다({kind}). 로그를 확인하세요."
    ),
    "journal_step_refused": (
        "주문 기록이 있을 수 없는 상태 변화를 거부했습니다: {path} ({reason}). "
        "로그를 확인하세요."
    ),
    "paper_book_unusable": (
        "paper 계좌 장부를 쓸 수 없습니다: {path} ({reason}). 권한을 확인하세요. "
        "깨진 장부라면 그 폴더를 다른 이름으로 옮기면 새 계좌로 시작합니다."
    ),
    "paper_book_not_writable": (
        "연습 계좌 파일에 쓸 수 없습니다: {path} ({reason}). 디스크 공간과 쓰기 "
        "권한을 확인하고 다시 실행하세요. 파일은 그대로 두세요."
    ),
    "paper_journal_differs": (
        "연습 계좌와 장부가 서로 맞지 않습니다: 계좌에는 주문이 {in_book}건, "
        "장부에는 {in_journal}건입니다. 둘 중 하나를 지우거나 옛것으로 바꾼 듯합니다. "
        "{folder} 폴더를 통째로 백업에서 되돌리거나, 통째로 지워 처음부터 시작하세요."
    ),
}
