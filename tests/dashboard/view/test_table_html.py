"""Tables as HTML: escaped, aligned, bounded."""

from hypothesis import given
from hypothesis import strategies as st

from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.table_html import MOST_ROWS, TABLE_CSS, Cell, table_html

LOOK = look()


def test_text_is_escaped_and_figures_stand_on_the_right() -> None:
    made = table_html(("종목", ">금액"), [("<b>&", "1,000원")], LOOK)

    assert "&lt;b&gt;&amp;" in made
    assert "<b>" not in made
    assert made.count('class="kt-right"') == 2


def test_a_cell_may_be_coloured_strong_and_noted() -> None:
    cell = Cell(text="매수", color="#e0453f", note="지정가", is_strong=True)

    made = table_html(("구분",), [(cell,)], LOOK)

    assert '<td class="kt-strong" style="color:#e0453f">매수' in made
    assert "지정가</div>" in made


def test_long_text_wraps_between_words_and_figures_never() -> None:
    told = "증권사 거부: 잔액이 모자랍니다. 현금을 확인하세요."

    made = table_html(("이유", ">금액"), [(told, "1,000원")], LOOK)

    assert f'<td class="kt-text">{told}</td>' in made
    assert '<td class="kt-right">1,000원</td>' in made
    assert "word-break:keep-all" in TABLE_CSS


def test_a_long_note_gets_room_of_its_own() -> None:
    cell = Cell(text="거부", note="증권사 거부: 40250000 잔액 — 현금을 확인하세요")

    assert '<td class="kt-told">거부<div' in table_html(("결과",), [(cell,)], LOOK)


def test_a_table_can_be_scrolled_by_keys_and_says_that_it_goes_on() -> None:
    made = table_html(("종목", ">금액"), [("가", "1원")], LOOK)

    assert 'tabindex="0" role="region" aria-label="표: 종목, 금액"' in made
    assert "옆으로 밀면 더 보입니다" in made


def test_more_rows_than_anybody_reads_are_left_out() -> None:
    made = table_html(("종목",), [(str(n),) for n in range(1000)], LOOK)

    assert made.count("<tr>") == 1 + MOST_ROWS


@given(text=st.text(max_size=30))
def test_no_text_breaks_out_of_its_cell(text: str) -> None:
    made = table_html(("종목",), [(text,)], LOOK)

    assert made.count("<td") == 1
    assert made.count("<") == made.count(">")
