"""What is written or shown carries no secret, known or merely looking like one."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khms_trader.config.masking import Masker
from khms_trader.config.secret import Secret

BOT = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Authorization: Bearer eyJ0eXAi.eyJzdWIi-_x", "Authorization: Bearer ****"),
        (
            f"POST https://api.telegram.org/bot{BOT}/sendMessage",
            "POST https://api.telegram.org/bot****/sendMessage",
        ),
        (f"token {BOT}", "token ****"),
        ('{"appkey": "PSx", "n": 1}', '{"appkey": "****", "n": 1}'),
        ("{'appsecret': 'ab+c/d=='}", "{'appsecret': '****'}"),
        ("app_key=PSabc&x=1", "app_key=****&x=1"),
        ("CANO=12345678", "CANO=****"),
        ("access_token: eyJ0", "access_token: ****"),
        ("2026-03-04T09:01:00 005930 1,200원", "2026-03-04T09:01:00 005930 1,200원"),
    ],
)
def test_shapes_of_secrets_are_masked_without_knowing_them(
    text: str, masked: str
) -> None:
    assert Masker().mask(text) == masked


def test_a_known_account_number_is_masked_wherever_it_stands() -> None:
    masker = Masker([Secret("12345678")])

    assert masker.mask("계좌 12345678-01: 12345678") == "계좌 ****-01: ****"


def test_the_longest_secret_is_masked_first() -> None:
    masker = Masker([Secret("abcd"), Secret("abcdefgh")])

    assert masker.mask("abcdefgh abcd") == "**** ****"


def test_a_text_too_short_to_be_a_secret_is_left() -> None:
    assert Masker([Secret("1"), Secret("")]).mask("1 + 1") == "1 + 1"


@given(
    st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=8)
)
def test_a_known_secret_is_masked_in_every_quoting(value: str) -> None:
    masker = Masker([Secret(value)])
    forms = [value, quote(value, safe=""), repr(value), json.dumps(value)]

    for form in forms:
        assert form.strip("'\"") not in masker.mask(f"<{form}>")
