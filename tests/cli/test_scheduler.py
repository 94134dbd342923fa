"""What a person reads when a scheduler is ended in the middle of something."""

import pytest

from khms_trader.bootstrap.scheduler_jobs import Cut
from khms_trader.cli.scheduler import cut_text


@pytest.mark.parametrize("cut", [Cut.PREPARE, Cut.WARM_UP, Cut.EXECUTE])
def test_who_sent_no_order_says_so(cut: Cut) -> None:
    text = cut_text(cut)

    assert "않았습니다" in text
    assert "보낸 주문" not in text
    assert "다시 시작하면 이어서" in text


def test_who_sent_orders_says_that_they_stand() -> None:
    assert "보낸 주문은 그대로" in cut_text(Cut.ORDERS)
