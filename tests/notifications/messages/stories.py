"""A session and its evening as values, for tests of what is told of them."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from builders import (
    SESSION,
    SYMBOL,
    a_buy,
    a_holding,
    a_plan,
    a_sell,
    an_account,
    an_order_report,
    at,
)
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved, PlanPrepared
from khms_trader.domain.message import Message
from khms_trader.domain.order import OrderKey, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import (
    LineEnd,
    LineReport,
    RunParts,
    SessionReport,
)
from khms_trader.market.rates import CostRates
from khms_trader.notifications.messages.plan import PlanTold

ACCOUNT = "virtual-0a1b2c3d"
NEXT = date(2026, 3, 5)
TENTH_PERCENT = CostRates(fee_rate=1_000_000, tax_rate=2_000_000)

_TAG = re.compile(r"<(/?)([^<>]*)>")
_ENTITY = re.compile(r"&(?:lt|gt|amp);")


def is_telegram_html(html: str) -> bool:
    """Return whether each line is balanced, with allowed tags and entities only."""
    return all(map(_is_balanced, html.split("\n")))


def _is_balanced(line: str) -> bool:
    opened: list[str] = []
    for closing, name in _TAG.findall(line):
        if name not in {"b", "i", "code", "pre"}:
            return False
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    rest = _ENTITY.sub("", _TAG.sub("", line))
    return not opened and not set(rest) & set("<>&")


def plain(text: Message | str) -> str:
    """Return the text as a person reads it."""
    html = text.html if isinstance(text, Message) else text
    bare = _TAG.sub("", html)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def a_key(
    symbol: str = SYMBOL, side: Side = Side.BUY, purpose: str = "plan"
) -> OrderKey:
    return OrderKey(
        account=ACCOUNT, session=SESSION, symbol=symbol, side=side, purpose=purpose
    )


def the_plan(**told: Any) -> Plan:  # noqa: ANN401 - any field
    """Build a plan with two slots, three buys, a held sell and one that is not."""
    plan = a_plan(
        a_buy("000001 x10 @10000"),
        a_buy("000002 x1 @20000"),
        a_buy("000003 x1 @30000"),
        a_sell("000009 @5000"),
        a_sell("000008 @7000", held=False),
        slots_free=2,
    )
    return replace(plan, **{"account": ACCOUNT, **told})


def plan_told(plan: Plan | None = None, **told: Any) -> PlanTold:  # noqa: ANN401 - any field
    """Build a plan's message's input: seven shares of 000009 are held and ours."""
    return replace(
        PlanTold(
            plan=plan or the_plan(),
            account=the_account(),
            costs=TENTH_PERCENT,
            managed={"000009": 7},
        ),
        **told,
    )


def the_account(cash: int = 1_000_000, read_at: str = "15:40") -> Account:
    account = an_account(a_holding("000009 x7"), cash=cash, read_at=read_at)
    return replace(account, account=ACCOUNT)


def a_line(
    text: str,
    end: LineEnd = LineEnd.FILLED,
    **told: Any,  # noqa: ANN401 - any field
) -> LineReport:
    """Build a line from ``buy symbol``: sent, unless it was skipped."""
    side, symbol = text.split()
    is_sent = end is not LineEnd.SKIPPED
    filled = 10 if end is LineEnd.FILLED else 0
    order = an_order_report(
        filled_quantity=filled,
        filled_value=filled * 10_010,
        slippage=100 if filled else None,
        slippage_bps=10.0 if filled else None,
        fee=15 if filled else 0,
        tax=200 if filled and side == Side.SELL else 0,
        updated_at=at("09:01:03"),
    )
    return replace(
        LineReport(
            side=Side(side),
            symbol=symbol,
            name=f"이름{symbol}",
            planned_quantity=10 if side == Side.BUY else None,
            reference_price=10_000,
            end=end,
            order=order if is_sent else None,
            is_candidate=True,
        ),
        **told,
    )


def a_report(*lines: LineReport, **told: Any) -> SessionReport:  # noqa: ANN401 - any field
    """Build the report of a run from 09:01 to 09:01:05."""
    run = RunParts(
        began_at=at("09:01"),
        account_read=0.2,
        first_order=0.4,
        last_sell=1.5,
        last_buy=3.1,
        ended=5.0,
    )
    report = SessionReport(
        account=ACCOUNT,
        session=SESSION,
        plan_id="20260304-1f0c9a2e",
        strategy="trend_momentum",
        lines=lines,
        runs=(run,),
    )
    return replace(report, **told)


def observed(
    account: Account, session: date = SESSION, read_at: datetime | None = None
) -> AccountObserved:
    return AccountObserved(
        at=read_at or account.observed_at,
        account=account.account,
        session=session,
        observed=account,
    )


def prepared(plan: Plan) -> PlanPrepared:
    return PlanPrepared(
        at=plan.generated_at,
        account=plan.account,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
        buys=len(plan.buys),
        sells=len(plan.sells),
        slots_free=plan.slots_free,
    )


def evening(plan: Plan, total: int = 1_000_000) -> tuple[AccountObserved, PlanPrepared]:
    """Build what a prepare writes: a reading of the as-of session, then the plan."""
    read_at = plan.generated_at - timedelta(seconds=5)
    account = replace(the_account(), observed_at=read_at, total=total)
    return observed(account, plan.data_asof, read_at), prepared(plan)
