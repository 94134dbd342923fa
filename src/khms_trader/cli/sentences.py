"""From an error's code and facts to the Korean sentence a person can act on.

The only way from an error to a reader. A code without a sentence is a defect, kept
out by a test; should one slip through, the reader still learns the code.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from khms_trader.cli.texts.broker_texts import BROKER_TEXTS
from khms_trader.cli.texts.config_texts import (
    ARGUMENT_TEXTS,
    CHOICE_WORDS,
    EXPECTED_WORDS,
    HOME_TEXTS,
    KIS_CONFIG_TEXTS,
    PROBLEM_TEXTS,
)
from khms_trader.cli.texts.data_texts import DATA_TEXTS
from khms_trader.cli.texts.doctor_texts import DOCTOR_TEXTS
from khms_trader.cli.texts.notification_texts import NOTIFICATION_TEXTS
from khms_trader.cli.texts.practice_texts import (
    CALL_WORDS,
    ON_PRACTICE,
    PRACTICE_TEXTS,
)
from khms_trader.cli.texts.replay_texts import REPLAY_TEXTS
from khms_trader.cli.texts.resolve_texts import RESOLVE_TEXTS
from khms_trader.cli.texts.schedule_texts import SCHEDULE_TEXTS
from khms_trader.cli.texts.sell_out_texts import SELL_OUT_TEXTS
from khms_trader.cli.texts.storage_texts import STORAGE_TEXTS
from khms_trader.cli.texts.strategy_texts import STRATEGY_TEXTS
from khms_trader.config.problems import SettingsProblem
from khms_trader.errors import KhmsTraderError
from khms_trader.planning.refusals import KOREAN
from khms_trader.planning.watchdog_texts import REASONS

SENTENCES: Final[Mapping[str, str]] = {
    **ARGUMENT_TEXTS,
    **HOME_TEXTS,
    **KIS_CONFIG_TEXTS,
    **PROBLEM_TEXTS,
    **STORAGE_TEXTS,
    **DATA_TEXTS,
    **STRATEGY_TEXTS,
    **BROKER_TEXTS,
    **PRACTICE_TEXTS,
    **REPLAY_TEXTS,
    **DOCTOR_TEXTS,
    **RESOLVE_TEXTS,
    **SELL_OUT_TEXTS,
    **NOTIFICATION_TEXTS,
    **SCHEDULE_TEXTS,
    **KOREAN,  # the gates keep their sentences beside their rules
}
_UNKNOWN_FACT: Final = "알 수 없음"


def sentence(error: KhmsTraderError) -> str:
    """Return what ``error`` means to its reader, the first problem if it has many."""
    return sentences(error)[0]


def sentences(error: KhmsTraderError) -> tuple[str, ...]:
    """Return one sentence per problem of ``error``; never none."""
    problems = error.facts.get("problems", ())
    if isinstance(problems, Sequence):
        each = [p for p in problems if isinstance(p, SettingsProblem)]
        if each:
            return tuple(problem_sentence(problem) for problem in each)
    nearest = str(error.facts.get("nearest") or "")
    return (_filled(error.code, {**error.facts, "meant": _perhaps(nearest)}),)


def code_sentence(code: str) -> str:
    """Return what an error of ``code`` means where only its code was kept.

    What would name a fact is left out; a gap filled with "unknown" frightens.
    """
    if code in REASONS:
        return f"{REASONS[code]}."
    told = SENTENCES.get(code, "").split(". ")
    whole = ". ".join(part.rstrip(".") for part in told if "{" not in part)
    ending = f"자세한 내용은 로그에 있습니다({code})."
    return f"{whole}. {ending}" if whole else f"오류가 났습니다. {ending}"


def problem_sentence(problem: SettingsProblem) -> str:
    """Return what one problem of settings.yaml or secrets.yaml means to its reader."""
    return _filled(problem.code, asdict(problem) | _phrases(problem))


def _phrases(problem: SettingsProblem) -> dict[str, str]:
    low, _, high = problem.expected.partition("~")
    line = f" {problem.line}행" if problem.line else ""
    wanted, example = EXPECTED_WORDS.get(problem.expected, ("", ""))
    choices = problem.expected.split(" | ")
    shown = {"예": example, "지금": problem.got}
    now = ", ".join(f"{word}: {text}" for word, text in shown.items() if text)
    return {
        "where": f"{problem.path}{line}",
        "key": problem.key or "파일",
        "expected": wanted or ", ".join(CHOICE_WORDS.get(c, c) for c in choices),
        "low": low,
        "high": high,
        "now": f"({now})" if now else "",
        "meant": _meant(problem),
        "example": f'(예: "{problem.got}")' if problem.got else "",
    }


def _meant(problem: SettingsProblem) -> str:
    if problem.nearest and problem.nearest == problem.key:
        # The dot was written out, as in "live.max_positions: 8".
        section, _, name = problem.key.rpartition(".")
        return f" {section}: 다음 줄에 {name}: 을 한 단계 들여 쓰세요."
    return _perhaps(problem.nearest)


def _perhaps(nearest: str) -> str:
    return f" 혹시 {nearest} 아닌가요?" if nearest else ""


class _Forgiving(string.Formatter):
    """Fills a template; a fact nobody gave does not hide the sentence."""

    def get_value(
        self,
        key: int | str,
        args: Sequence[Any],  # noqa: ARG002 - the signature of string.Formatter
        kwargs: Mapping[str, Any],
    ) -> object:
        value = kwargs.get(str(key), _UNKNOWN_FACT)
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(map(str, value))
        return value


def _filled(code: str, facts: Mapping[str, object]) -> str:
    if facts.get("practice"):
        code = ON_PRACTICE.get(code, code)
    template = SENTENCES.get(code)
    if template is None:
        return f"오류가 났습니다(코드: {code}). 로그를 확인하세요."
    call = str(facts.get("call"))
    words = {"call": CALL_WORDS.get(call, call)} if "call" in facts else {}
    return _Forgiving().vformat(template, (), {**facts, **words})
