"""What the check-up found, and what to do about it."""

from typing import Final

_INSTALL: Final = (
    "프로젝트 폴더에서 다음을 실행하세요: pip install -e . -c constraints.txt"
)

DOCTOR_TEXTS: Final = {
    # Making a home.
    "init_secrets_exist": (
        "secrets.yaml 이 이미 있어 연습용 키를 만들지 않았습니다: {path}. 아무것도 "
        "바꾸지 않았습니다. 새 폴더를 KHMS_HOME 으로 정하고 다시 실행하세요."
    ),
    "init_texts_missing": (
        "배포본 settings.yaml 과 secrets.example.yaml 을 찾지 못했습니다({path}). "
        "받은 프로젝트 폴더의 scripts/tools/doctor.py 를 실행하세요."
    ),
    "practice_needs_init": "--practice 는 --init 과 함께 씁니다.",
    # This machine.
    "check_python_fits": "파이썬 {version} 입니다.",
    "check_python_too_old": (
        "파이썬 {version} 은 오래되었습니다. 3.11 이상을 설치하고 다시 설치하세요."
    ),
    "check_packages_fit": "필요한 패키지가 모두 맞는 판으로 있습니다.",
    "check_package_missing": (
        f"{{name}} 패키지({{least}} 이상)가 없습니다. {_INSTALL}."
    ),
    "check_package_too_old": (
        "{name} {version} 은 오래되었습니다({least} 이상이 필요합니다). "
        f"{_INSTALL}."
    ),
    "check_packages_unknown": (
        f"설치된 기록이 없어 패키지를 확인하지 못했습니다. {_INSTALL}."
    ),
    "check_disk_fits": "빈 공간이 {free} 있습니다.",
    "check_disk_low": "빈 공간이 {free} 뿐입니다. 안 쓰는 파일을 정리하세요.",
    "check_disk_full": (
        "빈 공간이 {free} 뿐이라 주문 기록을 쓰지 못할 수 있습니다. 주문하기 전에 "
        "공간을 비우세요."
    ),
    # The home and its files.
    "check_home_found": "{path} 폴더를 씁니다.",
    "check_folders_fit": "실행이 쓰는 폴더 {count}개에 모두 쓸 수 있습니다.",
    "check_folders_missing": (
        "아직 없는 폴더: {names}. 처음 쓸 때 저절로 만듭니다. 지금 만들려면 "
        "doctor.py --init 을 실행하세요."
    ),
    "check_folder_not_writable": (
        "{path} 폴더에 쓸 수 없습니다({reason}). 폴더의 쓰기 권한과 디스크를 "
        "확인하세요."
    ),
    "check_settings_fit": (
        "읽었습니다. broker.provider: {provider}, broker.env: {env}, "
        "data.source: {source}."
    ),
    "check_secrets_not_needed": (
        "secrets.yaml 이 없습니다. paper 만 쓰면 없어도 됩니다."
    ),
    "check_secrets_missing": (
        "secrets.yaml 이 없습니다. doctor.py --init 으로 만든 뒤 {blocks} 에 값을 "
        "채우세요."
    ),
    "check_secrets_empty": (
        "settings.yaml 의 {setting} 에 필요한 값이 없습니다. secrets.yaml 의 "
        "korea_invest: 아래에 {block}: 묶음을 두고(secrets.example.yaml 참고) app_key, "
        "app_secret, account_no 에 KIS Developers 에서 받은 값을 적으세요. "
        '"..." 은 빈 값입니다.'
    ),
    "check_secrets_fit": "채워진 묶음: {blocks}.",
    "check_secrets_unused": ("아직 채운 묶음이 없습니다. 지금 설정에는 없어도 됩니다."),
    "check_secrets_absent": "secrets.yaml 이 없어 볼 것이 없습니다.",
    "check_mode_fits": "본인만 읽을 수 있습니다({mode}).",
    "check_mode_unknown": (
        "Windows 에서는 보지 않습니다. 사용자 폴더 아래에 두면 본인만 읽습니다."
    ),
    "check_git_fits": "git 이 secrets.yaml 을 무시합니다.",
    "check_git_absent": "git 저장소 안이 아닙니다.",
    "check_git_tracks": (
        "git 이 비밀 정보를 추적합니다: {path}. git rm --cached secrets.yaml 로 "
        "빼고, 이미 올렸다면 KIS Developers 에서 앱키를 새로 받으세요."
    ),
    "check_git_not_ignored": (
        "git 이 secrets.yaml 을 무시하지 않습니다. .gitignore 에 secrets.yaml 한 "
        "줄을 적으세요."
    ),
    "check_git_silent": (
        "git 에 물어볼 수 없어 확인하지 못했습니다. secrets.yaml 이 올라가지 않게 "
        "하세요."
    ),
    "check_file_failed": (
        "{path} 을(를) 볼 수 없습니다({reason}). 파일과 폴더의 권한을 확인하세요."
    ),
    # The broker.
    "check_only_paper": "paper 계좌라 한국투자증권에 접속하지 않습니다.",
    "check_offline": "--offline 이라 접속하지 않았습니다.",
    "check_practice_later": (
        "연습 서버를 아직 열지 않았습니다. run_kis_simulator.py 를 실행한 뒤 "
        "doctor.py 를 다시 실행하세요. --follow-client 로 연 서버는 접속한 프로그램의 "
        "시각을 따르니, 다른 명령에 주는 것과 같은 --at 을 doctor.py 에도 주세요."
    ),
    "check_blocked": "{cause} 문제를 고친 뒤에 볼 수 있습니다.",
    "check_keys_fit": "{block} 의 키로 {address} 에 접속합니다.",
    "check_keys_practice": "{block} 의 키로 연습 서버 {address} 에 접속합니다.",
    "check_keys_real": (
        "{block} 의 키로 실전 서버 {address} 에 접속합니다. 읽기만 하며, 실전 주문은 "
        "아직 지원하지 않아 거절합니다."
    ),
    "check_token_fits": "{issued} 에 받은 토큰을 {expires} 까지 씁니다.",
    "check_practice_closed": (
        "연습 서버 {address} 가 열려 있지 않습니다. 다른 창에서 "
        "scripts/tools/run_kis_simulator.py 를 실행하세요."
    ),
    "check_balance_read": (
        "읽었습니다. 보유 {count}종목, 예수금 {cash}원, 주문 가능 {spendable}원."
    ),
    "check_shares_fit": "없습니다. 전략이 관리하는 {count}종목이 잔고와 맞습니다.",
    "check_shares_fewer": (
        "{symbol}: 전략 기록은 {managed}주인데 잔고는 {held}주입니다. 손으로 팔았다면 "
        "그대로 두세요: 장이 끝난 뒤 prepare 가 기록을 잔고에 맞춥니다. 팔지 않았다면 "
        "증권사 앱에서 확인하세요."
    ),
    "check_shares_more": (
        "{symbol}: 전략 기록은 {managed}주인데 잔고는 {held}주입니다. 분할이나 "
        "무상증자로 늘었다면 scripts/tools/sell_out_legacy.py --adopt {symbol} 로 "
        "편입하세요. 손으로 샀다면 그대로 두어도 전략은 그만큼을 팔지 않습니다."
    ),
    "check_paper_not_begun": (
        "paper 계좌가 아직 없습니다. 처음 prepare 를 실행할 때 만듭니다."
    ),
    "check_clock_fits": "서버의 시각과 {seconds}초 차이입니다.",
    "check_clock_off": (
        "서버의 시각과 {seconds}초 차이가 납니다. 5초를 넘으면 주문하지 않으니 "
        "컴퓨터 시각을 인터넷과 자동으로 맞추세요."
    ),
    "check_clock_wrong": (
        "서버의 시각과 {seconds}초 차이가 나 주문이 거부됩니다. 컴퓨터 시각을 "
        "인터넷과 자동으로 맞추세요."
    ),
    "check_clock_not_practice": (
        "연습 서버의 시각과 {seconds}초 차이가 나 주문이 거부됩니다. 연습 서버와 "
        "같은 --at 을 주거나, 연습 서버를 --follow-client 로 여세요."
    ),
    "check_clock_shifted": "--at 을 주어 시각을 견주지 않습니다.",
    "check_clock_practice": "연습 서버와 같은 시각입니다.",
    "check_clock_unknown": "서버의 시각을 받지 못해 견주지 못했습니다.",
    "check_validity_fits": (
        "{first} 에 처음 썼습니다({days}일째). 모의투자 계좌는 90일 동안 씁니다."
    ),
    "check_validity_short": (
        "{first} 에 처음 써서 {days}일째입니다. 모의투자 계좌는 90일이면 끝납니다. "
        "다시 신청하면 계좌번호와 앱키가 바뀌니 secrets.yaml 도 고치세요."
    ),
    "check_validity_over": (
        "{first} 에 처음 써서 {days}일이 지났습니다. 90일이 지난 모의투자 계좌는 "
        "주문할 수 없습니다. 다시 신청했다면 새 계좌번호와 앱키를 적으세요."
    ),
    "check_validity_unknown": (
        "이 계좌를 쓴 기록이 아직 없습니다. 모의투자 계좌는 90일 동안 씁니다."
    ),
    "check_validity_only_virtual": "모의투자 계좌에서만 봅니다.",
    # Calendar, bars, costs, messages.
    "check_calendar_fits": (
        "{last} 까지의 휴장일을 압니다. 다음 거래일은 {next} 입니다."
    ),
    "check_calendar_short": (
        "휴장일을 {last} 까지만 압니다({days}일 남음). 프로그램을 최신판으로 바꾸세요."
    ),
    "check_calendar_over": (
        "휴장일을 {last} 까지만 압니다. 그 뒤는 짐작이니 프로그램을 최신판으로 바꾸고, "
        "급하면 쉬는 날을 settings.yaml 의 calendar.closed 에 적으세요."
    ),
    "check_bars_made": "만들어 낸 연습 시세라 늘 최신입니다.",
    "check_bars_none": "아직 없습니다. prepare 를 실행하면 받습니다.",
    "check_bars_fresh": "{newest} 까지 있습니다.",
    "check_bars_behind": (
        "{newest} 까지 있어 {behind}거래일 뒤입니다. prepare 를 실행하면 받습니다."
    ),
    "check_bars_stale": (
        "{newest} 까지만 있어 {behind}거래일 뒤입니다. 새 일봉을 "
        "scripts/tools/import_bars.py 로 가져오세요."
    ),
    "check_costs_fit": "설정한 비용이 알려진 요율과 같습니다.",
    "check_costs_differ": "계산에 쓰는 비용이 실제와 다릅니다. {note}",
    "check_telegram_on": "켜져 있고 값이 채워져 있습니다. 접속하지는 않았습니다.",
    "check_telegram_reached": (
        "봇 @{bot} 이 {chat} 대화를 찾았습니다. 메시지는 보내지 않았습니다."
    ),
    "check_telegram_off": "꺼져 있습니다. 알림을 보내지 않습니다.",
    # The account's files.
    "check_databases_fit": "기록 파일 {count}개를 끝까지 읽었고 이상이 없습니다.",
    "check_databases_none": "아직 기록이 없습니다. 처음 쓸 때 만듭니다.",
    "check_database_fits": "이상이 없습니다: {path}.",
    "database_damaged": (
        "기록이 깨졌습니다: {path} ({reason}). 지우지 말고 백업이 있으면 되돌리세요. "
        "주문 내역은 증권사 앱에서 확인하세요."
    ),
    "check_locks_free": "지금 실행 중인 작업이 없습니다.",
    "check_lock_held": (
        "{account} 계좌에서 {purpose} 작업이 실행 중입니다(프로세스 {pid}). 끝날 "
        "때까지 다른 작업은 시작하지 않습니다."
    ),
    "check_not_halted": "정지(HALT) 상태가 아닙니다.",
    "check_halted": (
        "정지(HALT) 상태라 아무 주문도 나가지 않습니다. 원인을 확인한 뒤 "
        "scripts/tools/halt.py off 로 푸세요(정지 파일: {path})."
    ),
    "check_halted_because": (
        "정지(HALT) 상태라 아무 주문도 나가지 않습니다. 정지한 이유: {reason}. 원인을 "
        "확인한 뒤 scripts/tools/halt.py off 로 푸세요(정지 파일: {path})."
    ),
    "check_failed": (
        "점검하다가 예상하지 못한 오류가 났습니다({kind}). logs/khms_trader.log 를 "
        "확인하세요."
    ),
}
