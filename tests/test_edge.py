"""The one place that catches everything hands it on, and stops nobody from stopping."""

import pytest

from khms_trader.edge import contained


def test_an_exception_of_a_block_is_handed_over_and_ends_there() -> None:
    seen: list[Exception] = []
    error = RuntimeError("broken")

    with contained(seen.append):
        raise error

    assert seen == [error]


def test_a_decorated_function_is_contained_each_time_it_is_called() -> None:
    seen: list[str] = []

    @contained(lambda error: seen.append(str(error)))
    def work(text: str) -> None:
        raise ValueError(text)

    work("a")
    work("b")

    assert seen == ["a", "b"]


def test_a_block_without_exception_is_left_alone() -> None:
    seen: list[Exception] = []

    with contained(seen.append):
        pass

    assert seen == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_stopping_the_process_is_not_contained(stop: type[BaseException]) -> None:
    seen: list[Exception] = []

    with pytest.raises(stop), contained(seen.append):
        raise stop

    assert seen == []


def test_what_the_handler_raises_is_not_swallowed() -> None:
    def fail(error: Exception) -> None:
        message = "cannot even tell"
        raise OSError(message) from error

    with pytest.raises(OSError, match="cannot even tell"), contained(fail):
        raise ValueError
