"""Every test of the contract runs at every broker."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from broker.contract.stages import BROKERS, Hall, Scene, Stage, a_hall, a_stage
from fakes import CALENDAR
from khms_trader.data.sample.market import SampleMarket

Opening = Callable[[Scene], Stage]


@pytest.fixture(scope="session")
def hall() -> Iterator[Hall]:
    with a_hall() as hall:
        yield hall


@pytest.fixture(scope="session")
def sample() -> SampleMarket:
    return SampleMarket(CALENDAR)


@pytest.fixture(params=BROKERS)
def opened(
    request: pytest.FixtureRequest, hall: Hall, tmp_path: Path
) -> Iterator[Opening]:
    """Return what opens the account of a scene at the broker of this run."""
    with ExitStack() as open_until_the_end:

        def an_account(scene: Scene) -> Stage:
            built = a_stage(request.param, scene, tmp_path, hall)
            return open_until_the_end.enter_context(built)

        yield an_account


@pytest.fixture
def stage(opened: Opening) -> Stage:
    """Return a fresh account with 1,000,000 won, at 09:01 and without any costs."""
    return opened(Scene())
