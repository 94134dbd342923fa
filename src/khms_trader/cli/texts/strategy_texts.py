"""Strategies, ours and the user's own; ``meant`` names the nearest word, if any."""

from typing import Final

STRATEGY_TEXTS: Final = {
    "strategy_unknown": (
        "모르는 전략입니다: {name}.{meant} 등록된 전략: {known}. 내 전략은 "
        "strategy.name 에 package.module:Class 로 적으세요."
    ),
    "strategy_not_importable": (
        "전략을 불러올 수 없습니다: {path} ({reason}). 모듈 이름과 그 파일이 있는 "
        "폴더를 확인하세요."
    ),
    "strategy_class_missing": (
        "{file} 안에 전략 클래스가 없습니다: {path}.{meant} 이름을 확인하세요."
    ),
    "strategy_not_usable": (
        "전략으로 쓸 수 없습니다: {path}. {member} 부분을 고치세요({reason})."
    ),
    "strategy_param_unknown": (
        "전략 {strategy}에 없는 값입니다: strategy.params.{name}.{meant} "
        "쓸 수 있는 값: {known}."
    ),
    "strategy_param_missing": (
        "전략 {strategy}에 꼭 필요한 값이 없습니다. settings.yaml 의 "
        "strategy.params 에 {name} 값을 적으세요."
    ),
    "strategy_param_invalid": (
        "strategy.params.{name} 값이 맞지 않습니다: {value}. 지켜야 할 것: {rule}."
    ),
    "strategy_params_refused": (
        "전략 {strategy}이 strategy.params 를 거부했습니다: {reason}. 값을 확인하세요."
    ),
    "strategy_bad_output": (
        "전략 {strategy}의 결과가 맞지 않습니다: {array}는 {expected}여야 하는데 "
        "{got}입니다. 전략 코드를 고치세요."
    ),
    "strategy_failed": (
        "전략 {strategy}을 계산하다 오류가 났습니다: {reason}. 전략 코드를 고치세요."
    ),
}
