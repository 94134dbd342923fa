"""Texts of files are shown as they stand, never as Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khms_trader.dashboard.notes import plain


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (
            "*굵게* [여기](x) <b> $a$ `c` ~d~",
            r"\*굵게\* \[여기\](x) \<b> \$a\$ \`c\` \~d\~",
        ),
        ("https://kis.kr/a", "https\\://\u200bkis.kr/a"),
        ("://kis.kr", "\\://\u200bkis.kr"),
        ("www.kis.kr", "www\u200b.kis.kr"),
        ("somebody@kis.co.kr", "somebody@\u200bkis.co.kr"),
        (":smile: 09:01:12", "\\:\u200bsmile\\: 09\\:01\\:12"),
        (":material/home:", "\\:\u200bmaterial/home\\:"),
        ("-- --at a -> b", "\u200b-- --at a \u200b-> b"),
        ("- 하나", r"\- 하나"),
        ("# 제목", r"\# 제목"),
        ("> 인용", r"\> 인용"),
        ("12. 열둘", r"12\. 열둘"),
        ("3) 셋", r"3\) 셋"),
        ("03.03 (화)", "03.03 (화)"),
        ("&lt; S&P", r"\&lt; S\&P"),
        ("    한 줄\n\n- 둘", "한 줄 - 둘"),
        ("/home/\udcff", "/home/?"),
        ("--at 09:01", r"\--at 09\:01"),
    ],
)
def test_what_markdown_would_change_is_kept_from_it(text: str, drawn: str) -> None:
    assert plain(text) == drawn


@given(st.text())
def test_nothing_but_space_is_lost(text: str) -> None:
    told = plain(text)

    assert told.encode().decode() == told
    assert "\n" not in told
    kept = told.replace("\\", "").replace("\u200b", "")
    words = text.encode(errors="replace").decode().replace("\u200b", "")
    assert kept.split() == words.replace("\\", "").split()
