"""No key, token or account number is seen where a person or a file could keep it."""

import logging
import ssl
import subprocess
import traceback
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Final

import pytest

from broker.kis.loopback_kis import (
    Fate,
    LoopbackKis,
    Says,
    a_loopback_kis,
    a_token,
    an_error,
)
from broker.kis.scripted_caller import Veiled
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import BALANCE, BUY, Environment
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.pacing import Pace
from khms_trader.broker.kis.redaction import Redactor
from khms_trader.broker.kis.transport import Timeouts
from khms_trader.cli.sentences import sentence
from khms_trader.clock import ManualClock
from khms_trader.errors import BrokerUnavailable, ConfigError, KhmsTraderError
from khms_trader.market.calendar import SEOUL

APP_KEY: Final = "PSa1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7"
APP_SECRET: Final = "s3cr3tS3cr3t" * 15
TOKEN: Final = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJzdWIi.abc-_def"  # noqa: S105
ACCOUNT: Final = "87654321"
SECRETS: Final = (APP_KEY, APP_SECRET, TOKEN, ACCOUNT)
ECHO: Final = f"{APP_KEY} {APP_SECRET} Bearer {TOKEN} {ACCOUNT}-01"
FIELDS: Final = {"CANO": ACCOUNT, "ACNT_PRDT_CD": "01", "PDNO": "319400"}
TROUBLES: Final = [
    an_error("OPSQ2000", status=200, message=ECHO),
    an_error("ZZZZ9999", status=200, message=ECHO),
    an_error(APP_KEY, message=ECHO),
    an_error("EGW00121", message=ECHO),
    an_error("EGW00201", message=ECHO),
    Says(body=ECHO.encode(), status=500),
    Says(body={"error_code": "EGW00103", "error_description": ECHO}, status=403),
    Says(fate=Fate.RESET),
    Says(fate=Fate.CLOSED),
    Says(fate=Fate.SILENT),
    Says(status=302, headers={"location": f"http://127.0.0.1:9/{ACCOUNT}"}),
]


@pytest.fixture
def kis() -> Iterator[LoopbackKis]:
    with a_loopback_kis() as server:
        server.will_say("tokenP", *[a_token(TOKEN)] * 9)
        yield server


def a_client(folder: Path, address: str, secret: str = APP_SECRET) -> KisClient:
    return KisClient(
        environment=Environment.VIRTUAL,
        address=address,
        keys=Keys(app_key=Veiled(APP_KEY), app_secret=Veiled(secret)),
        folder=folder,
        clock=ManualClock(datetime(2026, 11, 23, 9, 1, tzinfo=SEOUL)),
        manners=Manners(
            pace=Pace(request_seconds=0.5, order_seconds=0.7),
            timeouts=Timeouts(connect_seconds=2, read_seconds=0.2),
        ),
    )


def everything_told(error: KhmsTraderError) -> str:
    told = [str(error), repr(error), repr(error.facts), sentence(error)]
    return "".join(told + traceback.format_exception(error, chain=True))


def assert_nothing_leaked(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("is_order", [True, False])
def test_no_trouble_tells_a_secret(
    kis: LoopbackKis,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    trouble: Says,
    *,
    is_order: bool,
) -> None:
    kis.will_say("order-cash", trouble)
    kis.will_say("inquire-balance", *[trouble] * 4)
    client = a_client(tmp_path, kis.address)

    with caplog.at_level(logging.DEBUG), pytest.raises(KhmsTraderError) as caught:
        client.order(BUY, FIELDS) if is_order else client.read(BALANCE, FIELDS)

    assert_nothing_leaked(everything_told(caught.value))
    assert_nothing_leaked(caplog.text)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_server_that_is_not_there_learns_and_tells_nothing(
    kis: LoopbackKis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = a_client(tmp_path, "http://127.0.0.1:9")

    with caplog.at_level(logging.DEBUG), pytest.raises(BrokerUnavailable) as caught:
        client.read(BALANCE, FIELDS)

    assert_nothing_leaked(everything_told(caught.value) + caplog.text)


def test_only_the_private_token_file_holds_the_token(
    kis: LoopbackKis, tmp_path: Path
) -> None:
    client = a_client(tmp_path, kis.address)
    client.read(BALANCE, FIELDS)

    assert_nothing_leaked(repr(client) + repr(client.tokens.current()))
    for path in tmp_path.rglob("*"):
        assert_nothing_leaked(str(path))
        if path.is_file() and path.name != "token.json":
            assert_nothing_leaked(path.read_text(encoding="utf-8"))


def test_a_key_that_no_header_can_hold_is_named_but_not_shown(tmp_path: Path) -> None:
    for secret in ("", "two words", "line\nbreak", "비밀"):
        with pytest.raises(ConfigError) as caught:
            a_client(tmp_path, "http://127.0.0.1:9", secret)

        assert caught.value.code == "kis_key_garbled"
        assert caught.value.facts == {"key": "app_secret"}


def test_the_environment_neither_redirects_nor_replaces_our_authorization(
    kis: LoopbackKis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    a_client(tmp_path / "kis", kis.address).read(BALANCE, FIELDS)

    heard = kis.heard_of("inquire-balance")[0]
    assert heard.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[str]:
    """Serve HTTPS with a certificate nobody vouches for."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 "
        f"-keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_certificate_nobody_vouches_for_ends_it(
    self_signed: str, tmp_path: Path
) -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        a_client(tmp_path / "kis", self_signed).read(BALANCE, FIELDS)

    assert caught.value.code == "kis_certificate_refused"
    assert_nothing_leaked(everything_told(caught.value))


def test_a_message_is_one_clean_line() -> None:
    message = "  계좌\t12345678-01\r\n\x1b[31m Bearer abc.def  " + "x" * 500

    cleaned = Redactor("12345678").clean(message)

    assert cleaned.startswith("계좌 ****-01 [31m **** xxx")
    assert len(cleaned) == 200
