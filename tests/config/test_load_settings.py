"""settings.yaml: the user's own block loads, and every slip is named with its line."""

from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.config.keys import key_paths
from khms_trader.config.load import load_settings
from khms_trader.config.problems import SettingsProblem
from khms_trader.config.settings import Settings
from khms_trader.domain.order import OrderType
from khms_trader.errors import ConfigError

ROOT: Final = Path(__file__).parents[2]
README_BLOCK: Final = """\
broker:
  provider: paper        # paper | korea_invest
  env: virtual           # virtual | real

market: "KRX"
base_currency: "KRW"

trading:
  fee_bps: 14.7
  tax_bps: 15.0
  slippage_bps: 10.0
  fill_mode: next_open

live:
  loop_sec: 60
  max_positions: 8
"""


def loaded(home: Path, text: str) -> Settings:
    (home / "settings.yaml").write_text(text, encoding="utf-8")
    return load_settings(home)


def problems_of(home: Path, text: str) -> list[SettingsProblem]:
    with pytest.raises(ConfigError) as caught:
        loaded(home, text)
    problems = caught.value.facts["problems"]
    assert isinstance(problems, tuple)
    assert caught.value.code == problems[0].code
    return list(problems)


def slips(home: Path, text: str) -> list[tuple[str, int, str]]:
    return [(p.code, p.line, p.key) for p in problems_of(home, text)]


def test_the_block_of_the_users_readme_loads_as_it_stands(tmp_path: Path) -> None:
    chosen = loaded(tmp_path, README_BLOCK)

    assert chosen.broker.provider == "paper"
    assert chosen.trading.fee_bps == Decimal("14.7")
    assert chosen.trading.tax_bps == Decimal("15.0")
    assert (chosen.live.loop_sec, chosen.live.max_positions) == (60, 8)


def test_the_shipped_file_says_the_defaults(tmp_path: Path) -> None:
    text = (ROOT / "settings.yaml").read_text(encoding="utf-8")

    assert loaded(tmp_path, text) == Settings()


def test_the_shipped_file_shows_every_key() -> None:
    text = (ROOT / "settings.yaml").read_text(encoding="utf-8")

    missing = [path for path in key_paths(Settings) if f"{path[-1]}:" not in text]

    assert missing == []


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "~\n", "---\n", "broker:\nlive:\n"]
)
def test_an_empty_file_or_section_means_the_defaults(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text) == Settings()


def test_every_value_arrives_as_the_type_it_has_inside(tmp_path: Path) -> None:
    chosen = loaded(
        tmp_path,
        """\
broker: {provider: korea_invest, env: real}
trading: {fee_bps: 3, tax_bps: auto}
strategy: {name: "my.module:Mine", params: {window: 20, factor: 0.5, on: true}}
universe: {exclude: ["0007C0", " a005930 ", "005930"]}
execution: {buy_order: market, max_volume_share: 0.01, max_orders: 20}
legacy_holdings: [005930, "000660"]
calendar:
  closed: [2026-12-31, "2026-05-01"]
  times: {2026-11-19: "10:00-16:30"}
""",
    )

    assert chosen.broker.provider == "korea_invest"
    assert chosen.trading.fee_bps == Decimal(3)
    assert chosen.trading.tax_bps == "auto"
    assert chosen.strategy.params == {"window": 20, "factor": 0.5, "on": True}
    assert chosen.universe.exclude == ("0007C0", "005930")
    assert chosen.execution.buy_order is OrderType.MARKET
    assert chosen.execution.max_volume_share == Decimal("0.01")
    # YAML leaves 005930 a text, as its 9 is no octal digit: nothing was lost.
    assert chosen.legacy_holdings == ("000660", "005930")
    assert chosen.calendar.closed == (date(2026, 5, 1), date(2026, 12, 31))
    assert chosen.calendar.times == {date(2026, 11, 19): (time(10), time(16, 30))}


def test_messages_and_their_server_are_chosen(tmp_path: Path) -> None:
    chosen = loaded(
        tmp_path,
        "notifications: {level: warnings}\n"
        "telegram: {base_url: 'http://127.0.0.1:8081/'}\n",
    )

    assert chosen.notifications.level == "warnings"
    assert chosen.telegram.base_url == "http://127.0.0.1:8081"


def test_a_token_pasted_into_the_settings_is_not_repeated(tmp_path: Path) -> None:
    token = "123456789:" + "Example" * 5
    text = f"telegram: {{base_url: 'https://api.telegram.org/bot{token}'}}\n"
    (tmp_path / "settings.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)

    assert caught.value.code == "settings_holds_secrets"
    assert token not in repr((caught.value, caught.value.facts))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().live.max_positions = 9  # type: ignore[misc]


def test_every_section_is_frozen_and_slotted() -> None:
    chosen = Settings()
    sections = [getattr(chosen, field.name) for field in fields(chosen)]

    unfrozen = [s for s in sections if is_dataclass(s) and hasattr(s, "__dict__")]

    assert unfrozen == []


@pytest.mark.parametrize(
    ("text", "code", "line", "key"),
    [
        ("live:\n  max_postions: 8\n", "unknown_key", 2, "live.max_postions"),
        ("fee_bps: 3\n", "unknown_key", 1, "fee_bps"),
        ("live:\n  max_positions: '8'\n", "wrong_type", 2, "live.max_positions"),
        ("live: {max_positions: true}\n", "wrong_type", 1, "live.max_positions"),
        ("live:\n\n  loop_sec: 1.5\n", "wrong_type", 3, "live.loop_sec"),
        ("live:\n  loop_sec:\n", "wrong_type", 2, "live.loop_sec"),
        ("live: 3\n", "wrong_type", 1, "live"),
        ("- a\n- b\n", "wrong_type", 1, ""),
        ("just words\n", "wrong_type", 1, ""),
        ("trading:\n  fee_bps: '14.7'\n", "wrong_type", 2, "trading.fee_bps"),
        ("trading:\n  fee_bps: -1\n", "out_of_range", 2, "trading.fee_bps"),
        ("trading:\n  fee_bps: .nan\n", "out_of_range", 2, "trading.fee_bps"),
        ("trading:\n  tax_bps: 1000.5\n", "out_of_range", 2, "trading.tax_bps"),
        ("trading:\n  tax_bps: atuo\n", "not_allowed", 2, "trading.tax_bps"),
        ("live: {max_positions: 0}\n", "out_of_range", 1, "live.max_positions"),
        ("live: {max_positions: 101}\n", "out_of_range", 1, "live.max_positions"),
        ("broker: {provider: kis}\n", "not_allowed", 1, "broker.provider"),
        ("broker: {env: yes}\n", "not_allowed", 1, "broker.env"),
        ("market: KOSDAQ\n", "not_allowed", 1, "market"),
        ("base_currency: USD\n", "not_allowed", 1, "base_currency"),
        ("trading: {fill_mode: close}\n", "not_allowed", 1, "trading.fill_mode"),
        ("legacy_holdings: [347850]\n", "needs_quotes", 1, "legacy_holdings[1]"),
        ("legacy_holdings:\n- 035720\n", "needs_quotes", 2, "legacy_holdings[1]"),
        ("universe:\n  exclude: [abc]\n", "wrong_type", 2, "universe.exclude[1]"),
        ("universe: {exclude: '005930'}\n", "wrong_type", 1, "universe.exclude"),
        ("strategy: {name: 3}\n", "wrong_type", 1, "strategy.name"),
        ("strategy: {name: ' '}\n", "wrong_type", 1, "strategy.name"),
        ("strategy: {params: 3}\n", "wrong_type", 1, "strategy.params"),
        ("strategy: {params: {a: [1]}}\n", "wrong_type", 1, "strategy.params.a"),
        ("strategy: {params: {a: .inf}}\n", "wrong_type", 1, "strategy.params.a"),
        ("calendar:\n  closed: [2026-02-30]\n", "wrong_type", 2, "calendar.closed[1]"),
        ("calendar:\n  open: ['2026-1-5']\n", "wrong_type", 2, "calendar.open[1]"),
        (
            "calendar:\n  times:\n    2026-11-19: 16:30-10:00\n",
            "wrong_type",
            3,
            "calendar.times.2026-11-19",
        ),
        (
            "calendar:\n  times: {soon: '10:00-16:30'}\n",
            "wrong_type",
            2,
            "calendar.times.soon",
        ),
        (
            "execution:\n  sizing: cash_per_trade\n",
            "incomplete",
            1,
            "execution.cash_per_trade",
        ),
        (
            "calendar: {closed: [2026-05-01], open: [2026-05-01]}\n",
            "conflict",
            1,
            "calendar.2026-05-01",
        ),
        ("live:\n  loop_sec: 5\n  loop_sec: 6\n", "duplicate_key", 3, "live.loop_sec"),
        ("telegram:\n  token: abc\n", "holds_secrets", 2, "telegram.token"),
        ("telegram: {enabled: true}\n", "holds_secrets", 1, "telegram.enabled"),
        (
            "telegram: {base_ulr: 'http://127.0.0.1'}\n",
            "unknown_key",
            1,
            "telegram.base_ulr",
        ),
        (
            "telegram: {base_url: 'https://x.org'}\n",
            "wrong_type",
            1,
            "telegram.base_url",
        ),
        (
            "telegram: {base_url: 'http://10.0.0.1'}\n",
            "wrong_type",
            1,
            "telegram.base_url",
        ),
        ("telegram: {base_url: 8081}\n", "wrong_type", 1, "telegram.base_url"),
        (
            "telegram: {base_url: 'http://127.0.0.1:65536'}\n",
            "wrong_type",
            1,
            "telegram.base_url",
        ),
        ("notifications: {level: trade}\n", "not_allowed", 1, "notifications.level"),
        ("broker:\n  app_key: abc\n", "holds_secrets", 2, "broker.app_key"),
        ("live:\n\tloop_sec: 5\n", "has_tab", 2, ""),
        ('market: "KRX\nlive: {}\n', "not_yaml", 1, ""),
        ("market: KRX: KRX\n", "not_yaml", 1, ""),
        ("universe: {exclude: [1\n", "not_yaml", 1, ""),
        ("market: \x01KRX\n", "not_yaml", 1, ""),
        ("a: &a\n  b: *a\n", "unknown_key", 1, "a"),
        ("live: !!python/object:os.system {}\n", "wrong_type", 1, "live"),
    ],
)
def test_a_slip_is_named_with_line_and_key(
    tmp_path: Path, text: str, code: str, line: int, key: str
) -> None:
    assert (f"settings_{code}", line, key) in slips(tmp_path, text)


def test_every_slip_of_a_file_is_named_in_its_order(tmp_path: Path) -> None:
    text = "live:\n  max_positions: 0\nmarkt: KRX\ntrading:\n  fee_bps: much\n"

    assert slips(tmp_path, text) == [
        ("settings_out_of_range", 2, "live.max_positions"),
        ("settings_unknown_key", 3, "markt"),
        ("settings_wrong_type", 5, "trading.fee_bps"),
    ]


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("live: {max_postions: 8}\n", "live.max_positions"),
        ("fee_bps: 3\n", "trading.fee_bps"),
        ("Market: KRX\n", "market"),
        ("broker: {environment: real}\n", "broker.env"),
        ("live.loop_sec: 3\n", "live.loop_sec"),
        ("universe: {zzz: 3}\n", ""),
        ("broker: {provider: Paper}\n", "paper"),
        ("trading: {tax_bps: atuo}\n", "auto"),
    ],
)
def test_the_nearest_key_or_value_is_suggested(
    tmp_path: Path, text: str, nearest: str
) -> None:
    assert [p.nearest for p in problems_of(tmp_path, text)] == [nearest]


def test_a_problem_knows_what_was_wanted_and_what_was_written(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "live:\n  max_positions: 101\n")

    assert problem == SettingsProblem(
        code="settings_out_of_range",
        path=str(tmp_path / "settings.yaml"),
        line=2,
        column=3,
        key="live.max_positions",
        expected="1~100",
        got="101",
    )


def test_a_duplicate_says_where_the_key_stood_first(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "market: KRX\n\nmarket: KRX\n")

    assert (problem.first_line, problem.line) == (1, 3)


def test_an_anchor_may_be_used_twice(tmp_path: Path) -> None:
    chosen = loaded(tmp_path, "live: {loop_sec: &n 5}\nuniverse: {limit: *n}\n")

    assert (chosen.live.loop_sec, chosen.universe.limit) == (5, 5)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 90_000,
        "- " * 90_000,
        "x: 1\n" + "# more\n" * 50_000,
        "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + "".join(
            f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n"
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        ),
    ],
    ids=["brackets", "dashes", "long", "a thousand laughs"],
)
def test_a_file_made_to_exhaust_the_reader_is_refused(
    tmp_path: Path, text: str
) -> None:
    assert "settings_too_large" in {code for code, *_ in slips(tmp_path, text)}


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "﻿live:\r\n  loop_sec: 7\r\n"
    (tmp_path / "settings.yaml").write_bytes(text.encode())

    assert load_settings(tmp_path).live.loop_sec == 7


def test_a_cp949_file_is_named_with_the_line_of_its_first_foreign_letter(
    tmp_path: Path,
) -> None:
    text = "live:\n  loop_sec: 7  # 초\n"
    (tmp_path / "settings.yaml").write_bytes(text.encode("cp949"))

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)

    assert caught.value.code == "settings_not_utf8"
    assert caught.value.facts["line"] == 2


def test_a_missing_file_is_told_from_a_misspelt_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as missing:
        load_settings(tmp_path)
    (tmp_path / "setting.yaml").write_text(README_BLOCK, encoding="utf-8")
    with pytest.raises(ConfigError) as misspelt:
        load_settings(tmp_path)

    assert missing.value.code == "settings_missing"
    assert misspelt.value.code == "settings_misspelt"
    assert misspelt.value.facts["found"] == str(tmp_path / "setting.yaml")


@pytest.mark.parametrize("name", ["setting.yaml", "settings.yml", "settings.yaml.txt"])
def test_two_settings_files_are_refused_rather_than_one_ignored(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("live: {max_positions: 1}\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, README_BLOCK)

    assert caught.value.code == "settings_ambiguous"


def test_an_error_brings_no_foreign_error_along(tmp_path: Path) -> None:
    for text in ("live: {loop_sec: no}\n", "live: [\n"):
        with pytest.raises(ConfigError) as caught:
            loaded(tmp_path, text)

        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


# One folder serves all examples: each writes its own file over the last.
@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_a_file_holds_ends_in_settings_or_in_named_problems(
    home: Path, content: str | bytes
) -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    (home / "settings.yaml").write_bytes(raw)

    try:
        outcome = load_settings(home)
    except ConfigError as error:
        assert error.facts["problems"]  # noqa: PT017 - either end is right
    else:
        assert isinstance(outcome, Settings)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 100), st.decimals(0, 1000, places=1))
def test_numbers_are_taken_as_they_are_written(
    home: Path, positions: int, fee: Decimal
) -> None:
    chosen = loaded(
        home, f"live: {{max_positions: {positions}}}\ntrading: {{fee_bps: {fee}}}\n"
    )

    assert (chosen.live.max_positions, chosen.trading.fee_bps) == (positions, fee)
