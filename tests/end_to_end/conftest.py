"""What the scenarios share: one evening, lived once."""

import pytest

from end_to_end.scenarios import Prepared, prepare_evening


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return a home with a plan for the next morning; copy it, never run in it."""
    return prepare_evening(tmp_path_factory.mktemp("prepared"))
