"""The plan as JSON: what stands in the file, and what its hash and id cover."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, a_buy, a_plan, a_sell, at
from khms_trader.domain.plan import BarsState, Plan, SkippedSymbol, StrategyUsed
from khms_trader.planning.document import content_hash, seal, to_document, to_text

PLAN = a_plan(a_buy("086520 x1 @12960"), a_sell("347850 @101300"))

# Another value for every field of a plan.
OTHERS: Mapping[str, object] = MappingProxyType(
    {
        "schema_version": 2,
        "plan_id": "20260304-00000000",
        "generated_at": at("15:40:13", ASOF),
        "data_asof": date(2026, 3, 2),
        "bars": BarsState.PROVISIONAL,
        "for_trading_day": date(2026, 3, 5),
        "fill_mode": "next_close",
        "market": "KOSPI",
        "account": "virtual-3fa9c1d2",
        "data_source": "kis",
        "universe_file": "kosdaq_20260304.csv",
        "slots_free": 4,
        "strategy": StrategyUsed(name="trend_momentum", params={"ma_window": 21}),
        "config_hash": "ba9876543210",
        "buys": (a_buy("086520 x2 @12960"),),
        "sells": (),
        "skipped": (SkippedSymbol(symbol="0007C0", reason="too_few_bars"),),
        "errors": {"086520": "no_bars_for_holding"},
    }
)


def test_a_document_writes_what_the_schema_says() -> None:
    document = to_document(PLAN)

    assert document["for_trading_day"] == "20260304"
    assert document["data_asof"] == "20260303"
    assert document["generated_at"] == "2026-03-03T15:40:12+09:00"
    assert document["bars"] == "final"
    assert document["strategy"] == {
        "name": "trend_momentum",
        "params": {"ma_window": 20},
    }
    assert document["sells"] == [
        {
            "symbol": "347850",
            "name": "이름347850",
            "reference_price": 101_300,
            "held": True,
            "indicators": {},
            "reason": "",
        }
    ]
    assert list(document)[:3] == ["schema_version", "plan_id", "generated_at"]
    assert list(document)[-1] == "content_hash"


def test_whole_numbers_are_written_without_a_point() -> None:
    line = replace(a_buy(), score=97_356_749_810.0, indicators={"ma": 12_110.5})

    (written,) = to_document(a_plan(line))["buys"]

    assert json.dumps(written["score"]) == "97356749810"
    assert written["indicators"] == {"ma": 12_110.5}


def test_the_text_is_readable_korean_with_one_final_newline() -> None:
    text = to_text(to_document(PLAN))

    assert "이름086520" in text
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


def test_the_text_reads_back_as_the_document_that_was_hashed() -> None:
    document = to_document(seal(PLAN))

    read = json.loads(to_text(document))

    assert read == document
    assert content_hash(read) == document["content_hash"]


def test_the_hash_is_sha256_of_the_sorted_compact_json_without_itself() -> None:
    expected = hashlib.sha256('{"a":"가","b":[1,2.5]}'.encode()).hexdigest()

    document = {"b": [1, 2.5], "content_hash": "anything", "a": "가"}

    assert content_hash(document) == f"sha256:{expected}"


def test_a_sealed_plan_carries_session_and_hash_in_its_id() -> None:
    sealed = seal(PLAN)

    assert re.fullmatch(r"20260304-[0-9a-f]{8}", sealed.plan_id)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", sealed.content_hash)
    assert sealed.content_hash == content_hash(to_document(sealed))


def test_sealing_twice_changes_nothing() -> None:
    assert seal(seal(PLAN)) == seal(PLAN)


def test_every_field_of_a_plan_is_tried() -> None:
    assert set(OTHERS) == {field.name for field in fields(Plan)} - {"content_hash"}


@pytest.mark.parametrize("name", list(OTHERS))
def test_changing_any_field_changes_the_hash(name: str) -> None:
    sealed = seal(PLAN)

    altered = to_document(sealed)
    altered[name] = to_document(replace(sealed, **{name: OTHERS[name]}))[name]  # type: ignore[arg-type]

    assert content_hash(altered) != sealed.content_hash


@pytest.mark.parametrize("name", [name for name in OTHERS if name != "plan_id"])
def test_changing_any_field_changes_the_id(name: str) -> None:
    other = replace(PLAN, **{name: OTHERS[name]})  # type: ignore[arg-type]

    assert seal(other).plan_id != seal(PLAN).plan_id


LEAVES = st.one_of(st.integers(0, 9), st.text(max_size=3), st.booleans(), st.none())
DOCUMENTS = st.dictionaries(st.text(max_size=3), LEAVES, min_size=1, max_size=5)


@given(document=DOCUMENTS, key=st.text(max_size=3), value=LEAVES)
@settings(max_examples=100)
def test_two_documents_share_a_hash_only_when_they_are_equal_as_json(
    document: dict[str, object], key: str, value: object
) -> None:
    other = {**document, key: value}

    is_same = json.dumps(other, sort_keys=True) == json.dumps(document, sort_keys=True)

    assert (content_hash(other) == content_hash(document)) is is_same


@given(keys=st.permutations(["plan_id", "buys", "account", "market"]))
@settings(max_examples=24)
def test_the_hash_knows_no_order_of_keys(keys: list[str]) -> None:
    document = to_document(PLAN)
    shuffled = {key: document[key] for key in keys} | document

    assert content_hash(shuffled) == content_hash(document)
