"""What a broker says to one order, and which broker can be used."""

from typing import Final

from khms_trader.cli.texts.config_texts import ADDRESS_EXAMPLE, ADDRESS_RULE

BROKER_TEXTS: Final = {
    "port_taken": (
        "포트 {port} 을(를) 열 수 없습니다. 다른 프로그램이 쓰고 있으면 --port 에 "
        "다른 번호를 주세요."
    ),
    "download_failed": (
        "파일을 내려받지 못했습니다: {url} ({reason}). 인터넷 연결을 확인하고 잠시 뒤 "
        "다시 실행하세요."
    ),
    "order_halted": (
        "{symbol}: 정지(HALT) 상태라 주문하지 않았습니다. 원인을 확인한 뒤 정지를 "
        "푸세요."
    ),
    "halted_because": (
        "정지(HALT) 상태라 주문하지 않습니다. 정지한 이유: {reason}. 원인을 확인한 뒤 "
        "scripts/tools/halt.py off 로 푸세요(정지 파일: {path})."
    ),
    "nothing_to_cancel": (
        "주문 {number}: 취소할 수 있는 남은 수량이 없습니다. 이미 체결되었거나 "
        "취소·만료된 주문인지 주문 내역을 확인하세요."
    ),
    "rehearsal_keeps_real_order": (
        "주문 {number}: 드라이런은 계좌에 있는 실제 주문을 취소하지 않습니다. "
        "취소하려면 증권사 앱에서 직접 취소하세요."
    ),
    "market_closed": "{symbol}: 장이 열려 있지 않아 주문이 거부되었습니다.",
    "unknown_symbol": "{symbol}: 없는 종목이라 주문이 거부되었습니다.",
    "symbol_halted": "{symbol}: 거래정지 종목이라 주문이 거부되었습니다.",
    "price_not_allowed": (
        "{symbol}: 호가 단위나 가격제한폭에 맞지 않아 주문이 거부되었습니다({price}원)."
    ),
    "not_enough_cash": "{symbol}: 주문 가능 현금이 모자라 주문이 거부되었습니다.",
    "not_enough_shares": "{symbol}: 매도 가능 수량이 모자라 주문이 거부되었습니다.",
    # Addresses, keys and pace, refused before anything is sent.
    "kis_address_refused": (
        "한국투자증권 주소로 쓸 수 없습니다: {address}. secrets.yaml 의 base_url 에는 "
        f"{ADDRESS_RULE} 적으세요(예: {ADDRESS_EXAMPLE})."
    ),
    "kis_key_garbled": (
        "secrets.yaml 의 {key} 값에 빈칸이나 쓸 수 없는 글자가 있습니다. KIS "
        "Developers 에서 다시 복사해 한 줄로 적으세요."
    ),
    "kis_pace_refused": (
        "요청 간격이 한국투자증권 허용 한도보다 짧습니다. settings.yaml 의 kis 간격을 "
        "{shortest}초보다 길게 적으세요."
    ),
    "kis_call_not_allowed": (
        "이 연결로는 부를 수 없는 기능이라 보내지 않았습니다: {call}. 시세용 키와 "
        "주문용 키를 바꿔 쓰지 않았는지 설정을 확인하세요."
    ),
    "kis_real_orders_refused": (
        "실전 주문은 아직 지원하지 않아 보내지 않았습니다. settings.yaml 의 broker.env "
        "를 virtual 로 두세요."
    ),
    "kis_gate_stuck": (
        "다른 실행이 요청 순서 파일을 놓지 않습니다: {path}. 멈춘 실행이 있으면 끝낸 "
        "뒤 다시 실행하세요."
    ),
    # The access token.
    "kis_keys_refused": (
        "한국투자증권이 앱키나 앱시크릿을 받아 주지 않습니다({vendor_code}: "
        "{message}). secrets.yaml 의 app_key, app_secret 을 KIS Developers 의 값과 "
        "비교하세요. 모의투자를 다시 신청했다면 앱키도 새로 받아야 합니다."
    ),
    "kis_token_too_often": (
        "접근토큰은 1분에 한 번만 발급됩니다({vendor_code}). 같은 앱키를 쓰는 다른 "
        "프로그램을 멈추고 몇 분 뒤에 다시 실행하세요."
    ),
    "kis_token_locked": (
        "다른 실행이 접근토큰을 받는 중인데 끝나지 않습니다: {path}. 그 실행이 끝난 뒤 "
        "다시 실행하세요."
    ),
    "kis_token_garbled": (
        "한국투자증권이 읽을 수 없는 접근토큰을 보냈습니다. 잠시 뒤 다시 실행하세요."
    ),
    "kis_token_expired": (
        "접근토큰 기간이 끝나 요청이 처리되지 않았습니다({vendor_code}). 새 토큰을 "
        "받고 다시 보냅니다."
    ),
    "kis_token_invalid": (
        "접근토큰이 유효하지 않아 요청이 처리되지 않았습니다({vendor_code}). 새 토큰을 "
        "받고 다시 보냅니다."
    ),
    "kis_token_not_accepted": (
        "새로 받은 접근토큰도 거절되었습니다({vendor_code}: {message}). 앱키와 서버"
        "(모의/실전)가 맞는지 확인하고, 몇 분 뒤에 다시 실행하세요."
    ),
    "kis_key_of_other_server": (
        "모의투자 앱키를 실전 서버에(또는 그 반대로) 보냈습니다({vendor_code}). "
        "settings.yaml 의 broker.env 와 secrets.yaml 의 앱키를 맞추세요."
    ),
    # Limits and rights.
    "kis_too_fast": (
        "초당 요청 한도를 넘어 처리되지 않았습니다({call}, {vendor_code}). 같은 앱키를 "
        "쓰는 다른 프로그램을 멈추거나 settings.yaml 의 kis 간격을 늘리세요."
    ),
    "kis_ledger_too_fast": (
        "증권사 원장의 초당 한도를 넘어 처리되지 않았습니다({call}, {vendor_code}). "
        "settings.yaml 의 kis.order_interval_sec 를 늘리세요."
    ),
    "kis_perhaps_too_fast": (
        "한국투자증권이 요청을 받지 않았습니다({call}, {vendor_code}: {message}). "
        "요청이 너무 잦을 때 오는 것으로 보입니다. 잠시 뒤 다시 실행하세요."
    ),
    "kis_no_right": (
        "이 앱키로는 쓸 수 없는 기능입니다({call}, {vendor_code}: {message}). KIS "
        "Developers 에서 계좌와 앱키의 신청 상태를 확인하세요."
    ),
    "kis_corporate_only": (
        "법인 고객에게만 해당하는 거절입니다({vendor_code}: {message}). 개인 계좌의 "
        "앱키인지 확인하세요."
    ),
    "kis_not_in_virtual": (
        "모의투자 서버에 없는 기능입니다: {call}. 실전 계좌에서만 쓸 수 있습니다."
    ),
    "kis_service_unknown": (
        "한국투자증권이 모르는 기능이라고 합니다({call}, {vendor_code}: {message}). "
        "거래 번호가 바뀌었을 수 있으니 프로그램을 최신판으로 바꾸세요."
    ),
    "kis_request_malformed": (
        "한국투자증권이 요청의 형식을 거절했습니다({call}, {vendor_code}: {message}). "
        "프로그램을 최신판으로 바꾸고, 그래도 같으면 로그와 함께 알려 주세요."
    ),
    # The account.
    "kis_account_mismatch": (
        "계좌번호와 앱키가 서로 맞지 않습니다({vendor_code}: {message}). secrets.yaml "
        "의 account_no 와 앱키를 확인하세요. 모의투자를 다시 신청하면 둘 다 바뀝니다."
    ),
    "kis_virtual_account_ended": (
        "모의투자 계좌로 주문할 수 없습니다({vendor_code}: {message}). 기간(90일)이 "
        "끝났는지 확인하고, 다시 신청했다면 새 계좌번호와 새 앱키를 적으세요."
    ),
    "kis_virtual_refused": (
        "모의투자 서버가 거절했습니다({vendor_code}: {message}). 모의투자 신청 상태와 "
        "주문 수량, 가격을 확인하세요."
    ),
    # No usable answer.
    # Waits that a person should know of; nothing is wrong yet.
    "kis_token_wait": (
        "접근토큰은 1분에 한 번만 발급됩니다. 최대 {most_seconds}초 기다립니다. 같은 "
        "앱키를 쓰는 다른 프로그램이 있으면 멈추세요."
    ),
    "kis_token_lock_wait": (
        "다른 실행이 접근토큰을 받는 중이라 최대 {most_seconds}초 기다립니다. 오래 "
        "걸리면 그 실행을 확인하세요."
    ),
    "kis_gate_wait": (
        "같은 앱키를 쓰는 다른 실행이 먼저 요청하는 중이라 최대 {most_seconds}초 "
        "기다립니다. 급하면 그 실행을 멈추세요."
    ),
    "kis_unreachable": (
        "한국투자증권 서버에 연결하지 못했습니다({call}). 인터넷 연결을 확인하세요. "
        "주말에는 서버가 점검 중일 수 있습니다."
    ),
    "kis_certificate_refused": (
        "서버의 인증서를 믿을 수 없어 연결하지 않았습니다({call}). 이 컴퓨터의 시각과, "
        "통신을 가로채는 보안 프로그램이 있는지 확인하세요."
    ),
    "kis_no_answer": (
        "한국투자증권 서버가 제때 답하지 않았습니다({call}). 잠시 뒤 다시 실행하세요."
    ),
    "kis_connection_cut": (
        "답을 받기 전에 연결이 끊겼습니다({call}). 잠시 뒤 다시 실행하세요."
    ),
    "kis_server_error": (
        "한국투자증권 서버에 오류가 났습니다({call}, HTTP {status}). 잠시 뒤 다시 "
        "실행하세요."
    ),
    "kis_server_trouble": (
        "한국투자증권 서버가 지금 처리하지 못합니다({call}, {vendor_code}: {message}). "
        "잠시 뒤 다시 실행하세요."
    ),
    "kis_order_path_trouble": (
        "한국투자증권의 주문 처리에 일시적인 오류가 났습니다({vendor_code}: "
        "{message}). 주문이 들어갔는지 HTS 나 MTS 에서 확인하세요."
    ),
    "kis_answer_empty": (
        "한국투자증권 서버가 빈 답을 보냈습니다({call}, HTTP {status}). 잠시 뒤 다시 "
        "실행하세요."
    ),
    "kis_answer_garbled": (
        "한국투자증권 서버의 답을 읽을 수 없습니다({call}, HTTP {status}). 잠시 뒤 "
        "다시 실행하세요."
    ),
    "kis_refused": (
        "한국투자증권이 거절했습니다({call}, {vendor_code}: {message}). 뜻이 알려지지 "
        "않은 거절이니 문구를 읽고, 필요하면 고객센터에 문의하세요."
    ),
    "practice_time_refused": (
        "연습 서버와 시각이 다릅니다({call}). {message} 대시보드는 streamlit run "
        "scripts/run_dashboard.py -- --at 시각 으로 시작합니다."
    ),
    "kis_list_changed": (
        "여러 쪽을 읽는 사이에 목록이 바뀌었습니다({call}). 다시 실행하세요."
    ),
    # One order.
    "kis_before_open": (
        "{symbol}: 장 시작 전이라 주문이 거부되었습니다({vendor_code}: {message}). "
        "09:00 이후에 다시 실행하세요."
    ),
    "kis_after_close": (
        "{symbol}: 장이 끝나 주문이 거부되었습니다({vendor_code}: {message}). 다음 "
        "거래일 09:00 이후에 실행하세요."
    ),
    "kis_not_a_session": (
        "{symbol}: 한국투자증권에 따르면 오늘은 거래일이 아닙니다({vendor_code}: "
        "{message}). 휴장일이면 settings.yaml 의 calendar.closed 에 날짜를 적으세요."
    ),
    "kis_quantity_refused": (
        "{symbol}: 주문 가능 수량을 넘어 거부되었습니다({vendor_code}: {message}). "
        "계좌의 보유 수량과 현금을 확인하세요."
    ),
    "kis_nothing_to_cancel": (
        "취소할 수량이 남아 있지 않습니다({vendor_code}). 이미 체결되었거나 취소된 "
        "주문입니다."
    ),
    # What the answers say, and do not.
    "kis_body_unreadable": (
        "한국투자증권의 답에서 {field} 항목을 읽을 수 없습니다({call}). 다시 실행하고, "
        "그래도 같으면 로그와 함께 알려 주세요."
    ),
    "kis_pages_changed": (
        "여러 쪽을 읽는 사이에 내용이 바뀌어 믿을 수 없습니다({call}). 다시 실행하세요."
    ),
    "kis_pages_endless": (
        "목록이 끝나지 않아 읽기를 그만두었습니다({call}). 잠시 뒤 다시 실행하세요."
    ),
    "kis_orders_hidden": (
        "{session} 주문 목록이 비어 왔지만 합계에는 주문이 있습니다. 목록을 믿지 않고 "
        "멈췄습니다. 잠시 뒤 다시 실행하세요."
    ),
    "kis_ack_unreadable": (
        "{symbol}: 주문은 접수되었으나 주문번호를 읽을 수 없습니다. 다음 실행이 결과를 "
        "확인합니다. 같은 주문을 손으로 다시 내지 마세요."
    ),
    "kis_quote_not_today": (
        "{symbol}: {session} 시세는 알 수 없습니다. 한국투자증권은 오늘 시세만 "
        "알려 줍니다."
    ),
    "kis_bars_repeated": (
        "한국투자증권이 {session} 일봉을 서로 다르게 두 번 보냈습니다. 잠시 뒤 다시 "
        "실행하세요."
    ),
    "kis_master_unavailable": (
        "종목 목록 파일을 받지 못했습니다: {url} ({reason}). 인터넷 연결과 "
        "settings.yaml 의 kis.master_url 을 확인하세요."
    ),
    "kis_master_unreadable": (
        "종목 목록 파일을 읽을 수 없습니다({line}행, {field}). 다시 받고, 그래도 "
        "같으면 로그와 함께 알려 주세요."
    ),
    "kis_master_empty": ("종목 목록 파일에 종목이 없습니다. 잠시 뒤 다시 실행하세요."),
}
