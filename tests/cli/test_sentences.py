"""Every code anything raises has a Korean sentence that its facts can fill."""

import ast
import importlib
import pkgutil
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khms_trader import errors
from khms_trader.bootstrap.kis_access import access_to
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.cli import texts
from khms_trader.cli.sentences import (
    SENTENCES,
    code_sentence,
    problem_sentence,
    sentence,
    sentences,
)
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.config.problems import Fault, FileKind, SettingsProblem
from khms_trader.errors import ConfigError, DataError, KhmsTraderError
from khms_trader.planning.refusals import KOREAN

SOURCE: Final = Path(errors.__file__).parent
RAISERS: Final = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, KhmsTraderError)
} | {"blamed", "_refuse", "Refusal"}
# Made by sentences.py itself, or added to the facts by ``blamed``.
MADE_FROM: Final = {"meant": "nearest"}
ADDED: Final = {"blamed": {"reason"}}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    place: str
    code: str
    facts: frozenset[str] | None  # None where they cannot be read off the call


def texts_in(
    node: ast.AST, names: dict[str, list[ast.expr]], depth: int = 2
) -> set[str]:
    """Return the texts ``node`` may stand for, following names a little."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Name):
        found = names.get(node.id, ()) if depth else ()
        return {t for value in found for t in texts_in(value, names, depth - 1)}
    if isinstance(node, ast.Dict):
        return {t for value in node.values for t in texts_in(value, names, depth)}
    if isinstance(node, ast.IfExp):
        return texts_in(node.body, names) | texts_in(node.orelse, names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        parts = [node.func.value, *node.args[1:]]  # CODES.get(number, "else")
        return {t for part in parts for t in texts_in(part, names, depth)}
    return set()


def assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.setdefault(name, []).append(value)
            case ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=name), *_])],
                value=ast.Tuple(elts=[value, *_]),
            ):
                found.setdefault(name, []).append(value)
    return found


def raised_in(path: Path) -> Iterator[Raised]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    of_module = assigned(tree.body)
    functions = [n for n in ast.walk(tree) if isinstance(n, Function)]
    for function in functions:
        names = of_module | assigned(ast.walk(function))
        for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
            called = getattr(call.func, "id", getattr(call.func, "attr", ""))
            named = [k.value for k in call.keywords if k.arg == "code"]
            if called not in RAISERS or not (call.args or named):
                continue
            facts = {k.arg for k in call.keywords if k.arg} | ADDED.get(called, set())
            codes = texts_in((*named, *call.args)[0], names)
            is_open = (
                called == "Refusal"
                or any(k.arg is None for k in call.keywords)
                or len(codes) > 1  # one name for several codes, told apart by hand
            )
            for code in codes:
                yield Raised(
                    place=f"{path.relative_to(SOURCE)}:{call.lineno}",
                    code=code,
                    facts=None if is_open else frozenset(facts),
                )


RAISED: Final = [r for path in sorted(SOURCE.rglob("*.py")) for r in raised_in(path)]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_code_that_is_raised_has_a_sentence() -> None:
    assert len(RAISED) > 30

    assert [f"{r.place} {r.code}" for r in RAISED if r.code not in SENTENCES] == []


def test_every_sentence_is_filled_by_the_facts_it_is_raised_with() -> None:
    unfilled = [
        f"{r.place} {r.code}: {name}"
        for r in RAISED
        if r.facts is not None
        for name in placeholders(SENTENCES.get(r.code, ""))
        if MADE_FROM.get(name, name) not in r.facts
    ]

    assert unfilled == []


@pytest.mark.parametrize("kind", FileKind)
def test_every_fault_the_loader_can_name_has_a_sentence(kind: FileKind) -> None:
    only_secrets = {Fault.READABLE_BY_OTHERS}
    only_settings = {Fault.HOLDS_SECRETS}
    absent = only_secrets if kind is FileKind.SETTINGS else only_settings

    missing = [f for f in set(Fault) - absent if f"{kind}_{f}" not in SENTENCES]

    assert missing == []


def text_tables() -> Iterator[Mapping[str, str]]:
    """Every table of sentences there is, so that none is forgotten."""
    for module in pkgutil.iter_modules(texts.__path__, f"{texts.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if name.endswith("_TEXTS") and not name.startswith("_"):
                yield value


def test_no_code_has_two_sentences() -> None:
    rooms = [*text_tables(), KOREAN]
    codes = [code for room in rooms for code in room]

    assert [code for code in codes if codes.count(code) > 1] == []
    assert set(codes) <= set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_korean_and_ends_like_one(code: str) -> None:
    text = SENTENCES[code]

    assert any("가" <= letter <= "힣" for letter in text)
    assert text.endswith((".", "}")), text
    assert "  " not in text


def test_facts_fill_the_sentence() -> None:
    error = DataError("bars_missing", path="data/bars/store-raw.parquet")

    assert sentence(error) == (
        "일봉 파일이 없습니다: data/bars/store-raw.parquet. "
        "scripts/tools/import_bars.py 로 가지고 있는 일봉을 먼저 가져오세요."
    )


def test_a_nearest_word_is_suggested_only_when_there_is_one() -> None:
    facts = {"name": "trend_momentun", "known": "trend_momentum"}

    near = sentence(ConfigError("strategy_unknown", nearest="trend_momentum", **facts))
    far = sentence(ConfigError("strategy_unknown", nearest="", **facts))

    assert "혹시 trend_momentum 아닌가요?" in near
    assert "혹시" not in far


def test_a_code_without_a_sentence_is_still_named() -> None:
    said = sentence(KhmsTraderError("never_heard_of", path="x"))

    assert said == "오류가 났습니다(코드: never_heard_of). 로그를 확인하세요."


def test_a_fact_nobody_gave_does_not_hide_the_sentence() -> None:
    assert sentence(DataError("bars_missing")).startswith(
        "일봉 파일이 없습니다: 알 수 없음."
    )


def test_braces_in_a_fact_are_taken_as_they_are() -> None:
    error = DataError("bars_missing", path="{path}/{0.__class__}")

    assert "{path}/{0.__class__}" in sentence(error)


@given(
    st.sampled_from(sorted(SENTENCES)),
    st.dictionaries(st.text(min_size=1), st.none() | st.integers() | st.text()),
)
def test_any_code_with_any_facts_gives_a_sentence(
    code: str, facts: dict[str, object]
) -> None:
    error = KhmsTraderError(code)
    error.facts = facts

    assert all(sentences(error))


SETTINGS_LINES: Final = {
    "live: {max_postions: 8}": (
        "1행: 모르는 키입니다: live.max_postions. 혹시 live.max_positions 아닌가요? "
        "고치거나 그 줄을 지우세요."
    ),
    "live.loop_sec: 8": (
        "1행: 모르는 키입니다: live.loop_sec. live: 다음 줄에 loop_sec: 을 한 단계 "
        "들여 쓰세요. 고치거나 그 줄을 지우세요."
    ),
    "live: {max_positions: '8'}": (
        "1행: live.max_positions에는 쉼표와 따옴표 없는 정수를 적으세요"
        "(예: 60, 지금: '8')."
    ),
    "live: {max_positions: 0}": (
        "1행: live.max_positions 값은 1 이상 100 이하로 적어야 합니다(지금: 0)."
    ),
    "broker: {provider: Paper}": (
        "1행: broker.provider에 적을 수 있는 값은 paper, korea_invest입니다"
        "(지금: Paper). 혹시 paper 아닌가요?"
    ),
    "trading: {tax_bps: atuo}": (
        "1행: trading.tax_bps에 적을 수 있는 값은 auto, 숫자입니다(지금: atuo). 혹시 "
        "auto 아닌가요?"
    ),
    "legacy_holdings: [035720]": (
        '1행: legacy_holdings[1] 값을 따옴표로 감싸세요(예: "035720"). 따옴표가 '
        "없으면 앞자리 0이 사라집니다."
    ),
    "\n\tmarket: KRX": "2행: 들여쓰기에 탭이 있습니다. 빈칸으로 바꾸세요.",
    "market: KRX\nmarket: KRX": (
        "2행: 같은 키가 1행에도 있습니다: market. 하나만 남기세요."
    ),
    "telegram: {token: x}": (
        "1행: 비밀 정보는 settings.yaml에 둘 수 없습니다: telegram.token. "
        "secrets.yaml로 옮기세요."
    ),
}


@pytest.mark.parametrize(("text", "said"), SETTINGS_LINES.items())
def test_a_slip_in_the_settings_is_told_with_file_and_line(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "settings.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)

    assert sentences(caught.value) == (f"{tmp_path / 'settings.yaml'} {said}",)


def test_every_slip_gets_its_own_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("a: 1\nb: 2\nc: 3\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)

    assert len(sentences(caught.value)) == 3
    assert sentence(caught.value) == sentences(caught.value)[0]


def test_an_int_account_number_is_told_to_be_quoted(tmp_path: Path) -> None:
    (tmp_path / "secrets.yaml").write_text(
        "korea_invest: {virtual: {account_no: 12345678}}", encoding="utf-8"
    )

    with pytest.raises(ConfigError) as caught:
        load_secrets(tmp_path)

    assert sentence(caught.value) == (
        f"{tmp_path / 'secrets.yaml'} 1행: korea_invest.virtual.account_no 값을 "
        "따옴표로 감싸세요. 따옴표가 없으면 앞자리 0이 사라집니다."
    )


@pytest.mark.parametrize(
    "address",
    ["http://openapivts.koreainvestment.com:29443", "https://kis.example.com"],
)
def test_a_foreign_address_is_told_one_rule_wherever_it_is_refused(
    tmp_path: Path, address: str
) -> None:
    keys = "{app_key: KKKKKKKKKKKK, app_secret: SSSSSSSSSSSS, account_no: '12345678'"
    (tmp_path / "secrets.yaml").write_text(
        f"korea_invest: {{virtual: {keys}, base_url: '{address}'}}}}", encoding="utf-8"
    )

    with pytest.raises(ConfigError) as caught:
        access_to(Environment.VIRTUAL, load_secrets(tmp_path))

    assert (
        "공식 주소 그대로나 이 컴퓨터의 연습 서버 주소만(비워 두면 공식 서버) 적으세요"
        in sentence(caught.value)
    )


def test_a_warning_about_rights_says_the_command() -> None:
    problem = SettingsProblem(code="secrets_readable_by_others", path="/h/secrets.yaml")

    assert problem_sentence(problem).endswith("chmod 600 /h/secrets.yaml")


def test_every_sentence_fits_a_cp949_terminal() -> None:
    for text in SENTENCES.values():
        assert text.encode("cp949").decode("cp949") == text


def test_a_code_without_its_facts_is_told_without_gaps() -> None:
    assert code_sentence("plan_missing") == "계획이 없음."
    assert code_sentence("halted_because") == "정지(HALT) 상태."
    for code in SENTENCES:
        told = code_sentence(code)
        assert "{" not in told
        assert "알 수 없음" not in told
        assert told.endswith(".")
