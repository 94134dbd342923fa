"""The practice server, started as a user starts it, speaks HTTP on loopback."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from khms_trader.cli.simulator import main
from practice_server import Serving, practice_server, start
from processes import DEADLINE_SECONDS, make_home, run_script

KEYS = {"appkey": "P" * 36, "appsecret": "s" * 180}
QUOTATIONS = "/uapi/domestic-stock/v1/quotations/"
TRADING = "/uapi/domestic-stock/v1/trading/"


class Client:
    """The least of a client: a token, and one call after another."""

    def __init__(self, address: str) -> None:
        self.address = address
        body = {"grant_type": "client_credentials", **KEYS}
        issued = requests.post(f"{address}/oauth2/tokenP", json=body, timeout=20)
        self.token = issued.json()
        self.headers = {
            **KEYS,
            "authorization": f"Bearer {self.token['access_token']}",
            "custtype": "P",
            "content-type": "application/json; charset=utf-8",
        }

    def get(self, path: str, tr_id: str, **fields: str) -> dict[str, Any]:
        body: dict[str, Any] = requests.get(
            self.address + path,
            params=fields,
            headers={**self.headers, "tr_id": tr_id},
            timeout=20,
        ).json()
        return body

    def price(self, symbol: str) -> dict[str, Any]:
        return self.get(
            f"{QUOTATIONS}inquire-price",
            "FHKST01010100",
            FID_COND_MRKT_DIV_CODE="J",
            FID_INPUT_ISCD=symbol,
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("practice") / "home")


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Serving]:
    holdings = ("--holding", "700370:7", "--holding", "729660:3:20000")
    money = ("--cash", "1,500,000", "--requests-per-sec", "500")
    at = ("--at", "2026-03-04T09:05")
    story = ("--story", "724440:2026-03-04:administrative")
    with practice_server(
        home, "--real-port", "0", *at, *holdings, *money, *story
    ) as serving:
        yield serving


@pytest.fixture(scope="module")
def client(served: Serving) -> Client:
    return Client(served.virtual)


@pytest.fixture(scope="module")
def real(served: Serving) -> Client:
    return Client(served.real)


def test_it_issues_a_token_and_quotes_the_open_of_its_session(client: Client) -> None:
    quoted = client.price("700370")

    assert client.token["expires_in"] == 86400
    assert quoted["rt_cd"] == "0"
    assert quoted["output"]["stck_shrn_iscd"] == "700370"
    assert int(quoted["output"]["stck_oprc"]) > 0


def test_the_account_starts_with_the_money_and_shares_asked_for(
    served: Serving,
) -> None:
    account = served.account()

    assert (account["cash"], account["cash_d2"]) == (1_500_000, 1_500_000)
    held = {each["symbol"]: each for each in account["holdings"]}
    assert {s: (h["quantity"], h["average_price"]) for s, h in held.items()} == {
        # The close of 2026-03-03, as the sample market tells it.
        "700370": (7, "34350.0000"),
        "729660": (3, "20000.0000"),
    }
    worth = sum(each["value"] for each in account["holdings"])
    assert account["total"] == 1_500_000 + worth


def test_more_requests_a_second_are_let_through_when_asked_for(
    client: Client,
    served: Serving,
) -> None:
    codes = {client.price("700370")["msg_cd"] for _ in range(5)}

    assert codes == {"MCA00000"}
    assert served.requests()["busiest_second"] > 1


def test_a_story_is_told_by_both_hosts(client: Client, real: Client) -> None:
    quoted = [client.price("724440"), real.price("724440")]

    assert [each["output"]["mang_issu_cls_code"] for each in quoted] == ["Y", "Y"]
    assert client.price("700370")["output"]["mang_issu_cls_code"] == "N"


def test_faults_can_be_replaced_while_it_serves(
    client: Client, served: Serving
) -> None:
    path = f"{served.virtual}/practice/faults"
    requests.post(path, json={"faults": ["price:1:reject:40910000"]}, timeout=20)

    assert client.price("700370")["msg_cd"] == "40910000"
    assert client.price("700370")["rt_cd"] == "0"


def test_the_real_host_quotes_the_same_price_and_knows_no_account(
    client: Client, real: Client
) -> None:
    refused = real.get(f"{TRADING}inquire-balance", "TTTC8434R")

    ours, theirs = client.price("700370"), real.price("700370")
    assert ours["output"]["stck_prpr"] == theirs["output"]["stck_prpr"]
    assert refused["msg_cd"] == "EGW00206"


def test_it_trades_at_bars_that_a_person_imported(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    rows = [
        f"2026-03-{day:02},123450,{price},{price + 50},{price - 50},{price},1000"
        for day, price in ((3, 9_000), (4, 9_100), (5, 9_200))
    ]
    head = "date,ticker,open,high,low,close,volume"
    bars = tmp_path / "bars.csv"
    bars.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    imported = run_script(
        "tools/import_bars.py", "--basis", "raw", str(bars), home=home
    )
    assert imported.code == 0, imported.err

    at = ("--at", "2026-03-05T09:05", "--holding", "123450:10")
    with practice_server(home, "--data", "store", *at) as serving:
        output = Client(serving.virtual).price("123450")["output"]
        account = serving.account()

    assert (output["stck_prpr"], output["stck_sdpr"]) == ("9200", "9100")
    (held,) = account["holdings"]
    assert (held["average_price"], held["value"]) == ("9100.0000", 92_000)


def test_without_imported_bars_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHMS_HOME", str(make_home(tmp_path / "home")))
        code = main(["--data", "store", "--port", "0"])

    assert code == 4
    assert "import_bars.py" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process there")
def test_ctrl_c_closes_it_without_a_word_of_trouble(home: Path) -> None:
    with practice_server(home) as serving:
        serving.process.send_signal(signal.SIGINT)
        said, errors = serving.process.communicate(timeout=DEADLINE_SECONDS)

    assert serving.process.returncode == 0
    assert "연습 서버를 닫았습니다." in said
    assert errors == ""


def test_a_port_that_is_taken_ends_with_a_sentence(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(home, "--port", str(taken.getsockname()[1]))
        _, errors = process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 4
    assert "포트" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--fault", "buy:1:x"], "buy:1:x"),
        (["--story", "700370:2026-03-04:stolen"], "stolen"),
        (["--story", "700370:2026-03-01:halted"], "2026-03-01"),
        (["--story", "999990:2026-03-04:halted"], "999990"),
        (["--holding", "700370:3", "--holding", "700370:4"], "두 번"),
        (["--holding", "999990:3"], "없는 종목"),
        (["--holding", "700370"], "종목:수량"),
        (["--holding", "700370:0"], "종목:수량"),
        (["--holding", "700370:-1"], "종목:수량"),
        (["--holding", "700370:3:0"], "종목:수량"),
        (["--holding", "삼성전자:3"], "종목:수량"),
        (["--cash", "-1"], "--cash"),
        (["--cash", "많이"], "--cash"),
        (["--cash", "10.5"], "--cash"),
        (["--requests-per-sec", "0"], "--requests-per-sec"),
        (["--requests-per-sec", "100000"], "--requests-per-sec"),
        (["--port", "65536"], "--port"),
        (["--real-port", "-1"], "--real-port"),
    ],
)
def test_what_it_cannot_be_ends_with_a_sentence(
    home: Path,
    arguments: list[str],
    named: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHMS_HOME", str(home))
        try:
            code = main(["--at", "2026-03-04T09:05", *arguments])
        except SystemExit as ended:  # the parser's own end
            code = int(ended.code or 0)

    assert code == 2
    assert named in capsys.readouterr().err
