"""Over HTTP: what nobody can tell is asked of a person, and the answer is recorded."""

from datetime import timedelta
from pathlib import Path

import pytest

from end_to_end.scenarios import (
    AFTER_THE_CLOSE,
    BOUGHT,
    BUYS,
    FIRST,
    LATER,
    PREPARE,
    SECOND,
    App,
    Prepared,
    Scene,
    a_scene,
)
from khms_trader.domain.order import OrderState

RESOLVE = "tools/resolve_order.py"
HIDDEN = "orders:*:no_rows"


def resolve(
    scene: Scene, *arguments: str, at: str = AFTER_THE_CLOSE
) -> tuple[int, str]:
    ran = scene.run(RESOLVE, *arguments, at=at)
    return ran.code, ran.out + ran.err


def repeat_by_hand(scene: Scene) -> None:
    """Place the lost buy once more in the app, a minute and a half later."""
    record = scene.records[FIRST]
    moment = record.intended_at.replace(microsecond=0) + timedelta(seconds=90)
    price = record.order.limit_price or 0
    App(scene).order("buy", FIRST, BOUGHT, price=price, at=moment.isoformat())


def test_an_order_nobody_can_tell_from_a_persons_is_settled_by_the_person(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path) as scene:
        scene.misbehave("buy:1:lost", "orders:*:late:600")
        lost = scene.execute()
        repeat_by_hand(scene)
        scene.misbehave()

        code, told = resolve(scene, at=LATER)
        numbers = sorted(
            row["number"] for row in scene.truth()["orders"] if row["symbol"] == FIRST
        )
        early, why = resolve(scene, "--symbol", FIRST, "--not-there", at=LATER)
        number = ("--symbol", FIRST, "--number", str(numbers[0]))
        shown, preview = resolve(scene, *number, at=LATER)
        done, after = resolve(scene, *number, "--confirm", at=LATER)
        nothing, silence = resolve(scene, at=LATER)

        assert (lost.code, code, early, shown) == (5, 5, 3, 5), told
        assert "같은 조건의 주문이 둘이라 구별할 수 없음" in told
        assert "주문/체결내역" in told
        assert "장이 끝나기 전에는" in why
        assert "--confirm" in preview
        assert (done, nothing) == (0, 0), after
        assert "확인이 필요한 주문이 없습니다" in silence
        assert scene.states[FIRST] is OrderState.FILLED
        assert int(scene.records[FIRST].number) == numbers[0]


@pytest.mark.long
def test_fills_of_an_account_that_lists_no_orders_are_told_by_the_person(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path) as scene:
        scene.misbehave(HIDDEN)
        morning = scene.execute()
        scene.misbehave(HIDDEN)

        code, told = resolve(scene)
        evening = scene.run(
            PREPARE, "--universe-limit", "20", "--quiet", at=AFTER_THE_CLOSE
        )
        states = scene.states
        wrong, why = resolve(
            scene, "--symbol", SECOND, "--filled", "6", "--price", "1", "--confirm"
        )
        price = scene.records[SECOND].order.limit_price
        done, after = resolve(
            scene,
            *("--symbol", SECOND, "--filled", str(BOUGHT), "--price", str(price)),
            "--confirm",
        )

        assert (morning.code, code, wrong, done) == (5, 5, 3, 5), told
        assert evening.code == 5, evening.err
        assert evening.out.count("확인 필요:") == len(scene.records)
        assert RESOLVE in evening.out
        assert len(list((scene.home / "plans").glob("*20250723*.json"))) == 1
        assert "목록에서 사라짐" in told
        assert told.count("--filled 0") == len(scene.records)
        assert all(states[symbol] is OrderState.ACCEPTED for symbol in BUYS)
        assert "체결 수량은" in why
        assert "기록했습니다" in after
        assert scene.states[SECOND] is OrderState.FILLED
        # The next list that shows them needs nobody any more.
        scene.misbehave()
        assert resolve(scene)[0] == 0
        assert set(scene.states.values()) == {OrderState.FILLED}
