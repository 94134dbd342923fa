"""What a person is told of a plan: lines that can trade, costs, changes, warnings."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, a_buy, a_holding, a_record, at
from khms_trader.domain.message import Level
from khms_trader.domain.plan import BarsState, SkippedSymbol
from khms_trader.notifications.messages.plan import plan_line, plan_ready
from notifications.messages.stories import (
    NEXT,
    is_telegram_html,
    plain,
    plan_told,
    the_account,
    the_plan,
)


def test_a_plan_is_told_with_what_can_trade_and_counts_of_the_rest() -> None:
    message = plan_ready(plan_told())

    assert message.key == "plan:20260304-1f0c9a2e"
    assert (message.level, message.at) == (Level.INFO, at("15:40:12", ASOF))
    assert plain(message).split("\n") == [
        "계획 2026-03-04 (수) · virtual-0a1b2c3d",
        "기준일 2026-03-03 (화) · 전략 trend_momentum · 2026-03-03 (화) 15:40 만듦",
        "살 수 있는 줄 2",
        "1. 이름000001 000001 · 10주 × 10,000원 = 100,100원",
        "2. 이름000002 000002 · 1주 × 20,000원 = 20,020원",
        "팔 줄(보유 중) 1",
        "· 이름000009 000009 · 7주 · 기준가 5,000원",
        "나머지 매수 신호 1건: 빈 자리 없음 1건",
        "나머지 매도 신호 1건: 보유하지 않음 1건",
        (
            "살 금액 120,120원(수수료 포함) · 주문 가능 현금 1,000,000원 · "
            "총평가 1,090,720원"
        ),
    ]


def test_a_buy_that_is_held_or_out_of_reach_is_no_candidate() -> None:
    account = replace(the_account(), holdings=(a_holding("000001 x3"),))
    told = plan_told(account=account, legacy=frozenset({"000002"}))

    text = plain(plan_ready(told))

    assert "살 수 있는 줄" not in text
    assert "전략 밖 보유 2건" in text
    assert "살 금액" not in text


def test_a_plan_without_anything_to_trade_says_so() -> None:
    told = plan_told(the_plan(buys=(), sells=()))

    assert "다음 거래일에 거래할 줄이 없습니다." in plain(plan_ready(told))
    assert plan_line(told) == "2026-03-04 (수) 거래할 줄 없음"


def test_one_line_tells_the_plan_for_a_summary() -> None:
    assert plan_line(plan_told()) == ("2026-03-04 (수) 매수 2건(120,120원) · 매도 1건")


def test_too_little_cash_is_told() -> None:
    told = plan_told(account=the_account(cash=120_119))

    assert "순위대로 현금이 되는 만큼만" in plain(plan_ready(told))


def test_enough_cash_to_the_last_won_is_no_news() -> None:
    told = plan_told(account=the_account(cash=120_120))

    assert "순위대로" not in plain(plan_ready(told))


def test_what_came_and_went_since_the_plan_before_is_told() -> None:
    before = the_plan(
        for_trading_day=ASOF,
        buys=(a_buy("000001 x1 @9000"), a_buy("000004 x1 @8000", rank=2)),
    )

    text = plain(plan_ready(plan_told(before=before)))

    assert text.endswith(
        "바뀐 것(2026-03-03 (화) 계획과 견주어): 새로 이름000002 000002 · "
        "빠짐 이름000004 000004"
    )


def test_what_was_bought_meanwhile_has_not_gone() -> None:
    before = the_plan(for_trading_day=ASOF, buys=(a_buy("000009 x1 @9000"),))
    told = plan_told(the_plan(buys=()), before=before)

    assert plain(plan_ready(told)).endswith("견주어): 살 종목이 같음")


def test_the_same_day_planned_again_says_so() -> None:
    assert "바뀐 것(같은 날 계획과 견주어): 살 종목이 같음" in plain(
        plan_ready(plan_told(before=the_plan()))
    )


def test_doubtful_data_is_told() -> None:
    plan = the_plan(
        bars=BarsState.PROVISIONAL,
        errors={
            "universe": "kis_master_unavailable",
            "000009": "holding_quarantined",
            "000007": "<odd>",
        },
        skipped=(SkippedSymbol(symbol="000006", reason="too_few_bars"),),
    )

    text = plain(plan_ready(plan_told(plan)))

    assert "지난 유니버스 kosdaq_20260303.csv 를 그대로 씁니다." in text
    assert "보유 종목 이름000009 000009 - 일봉을 믿을 수 없어(격리)" in text
    assert "보유 종목 000007 - <odd>" in text
    assert "잠정치입니다(20:10 전)" in text
    assert "신호 없음 1종목" in text


def test_an_unconfirmed_account_is_told_with_the_command() -> None:
    text = plain(plan_ready(plan_told(is_confirmed=False)))

    assert (
        "계좌가 확인되지 않아 주문하지 않습니다: "
        "execute_next_open_plan.py --confirm-first-run"
    ) in text


def test_orders_that_need_a_person_are_told_before_the_lines() -> None:
    record = a_record("sell 000009 x3")

    text = plain(plan_ready(plan_told(unknown=(record,))))

    assert "확인 필요: 2026-03-04 (수) 매도 이름000009 000009 3주" in text
    assert text.index("resolve_order.py") < text.index("살 수 있는 줄")


@settings(max_examples=60)
@given(name=st.text(max_size=12), problem=st.text(max_size=12))
def test_any_name_gives_html_that_can_be_sent(name: str, problem: str) -> None:
    buy = replace(a_buy("000001 x1 @100"), name=name)
    plan = the_plan(
        buys=(buy,), errors={"000009": problem}, universe_file=name, account=name
    )
    before = the_plan(for_trading_day=NEXT, buys=(replace(buy, symbol="000003"),))

    html = plan_ready(plan_told(plan, before=before, unknown=(a_record(),))).html

    assert is_telegram_html(html)
