"""Tables as HTML: escaped, aligned, bounded."""

from hypothesis import given
from hypothesis import strategies as st

from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.table_html import MOST_ROWS, Cell, table_html

LOOK = look()


def test_text_is_escaped_and_figures_stand_on_the_right() -> None:
    made = table_html(("종목", ">금액"), [("<b>&", "1,000원")], LOOK)

    assert "&lt;b&gt;&amp;" in made
    assert "<b>" not in made
    assert made.count("text-align:right") == 2


def test_a_cell_may_be_coloured_strong_and_noted() -> None:
    cell = Cell(text="매수", color="#e0453f", note="지정가", is_strong=True)

    made = table_html(("구분",), [(cell,)], LOOK)

    assert "color:#e0453f" in made
    assert "지정가</div>" in made


def test_more_rows_than_anybody_reads_are_left_out() -> None:
    made = table_html(("종목",), [(str(n),) for n in range(1000)], LOOK)

    assert made.count("<tr>") == 1 + MOST_ROWS


@given(text=st.text(max_size=30))
def test_no_text_breaks_out_of_its_cell(text: str) -> None:
    made = table_html(("종목",), [(text,)], LOOK)

    assert made.count("<td") == 1
    assert made.count("<") == made.count(">")
