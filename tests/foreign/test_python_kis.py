"""python-kis, a KIS client nobody here wrote, works against the practice server.

Nothing of it is changed but its two domains. It checks the life of a token by the real
clock, so the practice day lies ahead.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest

from khms_trader.clock import SystemClock
from khms_trader.data.sample.market import SampleMarket
from khms_trader.market.calendar import Calendar
from practice_server import Serving, practice_server
from processes import make_home

REASON = "python-kis is not installed: uv sync"
pykis: Any = pytest.importorskip("pykis", reason=REASON)

pytestmark = pytest.mark.foreign

SYMBOL = "700370"
HOLDINGS = 25


@pytest.fixture(scope="module")
def session() -> date:
    return Calendar().next_session(SystemClock().now().date())


@pytest.fixture(scope="module")
def served(
    session: date, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    home = make_home(tmp_path_factory.mktemp("foreign") / "home")
    listed = SampleMarket(Calendar()).instruments(session)
    others = [i.symbol for i in listed if i.symbol != SYMBOL][:HOLDINGS]
    held = [word for symbol in others for word in ("--holding", f"{symbol}:4:5000")]
    arguments = ("--real-port", "0", "--at", f"{session}T10:00", *held)
    with practice_server(home, *arguments) as serving:
        yield serving


@pytest.fixture(scope="module")
def kis(served: Serving) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pykis.kis, "REAL_DOMAIN", served.real)
        patch.setattr(pykis.kis, "VIRTUAL_DOMAIN", served.virtual)
        client: Any = pykis.PyKis(
            id="someone",
            account="50123456-01",
            appkey="R" * 36,
            secretkey="r" * 180,
            virtual_id="someone",
            virtual_appkey="V" * 36,
            virtual_secretkey="v" * 180,
            use_websocket=False,
        )
        with closing(client):
            yield client


def test_it_finds_a_stock_and_its_price(kis: Any) -> None:  # noqa: ANN401
    stock = kis.stock(SYMBOL)

    quote = stock.quote()

    assert (stock.symbol, stock.market, stock.name) == (SYMBOL, "KRX", "예제전자")
    assert quote.open == quote.price > 0
    assert quote.low_limit < quote.price < quote.high_limit
    assert not quote.halt


def test_it_pages_through_a_year_of_adjusted_days(
    kis: Any,  # noqa: ANN401
    session: date,
) -> None:
    first = session - timedelta(days=365)

    chart = kis.stock(SYMBOL).daily_chart(start=first, end=session, adjust=True)

    days = [bar.time.date() for bar in chart.bars]
    assert days == sorted(set(days))
    assert len(days) > 200
    assert (days[0] - first).days < 14
    assert days[-1] == session
    assert all(0 < bar.low <= bar.close <= bar.high for bar in chart.bars)


def test_it_reads_both_pages_of_the_korean_balance(kis: Any) -> None:  # noqa: ANN401
    balance = kis.account().balance(country="KR")

    foreign = [stock for stock in balance.stocks if stock.symbol != SYMBOL]
    assert len(foreign) == HOLDINGS
    assert {(int(s.qty), int(s.purchase_amount)) for s in foreign} == {(4, 20_000)}
    assert int(balance.deposits["KRW"].amount) == 10_000_000


def test_what_it_buys_is_in_balance_orders_and_money(
    kis: Any,  # noqa: ANN401
    served: Serving,
    session: date,
) -> None:
    account = kis.account()
    before = account.orderable_amount("KRX", SYMBOL)

    order = account.buy("KRX", SYMBOL, qty=3)

    held = account.balance(country="KR").stock(SYMBOL)
    (listed,) = account.daily_orders(start=session, end=session, country="KR").orders
    after = account.orderable_amount("KRX", SYMBOL)
    (row,) = served.account()["orders"]
    assert (int(held.qty), int(held.orderable)) == (3, 3)
    assert (listed.number, listed.type, listed.name) == (order.number, "buy", held.name)
    assert (int(listed.qty), int(listed.executed_qty)) == (3, 3)
    assert int(listed.price) * 3 == int(held.purchase_amount) == row["filled_value"]
    assert int(before.amount - after.amount) == row["filled_value"] + row["costs"]
    assert 0 < after.qty < before.qty


def test_it_understands_a_refusal(kis: Any) -> None:  # noqa: ANN401
    with pytest.raises(pykis.KisAPIError) as refused:
        kis.account().buy("KRX", SYMBOL, qty=1_000_000)

    assert refused.value.msg_cd == "40250000"
