"""Which versions run here, as the installed packages say."""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

_PACKAGES: Final = ("khms_trader", "streamlit", "plotly", "pandas", "numpy", "pydantic")


@cache
def installed_versions() -> Mapping[str, str]:
    """Return the versions of us, of Python and of what we stand on, by name."""
    found = {"Python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
