"""The same server over WSGI and ASGI: bodies, headers, losses."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests

from khms_trader.simulator.app import PracticeApp
from khms_trader.simulator.asgi import PracticeAsgi
from simulator.practice import (
    BALANCE_FIELDS,
    HOST,
    KEYS,
    ONE,
    QUOTATIONS,
    TRADING,
    Practice,
)

PRICE = {"FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": ONE}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Served:
    """A practice on a loopback socket."""

    def __init__(self, practice: Practice, address: str) -> None:
        self.practice = practice
        self.address = address
        self.slept: list[float] = []


@pytest.fixture
def served() -> Iterator[Served]:
    practice = Practice(holdings={f"1000{place:02}": 10 for place in range(25)})
    found = Served(practice, "")
    app = PracticeApp(practice.server, sleep=found.slept.append, silence=7)
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        found.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def get(served: Served, path: str, tr_id: str, **fields: str) -> requests.Response:
    headers = served.practice.headers(tr_id, following="CTX_AREA_NK100" in fields)
    served.practice.clock.sleep(1.1)
    with requests.Session() as session:
        return session.get(
            served.address + path, params=fields, headers=headers, timeout=5
        )


def test_a_price_over_a_socket_is_the_one_inside_the_process(served: Served) -> None:
    over = get(served, f"{QUOTATIONS}inquire-price", "FHKST01010100", **PRICE)
    inside = served.practice.price()

    assert over.json() == inside.json()
    assert over.headers["Content-Type"] == "application/json; charset=utf-8"
    assert over.headers["tr_id"] == "FHKST01010100"


def test_pages_follow_over_a_socket(served: Served) -> None:
    path, tr_id = f"{TRADING}inquire-balance", "VTTC8434R"
    blank = {
        name: text
        for name, text in BALANCE_FIELDS.items()
        if not name.startswith("CTX_AREA")
    }
    first = get(served, path, tr_id, **blank)
    context = {
        "CTX_AREA_FK100": first.json()["ctx_area_fk100"],
        "CTX_AREA_NK100": first.json()["ctx_area_nk100"],
    }

    second = get(served, path, tr_id, **blank, **context)

    assert [len(page.json()["output1"]) for page in (first, second)] == [20, 5]


def test_a_token_is_posted_over_a_socket(served: Served) -> None:
    body = {
        "grant_type": "client_credentials",
        "appkey": KEYS.app_key,
        "appsecret": KEYS.app_secret,
    }

    with requests.Session() as session:
        answer = session.post(f"{served.address}/oauth2/tokenP", json=body, timeout=5)

    assert "access_token" in answer.json()


@pytest.mark.parametrize("kind", ["lost", "reset", "timeout"])
def test_a_lost_answer_breaks_the_connection(served: Served, kind: str) -> None:
    served.practice.faults.add(f"price:1:{kind}")

    with pytest.raises(requests.RequestException):
        get(served, f"{QUOTATIONS}inquire-price", "FHKST01010100", **PRICE)

    assert served.slept[-1] == (7 if kind == "timeout" else 0)


def test_an_outage_is_a_page_of_html(served: Served) -> None:
    served.practice.faults.add("price:1:html")

    answer = get(served, f"{QUOTATIONS}inquire-price", "FHKST01010100", **PRICE)

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        500,
        "text/html; charset=utf-8",
    )


def test_another_process_can_read_what_came_when(served: Served) -> None:
    get(served, f"{QUOTATIONS}inquire-price", "FHKST01010100", **PRICE)

    with requests.Session() as session:
        told = session.get(f"{served.address}/practice/requests", timeout=5).json()

    assert [request["call"] for request in told["requests"]] == ["token", "price"]


def asked(practice: Practice, path: str, **headers: str) -> list[dict[str, Any]]:
    """Return the messages the ASGI callable sends for one GET."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=100000",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(dict(message))

    asyncio.run(PracticeAsgi(practice.server, silence=0)(scope, receive, send))
    return sent


def test_an_asgi_server_gets_status_headers_and_body() -> None:
    practice = Practice()
    headers = practice.headers("FHKST01010100")

    start, end = asked(practice, f"{QUOTATIONS}inquire-price", **headers)

    assert (start["status"], (b"tr_id", b"FHKST01010100") in start["headers"]) == (
        200,
        True,
    )
    assert json.loads(end["body"])["output"]["stck_prpr"] == "10000"
    length = dict(start["headers"])[b"content-length"]
    assert int(length) == len(end["body"])


def test_an_asgi_server_is_left_with_a_promise_when_the_answer_is_lost() -> None:
    practice = Practice()
    headers = practice.headers("FHKST01010100")
    practice.faults.add("price:1:reset")

    (start,) = asked(practice, f"{QUOTATIONS}inquire-price", **headers)

    assert (b"content-length", b"64") in start["headers"]


def test_anything_but_http_is_left_alone() -> None:
    app: Callable[..., Any] = PracticeAsgi(Practice().server)

    asyncio.run(app({"type": "lifespan"}, None, None))


def test_an_unknown_address_is_refused_in_the_servers_own_words() -> None:
    practice = Practice()

    answer = practice.session.get(f"{HOST}/nowhere", timeout=5)

    assert (answer.status_code, answer.json()["msg_cd"]) == (500, "EGW00102")
