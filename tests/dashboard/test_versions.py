"""Which versions run here."""

import platform

from khms_trader.dashboard.versions import installed_versions


def test_python_and_what_we_stand_on_are_named() -> None:
    found = installed_versions()

    assert found["Python"] == platform.python_version()
    assert {"khms_trader", "streamlit", "plotly"} <= found.keys()
