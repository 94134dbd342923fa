"""Plan files: written whole or not at all, archived, and refused when they changed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import NEXT_SESSION, SESSION, a_buy, a_plan, a_sell
from khms_trader.domain.plan import BarsState, BuyLine, Plan, SellLine, SkippedSymbol
from khms_trader.errors import PlanError, StorageError
from khms_trader.planning.document import content_hash, seal, to_document, to_text
from khms_trader.storage.plan_store import PlanFiles, plan_schema

ONE, TWO = "100000", "0007C0"
PLAN = seal(
    replace(
        a_plan(buys=[a_buy(ONE), a_buy(TWO, rank=2)], sells=[a_sell("300000")]),
        bars=BarsState.PROVISIONAL,
        skipped=(SkippedSymbol(symbol="400000", reason="too_few_bars"),),
        errors={"500000": "no_bars_for_holding"},
    )
)
SHIPPED_SCHEMA = Path(__file__).parents[2] / "docs" / "plan.schema.json"
NAME = "next_open_plan_20260304.json"


def code_of(store: PlanFiles) -> str:
    with pytest.raises(PlanError) as caught:
        store.load(SESSION)
    return caught.value.code


def stored(folder: Path, text: str | bytes) -> PlanFiles:
    content = text.encode() if isinstance(text, str) else text
    (folder / NAME).write_bytes(content)
    return PlanFiles(folder)


def rehashed(document: dict[str, Any]) -> str:
    """Return the text of a plan that somebody changed and signed again."""
    return to_text({**document, "content_hash": content_hash(document)})


def test_a_plan_comes_back_as_it_was(tmp_path: Path) -> None:
    store = PlanFiles(tmp_path)

    path = store.save(PLAN)

    assert path == tmp_path / NAME
    assert store.load(SESSION) == PLAN


def test_the_file_is_what_design_says_it_is(tmp_path: Path) -> None:
    document = json.loads(PlanFiles(tmp_path).save(PLAN).read_text(encoding="utf-8"))

    assert list(document) == [
        "schema_version",
        "plan_id",
        "generated_at",
        "data_asof",
        "bars",
        "for_trading_day",
        "fill_mode",
        "market",
        "account",
        "data_source",
        "universe_file",
        "slots_free",
        "strategy",
        "config_hash",
        "buys",
        "sells",
        "skipped",
        "errors",
        "content_hash",
    ]
    assert document["schema_version"] == 1
    assert document["generated_at"] == "2026-03-03T15:40:00+09:00"
    assert (document["data_asof"], document["for_trading_day"]) == (
        "20260303",
        "20260304",
    )
    assert document["buys"][0]["name"] == "이름100000"


def test_a_session_without_a_plan_has_none(tmp_path: Path) -> None:
    store = PlanFiles(tmp_path / "nothing")

    assert store.load(SESSION) is None
    assert store.newest() is None


def test_the_newest_plan_is_the_one_of_the_latest_session(tmp_path: Path) -> None:
    store = PlanFiles(tmp_path)
    later = a_plan(session=NEXT_SESSION, asof=SESSION)
    store.save(later)
    store.save(PLAN)

    assert store.newest() == later


def test_a_superseded_plan_is_archived_byte_for_byte(tmp_path: Path) -> None:
    store = PlanFiles(tmp_path)
    kept = [store.save(plan).read_bytes() for plan in (PLAN, a_plan(buys=[a_buy(ONE)]))]
    store.save(a_plan())

    archive = tmp_path / "archive"
    assert [
        (archive / f"next_open_plan_20260304_0{number}.json").read_bytes()
        for number in (1, 2)
    ] == kept
    assert store.load(SESSION) == a_plan()


WRITE_WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from fakes import a_buy, a_plan
from khms_trader.errors import StorageError
from khms_trader.storage.plan_store import PlanFiles

plan = a_plan(buys=[a_buy(f"{n:05d}0") for n in range(200)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
try:
    PlanFiles(Path(sys.argv[1])).save(plan)
except StorageError as error:
    print(error.code)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_write_that_fails_keeps_the_old_plan(tmp_path: Path) -> None:
    store = PlanFiles(tmp_path)
    before = store.save(PLAN).read_bytes()

    said = subprocess.run(
        [sys.executable, "-c", WRITE_WITHOUT_ROOM, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    ).stdout

    assert said.split() == ["write_failed"]
    assert (tmp_path / NAME).read_bytes() == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "archive",
        NAME,
        "next_open_plan_20260304_01.json",
    ]


def test_an_archive_that_cannot_be_written_keeps_the_old_plan(tmp_path: Path) -> None:
    store = PlanFiles(tmp_path)
    before = store.save(PLAN).read_bytes()
    (tmp_path / "archive").write_bytes(b"in the way")

    with pytest.raises(StorageError):
        store.save(a_plan())

    assert (tmp_path / NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "plan_not_json"),
        (b"{", "plan_not_json"),
        (b"plan", "plan_not_json"),
        (b"[" * 100_000, "plan_not_json"),
        (b"\xff\xfe\x00", "plan_unreadable"),
        (b"[]", "plan_not_a_plan"),
        (b"null", "plan_not_a_plan"),
        (b"{}", "plan_not_a_plan"),
        (b'{"schema_version": 2}', "plan_wrong_version"),
        (b'{"schema_version": "1"}', "plan_wrong_version"),
        (b'{"schema_version": null}', "plan_wrong_version"),
        (b'{"schema_version": 1}', "plan_altered"),
        (b'{"schema_version": 1, "plan_id": "\\ud800"}', "plan_altered"),
    ],
)
def test_what_is_no_plan_is_refused_by_its_code(
    tmp_path: Path, content: bytes, code: str
) -> None:
    assert code_of(stored(tmp_path, content)) == code


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()

    assert code_of(PlanFiles(tmp_path)) == "plan_unreadable"


def more_shares(document: dict[str, Any]) -> None:
    document["buys"][0]["quantity"] = 100


def another_day(document: dict[str, Any]) -> None:
    document["for_trading_day"] = "20260305"


def an_extra_key(document: dict[str, Any]) -> None:
    document["note"] = ""


def one_line_less(document: dict[str, Any]) -> None:
    del document["sells"][0]


def another_order(document: dict[str, Any]) -> None:
    document["buys"].reverse()


@pytest.mark.parametrize(
    "change", [more_shares, another_day, an_extra_key, one_line_less, another_order]
)
def test_a_plan_that_somebody_edited_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    document = to_document(PLAN)
    change(document)

    assert code_of(stored(tmp_path, to_text(document))) == "plan_altered"


def test_another_layout_of_the_same_content_is_the_same_plan(tmp_path: Path) -> None:
    text = json.dumps(to_document(PLAN), sort_keys=True)

    assert stored(tmp_path, text).load(SESSION) == PLAN


@pytest.mark.parametrize("key", [k for k in to_document(PLAN) if k != "content_hash"])
def test_a_signed_plan_with_a_broken_field_is_refused(tmp_path: Path, key: str) -> None:
    wrong: list[Any] = [None, {"a": []}, 20260304.5]
    for broken in wrong:
        text = rehashed({**to_document(PLAN), key: broken})
        code = code_of(stored(tmp_path, text))
        expected = "wrong_version" if key == "schema_version" else "not_a_plan"
        assert code == f"plan_{expected}"


REQUIRED = {
    "plan_id",
    "generated_at",
    "data_asof",
    "bars",
    "for_trading_day",
    "account",
    "data_source",
    "universe_file",
    "slots_free",
    "strategy",
    "config_hash",
}


@pytest.mark.parametrize("key", sorted(REQUIRED))
def test_a_signed_plan_without_a_field_is_refused(tmp_path: Path, key: str) -> None:
    document = to_document(PLAN)
    del document[key]

    assert code_of(stored(tmp_path, rehashed(document))) == "plan_not_a_plan"


@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@settings(max_examples=30, deadline=None)
def test_no_bytes_are_a_plan_by_chance(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()

    assert code_of(stored(folder, content)).startswith("plan_")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(key=st.sampled_from(sorted(to_document(PLAN))), value=JSON)
@settings(max_examples=30, deadline=None)
def test_any_value_in_any_field_is_refused_or_the_plan_itself(
    key: str, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = to_document(PLAN)
    is_same = json.dumps(document[key]) == json.dumps(value)  # True is no 1 here
    text = json.dumps({**document, key: value})
    store = stored(tmp_path_factory.getbasetemp(), text)

    if is_same:
        assert store.load(SESSION) == PLAN
    else:
        assert code_of(store).startswith("plan_")


LINES = st.builds(
    BuyLine,
    symbol=st.just(ONE),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    quantity=st.integers(0, 10**9),
    reference_price=st.integers(1, 10**7),
    rank=st.integers(1, 999),
    score=st.floats(allow_nan=False, allow_infinity=False),
    traded_value_20d=st.integers(0, 10**14),
    indicators=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
        st.floats(allow_nan=False, allow_infinity=False),
        max_size=3,
    ),
)


@given(buys=st.lists(LINES, max_size=3), slots=st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_every_plan_comes_back_and_fits_the_schema(
    buys: list[BuyLine], slots: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plan = a_plan(buys=buys, sells=[a_sell("300000")], slots_free=slots)
    store = PlanFiles(tmp_path_factory.mktemp("plans"))

    path = store.save(plan)

    assert store.load(SESSION) == plan
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


VALIDATOR = jsonschema.Draft202012Validator(
    plan_schema(), format_checker=jsonschema.FormatChecker()
)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(plan_schema())


def test_the_shipped_schema_is_the_one_of_the_type() -> None:
    shipped = SHIPPED_SCHEMA.read_text(encoding="utf-8")

    generated = json.dumps(plan_schema(), ensure_ascii=False, indent=2) + "\n"
    assert shipped == generated, f"run: python {Path(__file__).name} (see its end)"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("for_trading_day",), "2026-03-04"),
        (("bars",), "half"),
        (("slots_free",), "many"),
        (("buys", 0, "quantity"), 1.5),
        (("buys", 0, "symbol"), 100000),
        (("strategy",), "trend_momentum"),
        (("sells", 0, "held"), "yes"),
    ],
)
def test_the_schema_refuses_what_is_no_plan(
    path: tuple[str | int, ...], value: object
) -> None:
    document = to_document(PLAN)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert not VALIDATOR.is_valid(document)


def test_the_schema_names_every_field_of_the_type() -> None:
    schema = plan_schema()

    assert set(schema["properties"]) == set(Plan.__dataclass_fields__)
    assert set(schema["required"]) == REQUIRED
    for kind in (BuyLine, SellLine, SkippedSymbol):
        described = schema["$defs"][kind.__name__]["properties"]
        assert set(described) == set(kind.__dataclass_fields__)


def test_a_session_is_eight_digits(tmp_path: Path) -> None:
    document = to_document(PLAN)
    document["data_asof"] = "2026-03-03"

    assert code_of(stored(tmp_path, rehashed(document))) == "plan_not_a_plan"
    assert PlanFiles(tmp_path).path(date(2026, 1, 2)).name.endswith("_20260102.json")


if __name__ == "__main__":
    text = json.dumps(plan_schema(), ensure_ascii=False, indent=2) + "\n"
    SHIPPED_SCHEMA.write_text(text, encoding="utf-8")
