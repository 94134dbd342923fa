"""Every refusal of a run has a Korean sentence that its facts fill completely."""

import string
from collections.abc import Mapping

import pytest

from khms_trader.planning.refusals import KOREAN, Refusal

# What each refusal is raised with, wherever it is raised.
FACTS: Mapping[str, Mapping[str, object]] = {
    "plan_missing": {
        "session": "2026-03-04",
        "since": "2026-03-04 15:35",
        "planned": "2026-03-05",
    },
    "plan_unreadable": {"path": "plans/a.json", "reason": "UnicodeDecodeError"},
    "plan_not_json": {"path": "plans/a.json"},
    "plan_not_a_plan": {"path": "plans/a.json"},
    "plan_altered": {"path": "plans/a.json"},
    "plan_wrong_version": {"path": "plans/a.json", "version": 2},
    "plan_wrong_session": {"planned": "2026-03-05", "session": "2026-03-04"},
    "plan_wrong_account": {"planned": "virtual-3fa9c1d2", "account": "paper"},
    "plan_stale": {
        "asof": "2026-03-02",
        "session": "2026-03-04",
        "expected": "2026-03-03",
    },
    "practice_data": {"source": "sample", "account": "virtual-3fa9c1d2"},
    "plan_other_data": {"planned": "sample", "source": "store"},
    "plan_swapped": {"started": "20260304-00000001", "found": "20260304-00000002"},
    "paper_other_market": {
        "lives_in": "sample",
        "asked": "store",
        "folder": "data/state/paper",
    },
    "plan_in_use": {"session": "2026-03-04"},
    "before_open": {"session": "2026-03-04", "opens": "09:00"},
    "start_window_over": {"until": "09:30"},
    "session_running": {
        "opens": "09:00",
        "until": "15:35",
        "example": "2026-03-04T15:40",
    },
    "session_opened": {"session": "2026-03-04"},
    "halted": {"path": "data/state/HALT"},
    "account_unconfirmed": {"account": "virtual-3fa9c1d2"},
    "real_not_supported": {},
    "clock_off": {"seconds": "7", "direction": "느립", "allowed": "5"},
    "orders_used_up": {"sent": 3, "cap": 2},
    "won_used_up": {"bought": "1,000,000", "cap": "900,000"},
    "clock_behind": {
        "now": "2026-03-04 09:00:00",
        "last": "2026-03-04 09:01:00",
        "account": "paper",
        "folder": "data/state/paper",
    },
}


def test_the_facts_of_every_refusal_are_known() -> None:
    assert set(FACTS) == set(KOREAN)


@pytest.mark.parametrize("code", list(KOREAN))
def test_a_sentence_tells_every_fact_and_leaves_no_brace(code: str) -> None:
    sentence = Refusal(code=code, facts=FACTS[code]).korean

    assert not {"{", "}"} & set(sentence)
    assert all(str(fact) in sentence for fact in FACTS[code].values())


@pytest.mark.parametrize("code", list(KOREAN))
def test_a_sentence_asks_for_no_fact_nobody_gives(code: str) -> None:
    asked = {name for _, name, _, _ in string.Formatter().parse(KOREAN[code]) if name}

    assert asked == set(FACTS[code])


@pytest.mark.parametrize("code", list(KOREAN))
def test_a_sentence_is_polite_and_says_what_to_do(code: str) -> None:
    sentence = KOREAN[code]

    assert sentence.endswith(("세요.", "{path}).", "있습니다."))
    assert any(ending in sentence for ending in ("세요", "풀립니다", "있습니다"))
    assert "  " not in sentence


@pytest.mark.parametrize("code", list(KOREAN))
def test_no_particle_follows_a_fact_whose_sound_it_depends_on(code: str) -> None:
    # 이/가, 은/는, 을/를, 와/과 change with the sound before them.
    for particle in ("이 ", "가 ", "은 ", "는 ", "을 ", "를 ", "와 ", "과 "):
        assert f"}}{particle}" not in KOREAN[code]
