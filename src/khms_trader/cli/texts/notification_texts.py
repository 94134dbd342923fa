"""Telegram and the outbox: what a person must mend for messages to arrive."""

from typing import Final

NOTIFICATION_TEXTS: Final = {
    "telegram_token_refused": (
        "텔레그램이 봇 토큰을 받아 주지 않아 알림을 보내지 못합니다. BotFather에서 "
        "토큰을 확인해 secrets.yaml의 telegram.token을 고친 뒤 다시 시작하세요. "
        "그동안의 알림은 보관됩니다."
    ),
    "telegram_no_answer": (
        "텔레그램이 답하지 않습니다({reason}). 인터넷 연결을 확인하세요. 알림은 "
        "연결될 때까지 보관했다가 보냅니다."
    ),
    "telegram_chat_unreachable": (
        "텔레그램 대화방에 보낼 수 없습니다. 봇에게 /start를 보냈는지, 봇을 막지 "
        "않았는지, secrets.yaml의 telegram.chat_id가 맞는지 확인한 뒤 다시 "
        "시작하세요. 그동안의 알림은 보관됩니다."
    ),
    "telegram_poller_twice": (
        "다른 프로그램이 같은 텔레그램 봇의 명령을 받고 있어 이 프로그램은 명령을 "
        "받지 못합니다. 하나만 남기고 끄세요. 5분마다 다시 시도합니다."
    ),
    "telegram_poller_elsewhere": (
        "이 컴퓨터의 다른 실행이 텔레그램 명령을 받고 있습니다. 그 실행이 끝나면 "
        "이어받습니다. 알림은 그대로 보냅니다."
    ),
    "telegram_webhook_set": (
        "텔레그램 봇에 웹훅이 걸려 있어 명령을 받지 못합니다. 봇의 웹훅을 "
        "지우세요(deleteWebhook). 5분마다 다시 시도합니다."
    ),
    "outbox_unusable": (
        "알림 보관 파일을 쓸 수 없습니다: {path} ({reason}). 이번 실행의 알림은 "
        "메모리에서만 보내며 매매에는 영향이 없습니다. 디스크 공간과 쓰기 권한을 "
        "확인하세요."
    ),
    "outbox_too_new": (
        "알림 보관 파일이 더 새로운 판({version})으로 만들어졌습니다: {path}. "
        "khms_trader를 새 판으로 올리세요. 그때까지 알림은 메모리에서만 보냅니다."
    ),
}
