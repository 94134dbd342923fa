"""Days that pass and shares that split: every call tells the same story.

729660 of the generated market becomes five shares for one on 2026-02-27, after a close
of 143,700 won (the quote of that session).
"""

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import requests

from fakes import CALENDAR, NO_COSTS
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.clock import ManualClock
from khms_trader.data.sample.market import SampleMarket
from khms_trader.market.calendar import SEOUL
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Seed
from khms_trader.simulator.rules import Limits, ServerRules
from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.transport import PracticeAdapter
from simulator.practice import BALANCE_FIELDS, HOST, KEYS, ORDERS_FIELDS

SPLIT, OTHER = "729660", "700370"
EX_DAY = date(2026, 2, 27)
TRADING = "/uapi/domestic-stock/v1/trading/"
QUOTATIONS = "/uapi/domestic-stock/v1/quotations/"
FAST = Limits(per_second=1_000)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


class Days:
    """A server that follows its client, over the generated market."""

    def __init__(
        self,
        seed: Seed,
        *,
        started_at: str,
        environment: Environment = Environment.VIRTUAL,
    ) -> None:
        self.market = SampleMarket(CALENDAR)
        self.clock = ManualClock(moment(started_at))
        practice = PracticeMarket(
            calendar=CALENDAR,
            quotes=self.market,
            bars=self.market,
            listing=self.market,
            costs=NO_COSTS,
        )
        self.server = PracticeServer(
            Exchange(practice, seed, now=self.clock.now()),
            self.clock,
            rules=ServerRules(environment=environment, limits=FAST, follow_client=True),
        )
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount(HOST, PracticeAdapter(self.server))
        self.now = moment(started_at)
        self.token = ""

    def at(self, text: str) -> "Days":
        """Let the client's clock show ``text`` from now on."""
        self.now = moment(text)
        self.server.gateway.tokens.expire_all(self.now - timedelta(days=9))
        issued = self.session.post(
            f"{HOST}/oauth2/tokenP",
            json={
                "grant_type": "client_credentials",
                "appkey": KEYS.app_key,
                "appsecret": KEYS.app_secret,
            },
            headers=self.time(),
            timeout=5,
        )
        self.token = issued.json()["access_token"]
        return self

    def time(self) -> dict[str, str]:
        return {"X-Practice-Now": self.now.isoformat()}

    def headers(self, tr_id: str, continuation: str = "") -> dict[str, str]:
        return {
            **self.time(),
            "authorization": f"Bearer {self.token}",
            "appkey": KEYS.app_key,
            "appsecret": KEYS.app_secret,
            "tr_id": tr_id,
            "tr_cont": continuation,
            "custtype": "P",
        }

    def get(self, call: str, tr_id: str, **fields: str) -> dict[str, Any]:
        body: dict[str, Any] = self.session.get(
            HOST + call, params=fields, headers=self.headers(tr_id), timeout=5
        ).json()
        assert body["rt_cd"] == "0", body
        return body

    def quotation(
        self, call: str, tr_id: str, symbol: str = SPLIT, **fields: str
    ) -> dict[str, Any]:
        fields |= {"FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": symbol}
        return self.get(QUOTATIONS + call, tr_id, **fields)

    def bars(self, flag: str = "0") -> list[dict[str, str]]:
        """Return the newest bars of the split share, newest first."""
        fields = {
            "FID_INPUT_DATE_1": "20260101",
            "FID_INPUT_DATE_2": f"{self.now:%Y%m%d}",
            "FID_PERIOD_DIV_CODE": "D",
            "FID_ORG_ADJ_PRC": flag,
        }
        body = self.quotation("inquire-daily-itemchartprice", "FHKST03010100", **fields)
        rows: list[dict[str, str]] = body["output2"]
        return rows

    def price(self) -> dict[str, str]:
        body = self.quotation("inquire-price", "FHKST01010100")
        output: dict[str, str] = body["output"]
        return output

    def master_row(self) -> str:
        packed = self.session.get(
            f"{HOST}/common/master/kosdaq_code.mst.zip", headers=self.time(), timeout=9
        )
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            lines = archive.read("kosdaq_code.mst").decode("cp949").splitlines()
        (line,) = (line for line in lines if line.startswith(SPLIT))
        return line[-221:]

    def balance(self) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
        body = self.get(f"{TRADING}inquire-balance", "VTTC8434R", **BALANCE_FIELDS)
        return {row["pdno"]: row for row in body["output1"]}, body["output2"][0]

    def orders(self, first: str, last: str) -> list[dict[str, str]]:
        fields = {**ORDERS_FIELDS, "INQR_STRT_DT": first, "INQR_END_DT": last}
        fields |= {"CTX_AREA_FK100": "", "CTX_AREA_NK100": ""}
        body = self.get(f"{TRADING}inquire-daily-ccld", "VTTC0081R", **fields)
        rows: list[dict[str, str]] = body["output1"]
        return rows

    def buy(self, symbol: str, quantity: int) -> dict[str, Any]:
        body: dict[str, Any] = self.session.post(
            f"{HOST}{TRADING}order-cash",
            json={
                "CANO": "50123456",
                "ACNT_PRDT_CD": "01",
                "PDNO": symbol,
                "ORD_DVSN": "01",
                "ORD_QTY": str(quantity),
                "ORD_UNPR": "0",
            },
            headers=self.headers("VTTC0012U"),
            timeout=5,
        ).json()
        return body

    def account(self) -> dict[str, Any]:
        body: dict[str, Any] = self.session.get(
            f"{HOST}/practice/account", headers=self.time(), timeout=5
        ).json()
        return body


def holding(shares: int = 10, *, started_at: str = "2026-02-23T10:00") -> Days:
    return Days(Seed(unpriced={SPLIT: shares}), started_at=started_at)


def test_the_morning_of_a_split_knows_only_the_new_shares() -> None:
    days = holding().at("2026-02-27T08:30")

    price, newest, raw = days.price(), days.bars()[0], days.bars("1")[0]
    held = days.balance()[0][SPLIT]

    assert (price["stck_prpr"], price["stck_sdpr"]) == ("28750", "28750")
    assert (newest["stck_bsop_date"], newest["stck_clpr"]) == ("20260226", "28740")
    assert raw["stck_clpr"] == "143700"
    assert (held["hldg_qty"], held["prpr"], held["evlu_amt"]) == (
        "50",
        "28750",
        "1437500",
    )
    row = days.master_row()
    assert int(row[36:45]) == 28_750
    assert int(row[76:88]) == int(newest["acml_vol"]) == 5 * int(raw["acml_vol"])


def test_all_calls_agree_on_the_day_of_a_split() -> None:
    days = holding().at("2026-02-27T09:05")

    price, (today, before, *_) = days.price(), days.bars()[:3]
    book = days.quotation("inquire-asking-price-exp-ccn", "FHKST01010200")

    assert (price["stck_prpr"], price["stck_sdpr"]) == ("28650", "28750")
    assert (today["stck_bsop_date"], today["stck_oprc"]) == ("20260227", "28650")
    assert (before["stck_clpr"], today["prdy_vrss"]) == ("28740", "-90")
    assert book["output1"]["askp1"] == "28700"
    assert book["output1"]["bidp1"] == "28600"
    assert book["output2"]["stck_sdpr"] == "28750"
    assert days.balance()[0][SPLIT]["evlu_amt"] == "1432500"


def test_the_real_host_quotes_the_split_like_the_virtual_one() -> None:
    days = Days(Seed(), started_at="2026-02-27T08:00", environment=Environment.REAL)
    days.at("2026-02-27T09:05")

    fields = {"FID_COND_MRKT_DIV_CODE_1": "J", "FID_INPUT_ISCD_1": SPLIT}
    (row,) = days.get(f"{QUOTATIONS}intstock-multprice", "FHKST11300006", **fields)[
        "output"
    ]

    assert (row["inter2_prpr"], row["inter2_sdpr"]) == ("28650", "28750")
    assert row["inter2_prdy_clpr"] == "28740"
    assert (row["inter2_askp"], row["inter2_bidp"]) == ("28700", "28600")


def test_the_real_host_names_an_issue() -> None:
    days = Days(Seed(), started_at="2026-03-04T09:00", environment=Environment.REAL)
    days.at("2026-03-04T09:05")

    fields = {"PDNO": OTHER, "PRDT_TYPE_CD": "300"}
    output = days.get(f"{QUOTATIONS}search-info", "CTPF1604R", **fields)["output"]

    assert (output["shtn_pdno"], output["prdt_abrv_name"]) == (OTHER, "예제전자")


def test_shares_without_a_price_cost_what_they_closed_at_before_the_start() -> None:
    before = holding(10, started_at="2026-02-27T08:30").at("2026-02-27T08:30")
    after = holding(10, started_at="2026-02-26T16:00").at("2026-02-26T16:00")

    assert before.account()["holdings"][0]["average_price"] == "28740.0000"
    assert after.account()["holdings"][0]["average_price"] == "143700.0000"


def test_shares_cash_and_orders_live_through_days_and_a_split() -> None:
    days = holding().at("2026-02-24T09:05")
    assert days.buy(SPLIT, 1)["rt_cd"] == "1"  # halted before the split
    assert days.buy(OTHER, 3)["rt_cd"] == "0"
    paid = 10_000_000 - days.account()["cash_d2"]

    days.at("2026-02-25T09:05")
    assert days.account()["cash"] == 10_000_000
    days.at("2026-02-26T09:05")
    assert days.account()["cash"] == 10_000_000 - paid
    days.at("2026-03-04T09:05")
    assert days.buy(OTHER, 2)["rt_cd"] == "0"

    held, _ = days.balance()
    rows = days.orders("20260223", "20260304")
    assert {s: row["hldg_qty"] for s, row in held.items()} == {SPLIT: "50", OTHER: "5"}
    assert [(row["ord_dt"], row["odno"]) for row in rows] == [
        ("20260224", "0000000001"),
        ("20260304", "0000000001"),
    ]
    truth = days.account()
    assert [order["filled"] for order in truth["orders"]] == [3, 2]
    worth = sum(each["value"] for each in truth["holdings"])
    assert truth["total"] == truth["cash_d2"] + worth


def test_a_server_begins_no_later_than_its_client() -> None:
    # It was started months after the day that its client lives on.
    days = holding(started_at="2026-11-20T10:00").at("2026-03-04T09:05")

    bought = days.buy(OTHER, 3)

    assert bought["rt_cd"] == "0"
    truth = days.account()
    assert truth["session"] == "2026-03-04"
    assert [order["filled"] for order in truth["orders"]] == [3]


def test_two_hundred_holdings_come_on_ten_pages() -> None:
    market = SampleMarket(CALENDAR)
    listed = [i.symbol for i in market.instruments(date(2026, 3, 4))][:200]
    seed = Seed(unpriced=dict.fromkeys(listed, 2))
    days = Days(seed, started_at="2026-03-04T09:00").at("2026-03-04T09:05")
    found: list[str] = []
    continuation, cursor, pages = "", {"CTX_AREA_FK100": "", "CTX_AREA_NK100": ""}, 0

    while continuation != "D":
        answer = days.session.get(
            f"{HOST}{TRADING}inquire-balance",
            params={**BALANCE_FIELDS, **cursor},
            headers=days.headers("VTTC8434R", "N" if pages else ""),
            timeout=5,
        )
        body = answer.json()
        found += [row["pdno"] for row in body["output1"]]
        cursor = {name.upper(): body[name] for name in body if name.startswith("ctx")}
        continuation, pages = answer.headers["tr_cont"], pages + 1

    assert (pages, found) == (10, sorted(listed))


def test_what_the_account_is_can_be_asked_of_the_virtual_host_only() -> None:
    days = Days(Seed(), started_at="2026-03-04T09:05", environment=Environment.REAL)

    answer = days.session.get(f"{HOST}/practice/account", timeout=5)

    assert answer.json()["msg_cd"] == "EGW00102"


def test_a_day_before_the_market_began_is_said_and_not_a_crash() -> None:
    days = holding()

    answer = days.session.get(
        f"{HOST}/practice/account",
        headers={"X-Practice-Now": "1999-03-04T09:05:00+09:00"},
        timeout=5,
    )

    assert answer.status_code == 500
    assert answer.json() == {"error": "sample_before_epoch"}
