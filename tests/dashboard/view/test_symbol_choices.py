"""Which symbols are offered, and in what order."""

from builders import a_buy, a_plan, a_sell
from khms_trader.dashboard.view.symbol_choices import (
    Choice,
    Group,
    choices_of,
)
from khms_trader.dashboard.view.symbol_words import label_of


def test_what_is_held_comes_first_and_every_symbol_once() -> None:
    plan = a_plan(
        a_buy("200010 x1 @1000"),
        a_buy("200020 x1 @1000"),
        a_sell("100010 @1000"),
        a_sell("300010 @1000", held=False),
        slots_free=1,
    )

    found = choices_of(
        held=["100010", "100020"],
        plan=plan,
        traded=["400010", "200010"],
        universe=["200020", "500010", "100020"],
        names={"500010": "다섯"},
    )

    assert [(choice.symbol, choice.group) for choice in found] == [
        ("100010", Group.HELD),
        ("100020", Group.HELD),
        ("200010", Group.CANDIDATE),
        ("200020", Group.SIGNAL),
        ("400010", Group.TRADED),
        ("500010", Group.UNIVERSE),
    ]
    assert found[-1].name == "다섯"


def test_without_a_plan_the_rest_is_offered() -> None:
    found = choices_of(held=[], plan=None, traded=[], universe=["500010"], names={})

    assert found == (Choice(symbol="500010", name="", group=Group.UNIVERSE),)


def test_a_label_can_be_searched_by_name_and_code() -> None:
    held = Choice(symbol="086520", name="에코프로", group=Group.HELD)
    far = Choice(symbol="900300", name="", group=Group.UNIVERSE)

    assert label_of(held) == "보유 · 에코프로 086520"
    assert label_of(far) == "900300"


def test_a_plan_tells_the_names_of_its_lines() -> None:
    plan = a_plan(a_buy("200010 x1 @1000"), a_sell("100010 @1000"))

    assert plan.names == {"200010": "이름200010", "100010": "이름100010"}
