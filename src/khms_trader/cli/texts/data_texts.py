"""Bars, universe, calendar and the generated market."""

from typing import Final

DATA_TEXTS: Final = {
    "bars_missing": (
        "일봉 파일이 없습니다: {path}. "
        "scripts/tools/import_bars.py 로 가지고 있는 일봉을 먼저 가져오세요."
    ),
    "bars_unreadable": (
        "일봉 파일을 읽을 수 없습니다: {path} ({reason}). "
        "파일을 치우고 scripts/tools/import_bars.py 로 다시 가져오세요."
    ),
    "bars_mixed": (
        "일봉 파일의 내용({found})이 이름({wanted})과 다릅니다: {path}. "
        "출처나 가격 기준이 다른 일봉은 섞지 않습니다. 파일을 치우고 다시 가져오세요."
    ),
    "bars_start_later": (
        "{until}까지의 일봉이 하나도 없습니다: {path}. "
        "그 앞의 일봉을 가져오거나 더 늦은 날짜로 실행하세요."
    ),
    "bars_locked": (
        "다른 실행이 같은 일봉을 갱신하고 있어 기다렸지만 {minutes}분 동안 아무것도 "
        "저장되지 않았습니다: {path}. 그 실행이 끝난 뒤 다시 실행하세요. 멈춘 "
        "실행이라면 그것을 끝내면 바로 풀립니다."
    ),
    "bars_session_missing": (
        "{session} 거래일의 일봉이 없습니다(가장 새 일봉: {newest}): {path}. "
        "scripts/tools/import_bars.py 로 그날까지 가져오세요."
    ),
    "bars_not_up_to_date": (
        "{asof} 거래일의 일봉이 아직 없습니다(가장 새 일봉: {newest}). "
        "일봉을 그날까지 가져온 뒤 다시 실행하세요."
    ),
    "bars_too_many_missing": (
        "유니버스 {universe}종목 가운데 {missing}종목의 일봉이 없어 계획을 만들지 "
        "않았습니다(허용 {allowed} %). 일봉을 다시 가져오거나 "
        "data.max_missing_pct 를 조정하세요."
    ),
    "nothing_imported": (
        "가져올 수 있는 일봉이 하나도 없었습니다: {path}. 위에 적힌 파일별 이유를 "
        "확인하세요."
    ),
    "path_missing": "파일이나 폴더가 없습니다: {path}. 경로를 확인하세요.",
    "basis_unknown": (
        "수정주가인지 원주가인지 알 수 없습니다: {path}. "
        "--basis adjusted 또는 --basis raw 를 붙여 다시 실행하세요."
    ),
    "universe_unreadable": (
        "유니버스 파일을 읽을 수 없습니다: {path} {line}행(내용: {value}). "
        "그 줄을 고치거나 파일을 지우면 새로 만듭니다."
    ),
    "universe_is_own": (
        "직접 만든 유니버스 파일이 있어 덮어쓰지 않았습니다: {path}. "
        "새로 만들려면 그 파일을 옮기세요."
    ),
    "sample_before_epoch": (
        "연습용 시장은 {epoch}에 시작합니다. {asked}에는 시장이 없으니 그 뒤의 "
        "날짜로 실행하세요."
    ),
    "not_a_session": (
        "{day}은 거래일이 아닙니다. 달력이 틀렸다면 settings.yaml 의 "
        "calendar.open 에 적으세요."
    ),
    "calendar_contradiction": (
        "calendar.closed 와 calendar.open 에 같은 날짜가 있습니다: {days}. "
        "한 곳에만 적으세요."
    ),
    "hours_reversed": (
        "calendar.times 의 시작 시각({open})이 끝 시각({close})보다 늦습니다. "
        "시각을 바꾸세요."
    ),
}
