"""A workbench per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import Workbench, a_workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path) as bench:
        yield bench
