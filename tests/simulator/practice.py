"""A practice server on a small market, and a plain ``requests`` session to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
import requests

from fakes import CALENDAR, NO_COSTS, SESSION, a_quote, at
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.clock import ManualClock
from khms_trader.domain.instrument import Designation, Instrument, InstrumentKind
from khms_trader.domain.panel import Panel
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import BarProblem
from khms_trader.domain.quote import Quote
from khms_trader.ledger import Position
from khms_trader.market.rates import CostRates
from khms_trader.simulator.exchange import Exchange, ExchangeRules
from khms_trader.simulator.faults import FaultPlan
from khms_trader.simulator.gateway import Keys
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Seed
from khms_trader.simulator.rules import ServerRules
from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.transport import PracticeAdapter

HOST: Final = "https://openapivts.koreainvestment.com:29443"
TRADING: Final = "/uapi/domestic-stock/v1/trading/"
QUOTATIONS: Final = "/uapi/domestic-stock/v1/quotations/"
KEYS: Final = Keys(app_key="K" * 36, app_secret="S" * 180, account="5012345601")
ONE, TWO = "100000", "200000"
FIRST_BAR: Final = date(2025, 1, 2)
CLOSE: Final = 11_000


class Market:
    """Every symbol opens at 10,000 won and closes at 11,000, for ever.

    One of ``late`` has no trade before its moment by ``clock``.
    """

    name = "sample"
    basis = "raw"

    def __init__(self, clock: ManualClock | None = None) -> None:
        self.clock = clock
        self.late: dict[str, datetime] = {}
        self.opens: dict[str, int | None] = {}
        self.unknown: set[str] = {"999990"}
        self.marks: dict[str, frozenset[Designation]] = {}
        self.unlimited: set[str] = set()
        self.splits: dict[tuple[str, date], int] = {}

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        if symbol in self.unknown:
            return None
        quote = a_quote(
            symbol,
            open_price=None if self._is_late(symbol) else self._opening(symbol),
            session=session,
            has_limits=symbol not in self.unlimited,
            designations=self.marks.get(symbol, frozenset()),
        )
        return replace(quote, split_ratio=self.splits.get((symbol, session), 1))

    def _opening(self, symbol: str) -> int | None:
        return self.opens.get(symbol, 10_000)

    def _is_late(self, symbol: str) -> bool:
        opens_at = self.late.get(symbol)
        return bool(opens_at and self.clock and self.clock.now() < opens_at)

    def last_price(self, symbol: str, at: datetime) -> int | None:
        if symbol in self.unknown:
            return None
        session = at.date()
        if not CALENDAR.is_session(session) or at < CALENDAR.opens_at(session):
            return 10_000
        is_over = at >= CALENDAR.closes_at(session)
        return CLOSE if is_over else self.opens.get(symbol, 10_000) or 10_000

    def panel(self, until: date, symbols: Sequence[str] | None = None) -> Panel:
        sessions = CALENDAR.sessions(FIRST_BAR, until)
        names = tuple(sorted(set(symbols or (ONE, TWO)) - self.unknown))
        shape = (len(sessions), len(names))
        return Panel(
            sessions=sessions,
            symbols=names,
            open=np.full(shape, 10_000, dtype=np.int32),
            high=np.full(shape, 11_200, dtype=np.int32),
            low=np.full(shape, 9_900, dtype=np.int32),
            close=np.full(shape, CLOSE, dtype=np.int32),
            volume=np.full(shape, 2_000, dtype=np.int64),
        )

    def state_of(self, session: date, now: datetime) -> BarsState:
        return BarsState.FINAL

    def problems(self) -> tuple[BarProblem, ...]:
        return ()

    def instruments(self, asof: date) -> tuple[Instrument, ...]:
        return (
            Instrument(
                symbol=ONE,
                name="예제전자",
                reference_price=12_962,
                reference_volume=1_234_567,
            ),
            Instrument(
                symbol="0007C0",
                name="가나다ABC",
                kind=InstrumentKind.ETF,
                designations=frozenset(
                    {Designation.HALTED, Designation.RISK, Designation.ATTENTION}
                ),
            ),
        )


class Practice:
    """The server of a test, its clock, and what a client does with it."""

    def __init__(
        self,
        *,
        start_at: datetime | None = None,
        cash: int = 10_000_000,
        holdings: Mapping[str, int] | None = None,
        costs: CostRates = NO_COSTS,
        exchange_rules: ExchangeRules | None = None,
        rules: ServerRules | None = None,
        keys: Keys | None = KEYS,
    ) -> None:
        self.clock = ManualClock(start_at or at(9, 1))
        self.market = Market(self.clock)
        self.rules = rules or ServerRules()
        self.faults = FaultPlan()
        self.exchange = Exchange(
            PracticeMarket(
                calendar=CALENDAR,
                quotes=self.market,
                bars=self.market,
                listing=self.market,
                costs=costs,
            ),
            Seed(cash=cash, holdings=held(holdings or {})),
            now=self.clock.now(),
            rules=exchange_rules,
        )
        self.server = PracticeServer(
            self.exchange,
            self.clock,
            rules=self.rules,
            keys=keys,
            faults=self.faults,
        )
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount(HOST, PracticeAdapter(self.server, sleep=self.clock.sleep))
        self.pause = 1.1
        self._token = ""

    @property
    def token(self) -> str:
        if not self._token:
            self._token = self.issue().json()["access_token"]
        return self._token

    def forget_token(self) -> None:
        self._token = ""

    def issue(self, **changes: Any) -> requests.Response:  # noqa: ANN401
        body = {
            "grant_type": "client_credentials",
            "appkey": KEYS.app_key,
            "appsecret": KEYS.app_secret,
            **changes,
        }
        return self.session.post(f"{HOST}/oauth2/tokenP", json=body, timeout=5)

    def headers(self, tr_id: str, *, following: bool = False) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self.token}",
            "appkey": KEYS.app_key,
            "appsecret": KEYS.app_secret,
            "tr_id": tr_id,
            "tr_cont": "N" if following else "",
            "custtype": "P",
            "content-type": "application/json; charset=utf-8",
        }

    def get(
        self, path: str, tr_id: str, fields: Mapping[str, str], **options: bool
    ) -> requests.Response:
        headers = self.headers(tr_id, **options)
        self.clock.sleep(self.pause)
        return self.session.get(
            HOST + path, params=dict(fields), headers=headers, timeout=5
        )

    def post(
        self, path: str, tr_id: str, fields: Mapping[str, str]
    ) -> requests.Response:
        headers = self.headers(tr_id)
        self.clock.sleep(self.pause)
        return self.session.post(
            HOST + path, json=dict(fields), headers=headers, timeout=5
        )

    def buy(
        self, symbol: str = ONE, quantity: int = 10, price: int = 0, **changes: str
    ) -> requests.Response:
        return self._order("VTTC0012U", symbol, quantity, price, changes)

    def sell(
        self, symbol: str = ONE, quantity: int = 10, price: int = 0, **changes: str
    ) -> requests.Response:
        return self._order("VTTC0011U", symbol, quantity, price, changes)

    def change(self, number: str, **changes: str) -> requests.Response:
        """Cancel the order ``number`` wholly, or as ``changes`` say."""
        fields = {
            **ACCOUNT,
            "KRX_FWDG_ORD_ORGNO": "00950",
            "ORGN_ODNO": number,
            "ORD_DVSN": "00",
            "RVSE_CNCL_DVSN_CD": "02",
            "ORD_QTY": "0",
            "ORD_UNPR": "0",
            "QTY_ALL_ORD_YN": "Y",
            **changes,
        }
        return self.post(f"{TRADING}order-rvsecncl", "VTTC0013U", fields)

    def balance(self, **changes: str) -> requests.Response:
        following = bool(changes)
        return self.get(
            f"{TRADING}inquire-balance",
            "VTTC8434R",
            {**BALANCE_FIELDS, **changes},
            following=following,
        )

    def orders(self, tr_id: str = "VTTC0081R", **changes: str) -> requests.Response:
        following = "CTX_AREA_NK100" in changes
        today = f"{self.clock.now():%Y%m%d}"
        fields = {
            **ORDERS_FIELDS,
            "INQR_STRT_DT": today,
            "INQR_END_DT": today,
            **changes,
        }
        return self.get(
            f"{TRADING}inquire-daily-ccld", tr_id, fields, following=following
        )

    def buying_power(self, symbol: str = ONE, **changes: str) -> requests.Response:
        fields = {
            **ACCOUNT,
            "PDNO": symbol,
            "ORD_UNPR": "",
            "ORD_DVSN": "01",
            "CMA_EVLU_AMT_ICLD_YN": "N",
            "OVRS_ICLD_YN": "N",
            **changes,
        }
        return self.get(f"{TRADING}inquire-psbl-order", "VTTC8908R", fields)

    def quotation(
        self, call: str, tr_id: str, symbol: str = ONE, **changes: str
    ) -> requests.Response:
        fields = {
            "FID_COND_MRKT_DIV_CODE": "J",
            "FID_INPUT_ISCD": symbol,
            **changes,
        }
        return self.get(QUOTATIONS + call, tr_id, fields)

    def price(self, symbol: str = ONE) -> requests.Response:
        return self.quotation("inquire-price", "FHKST01010100", symbol)

    def rows(self) -> list[dict[str, str]]:
        """Return today's orders, oldest first."""
        rows: list[dict[str, str]] = self.orders().json()["output1"]
        return rows

    def row(self, number: str) -> dict[str, str]:
        (found,) = (row for row in self.rows() if row["odno"] == number)
        return found

    def money(self) -> dict[str, str]:
        total: dict[str, str] = self.balance().json()["output2"][0]
        return total

    def wait(self, **duration: float) -> None:
        self.clock.sleep(timedelta(**duration).total_seconds())

    def _order(
        self,
        tr_id: str,
        symbol: str,
        quantity: int,
        price: int,
        changes: Mapping[str, str],
    ) -> requests.Response:
        fields = {
            **ACCOUNT,
            "PDNO": symbol,
            "ORD_DVSN": "00" if price else "01",
            "ORD_QTY": str(quantity),
            "ORD_UNPR": str(price),
            **changes,
        }
        return self.post(f"{TRADING}order-cash", tr_id, fields)


ACCOUNT: Final = {"CANO": "50123456", "ACNT_PRDT_CD": "01"}
BALANCE_FIELDS: Final = {
    **ACCOUNT,
    "AFHR_FLPR_YN": "N",
    "OFL_YN": "",
    "INQR_DVSN": "02",
    "UNPR_DVSN": "01",
    "FUND_STTL_ICLD_YN": "N",
    "FNCG_AMT_AUTO_RDPT_YN": "N",
    "PRCS_DVSN": "00",
    "CTX_AREA_FK100": "",
    "CTX_AREA_NK100": "",
}
ORDERS_FIELDS: Final = {
    **ACCOUNT,
    "SLL_BUY_DVSN_CD": "00",
    "PDNO": "",
    "ORD_GNO_BRNO": "",
    "ODNO": "",
    "CCLD_DVSN": "00",
    "INQR_DVSN": "01",
    "INQR_DVSN_1": "",
    "INQR_DVSN_3": "00",
    "EXCG_ID_DVSN_CD": "KRX",
}
PERIOD_FIELDS: Final = {
    "FID_INPUT_DATE_1": "20250101",
    "FID_INPUT_DATE_2": f"{SESSION:%Y%m%d}",
    "FID_PERIOD_DIV_CODE": "D",
    "FID_ORG_ADJ_PRC": "0",
}
REAL: Final = ServerRules(environment=Environment.REAL)


def held(shares: Mapping[str, int]) -> dict[str, Position]:
    """Return positions bought at 9,000 won."""
    return {
        symbol: Position(quantity=quantity, cost=9_000 * quantity)
        for symbol, quantity in shares.items()
    }


def said(response: requests.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return response.status_code, response.json()["msg_cd"]


def number(response: requests.Response) -> str:
    """Return the order number of an acknowledgement."""
    text: str = response.json()["output"]["ODNO"]
    return text
