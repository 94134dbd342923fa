"""What is wrong with settings, secrets or the home folder, and how to mend it.

Problems of the two files know ``where`` (file and line), ``key``, ``expected``,
``low``, ``high``, ``first_line``, ``column``, and three phrases that may be empty:
``now`` (the value as written), ``meant`` (the nearest key or value), ``example``.
"""

from typing import Final

# What ``base_url`` may be, in one wording wherever another address is refused.
ADDRESS_RULE: Final = (
    "공식 주소 그대로나 이 컴퓨터의 연습 서버 주소만(비워 두면 공식 서버)"
)
ADDRESS_EXAMPLE: Final = "http://127.0.0.1:29443"

HOME_TEXTS: Final = {
    "home_not_found": (
        "settings.yaml이 있는 폴더를 찾지 못했습니다(찾기 시작한 곳: {path}). "
        "프로젝트 폴더에서 실행하거나 환경 변수 {variable}에 그 폴더를 적으세요."
    ),
    "home_misspelt": (
        "settings.yaml을 찾지 못했지만 비슷한 이름의 파일이 있습니다: {found}. "
        "이름을 settings.yaml로 바꾸세요."
    ),
    "home_invalid": (
        "환경 변수 {variable}에 적힌 폴더가 없습니다: {path}. "
        "폴더를 만들거나 {variable} 값을 고치세요."
    ),
    "home_unreadable": (
        "폴더를 읽을 수 없습니다: {path} ({reason}). 폴더의 읽기 권한을 확인하세요."
    ),
    "settings_missing": (
        "설정 파일이 없습니다: {path}. "
        "프로젝트에 들어 있는 settings.yaml을 이 폴더에 복사하세요."
    ),
    "settings_misspelt": (
        "설정 파일이 없습니다: {path}. 비슷한 이름의 파일이 있습니다: {found}. "
        "이름을 settings.yaml로 바꾸세요."
    ),
    "settings_ambiguous": (
        "설정 파일이 두 개라 어느 것을 쓸지 알 수 없습니다: {path}, {found}. "
        "값을 settings.yaml 하나에 모으고 다른 파일은 지우세요."
    ),
    "secrets_misspelt": (
        "비밀 정보 파일의 이름이 다릅니다: {found}. secrets.yaml로 바꾸세요. "
        "다른 이름은 git이 무시하지 않아 밖으로 새어 나갈 수 있습니다."
    ),
}

ARGUMENT_TEXTS: Final = {
    "at_not_allowed": (
        "--at 은 paper 계좌와 이 컴퓨터의 연습 서버에서만 쓸 수 있습니다"
        "(지금: {provider}). --at 없이 실행하세요."
    ),
    "dashboard_option_unreadable": (
        "대시보드가 모르는 인수입니다: {text}. 시각을 주려면 streamlit run "
        "scripts/run_dashboard.py -- --at 2026-03-04T09:01 처럼 적으세요."
    ),
}

KIS_CONFIG_TEXTS: Final = {
    "kis_data_needs_account": (
        "data.source: kis 는 paper 계좌에서 쓸 수 없습니다. settings.yaml 의 "
        "data.source 를 auto, sample, store 가운데 하나로 바꾸거나 broker.provider 를 "
        "korea_invest 로 바꾸세요."
    ),
    "kis_keys_missing": (
        "secrets.yaml에 korea_invest.{env} 의 app_key, app_secret, account_no 가 "
        "모두 있어야 합니다. 채우거나(secrets.example.yaml 참고), settings.yaml 의 "
        "broker.provider 를 paper 로 두세요."
    ),
    "kis_quotes_mixed": (
        "계좌({account})와 시세({quotes})의 서버가 서로 다른 시장입니다. "
        "secrets.yaml 의 base_url 을 둘 다 연습 서버로 하거나 둘 다 지우세요."
    ),
}

_BOTH_FILES: Final = {
    "unknown_key": "{where}: 모르는 키입니다: {key}.{meant} 고치거나 그 줄을 지우세요.",
    "duplicate_key": (
        "{where}: 같은 키가 {first_line}행에도 있습니다: {key}. 하나만 남기세요."
    ),
    "wrong_type": "{where}: {key}에는 {expected} 적으세요{now}.",
    "out_of_range": (
        "{where}: {key} 값은 {low} 이상 {high} 이하로 적어야 합니다{now}."
    ),
    "not_allowed": "{where}: {key}에 적을 수 있는 값은 {expected}입니다{now}.{meant}",
    "needs_quotes": (
        "{where}: {key} 값을 따옴표로 감싸세요{example}. "
        "따옴표가 없으면 앞자리 0이 사라집니다."
    ),
    "not_yaml": (
        "{where} {column}번째 글자 근처를 읽을 수 없습니다. "
        "그 줄과 윗줄의 들여쓰기, 따옴표, 콜론 뒤 빈칸을 확인하세요."
    ),
    "has_tab": "{where}: 들여쓰기에 탭이 있습니다. 빈칸으로 바꾸세요.",
    "not_utf8": (
        "{where}: UTF-8이 아닌 글자가 있습니다. 편집기에서 인코딩을 UTF-8로 골라 "
        "다시 저장하세요."
    ),
    "too_large": (
        "{where}: 파일이 너무 크거나 너무 깊게 겹쳐 있습니다. 필요한 키만 남기세요."
    ),
    "unreadable": "{where}: 파일을 읽을 수 없습니다. 파일의 읽기 권한을 확인하세요.",
}

PROBLEM_TEXTS: Final = {
    **{f"settings_{fault}": text for fault, text in _BOTH_FILES.items()},
    **{f"secrets_{fault}": text for fault, text in _BOTH_FILES.items()},
    "settings_holds_secrets": (
        "{where}: 비밀 정보는 settings.yaml에 둘 수 없습니다: {key}. "
        "secrets.yaml로 옮기세요."
    ),
    "settings_incomplete": (
        "{where}: sizing이 cash_per_trade이면 {key}에 한 종목에 쓸 금액(원)을 "
        "적어야 합니다."
    ),
    "settings_conflict": (
        "{where}: 같은 날짜가 closed에도, open이나 times에도 있습니다: {key}. "
        "한 곳에만 적으세요."
    ),
    "secrets_incomplete": (
        "{where}: {key} 값이 비어 있어 이 묶음은 쓰지 않습니다. 값을 채우거나 "
        "묶음을 지우세요."
    ),
    "secrets_conflict": (
        "{where}: {key} 값이 account_no 뒤의 두 자리와 다릅니다. 하나로 맞추세요."
    ),
    "secrets_readable_by_others": (
        "{where}: 이 컴퓨터의 다른 사용자도 읽을 수 있습니다. 다음을 실행하세요: "
        "chmod 600 {path}"
    ),
}

# With their particles: what is to be written, and one example of it.
EXPECTED_WORDS: Final = {
    "integer": ("쉼표와 따옴표 없는 정수를", "60"),
    "number": ("따옴표 없는 숫자를", "14.7"),
    "text": ("글자를", '"trend_momentum"'),
    "list": ("목록을", '["005930", "0007C0"]'),
    "mapping": ("한 단계 들여 쓴 '키: 값'을", "  max_positions: 8"),
    "scalar": ("숫자나 글자 하나를", "20"),
    "symbol": ("여섯 자리 종목코드를", '"005930"'),
    "date": ("있는 날짜를", "2026-11-19"),
    "hours": ("시작과 끝 시각을", '"10:00-16:30"'),
    "switch": ("참과 거짓 가운데 하나를", "true"),
    "key": ("빈칸과 한글이 없는 8자 이상의 값을", ""),
    "account_no": ("여덟 자리 계좌번호를 따옴표로 감싸", '"12345678"'),
    "product_code": ("두 자리 상품코드를 따옴표로 감싸", '"01"'),
    "chat_id": ("대화방 번호나 @이름을", '"123456789"'),
    "address": (ADDRESS_RULE, ADDRESS_EXAMPLE),
    "loopback": (
        "이 컴퓨터에서 도는 서버의 주소만(비워 두면 공식 서버)",
        "http://127.0.0.1:8081",
    ),
}
CHOICE_WORDS: Final = {"number": "숫자"}
