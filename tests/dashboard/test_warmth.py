"""What is fetched while the reader looks at the first page."""

import json
import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from khms_trader.dashboard.warmth import page_module, plotly_script
from khms_trader.dashboard.words import PAGES

PROGRAM = """
import json, sys
from khms_trader.dashboard import warmth

WANTED = ("khms_trader.dashboard.pages.performance", "numpy")
before = [name for name in WANTED if name in sys.modules]
first, again = warmth.begin(), warmth.begin()
at_once = [name for name in WANTED if name in sys.modules]
first.join(timeout=60)
after = [name for name in WANTED if name in sys.modules]
print(json.dumps([before, at_once, after, first is again, first.daemon]))
"""


@pytest.mark.parametrize("name", list(PAGES))
def test_every_page_has_a_module_that_draws(name: str) -> None:
    assert callable(page_module(name).draw)


def test_pages_are_fetched_later_in_the_background_and_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    before, at_once, after, is_one, is_daemon = json.loads(done.stdout)

    assert before == at_once == []
    assert after == [
        "khms_trader.dashboard.pages.performance",
        "numpy",
    ]
    assert (is_one, is_daemon) == (True, True)
    assert done.stderr == ""


def test_plotlys_script_is_named_as_the_streamlit_installed_here_names_it() -> None:
    assert plotly_script().startswith("PlotlyChart.")
    assert plotly_script().endswith(".js")


def test_the_browser_is_told_to_fetch_it_when_idle() -> None:
    page = AppTest.from_string(
        "from khms_trader.dashboard.warmth import fetch_script\nfetch_script()\n"
    ).run()

    assert not page.exception
    (told,) = [each.proto.body for each in page.get("html")]
    assert plotly_script() in told
    assert "requestIdleCallback" in told
