"""Fetches what the other pages need while the reader looks at the first one.

Begun once a process, only after the first page was handed out and its browser had time
to draw it. The code of the pages and plotly is imported in a thread, one after the
other; plotly's script, the largest of all, is fetched by the browser when it is idle,
so that the first figure does not wait for it. Whatever fails here is left to the page
that needs it, which says so.
"""

import logging
import time
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
from typing import Final

import streamlit as st

from khms_trader.dashboard.style import figure
from khms_trader.dashboard.words import PAGES
from khms_trader.edge import contained

_log: Final = logging.getLogger(__name__)
DELAY_SECONDS: Final = 1.5
"""What the browser is given to draw the first page alone."""
_PAUSE_SECONDS: Final = 0.05
_KINDS: Final = ("scatter", "bar", "candlestick")
_SCRIPTS: Final = "static/static/js"
# One thread at a time: two that import packages with circles may see half of them.
_lock: Final = Lock()


def page_module(name: str) -> ModuleType:
    """Return the module of the page ``name``, imported when it is first opened."""
    with _lock:
        return import_module(f"khms_trader.dashboard.pages.{name}")


@cache
def begin() -> Thread:
    """Start fetching in the background; the second call changes nothing."""
    thread = Thread(target=_fetch, name="dashboard-warmth", daemon=True)
    thread.start()
    return thread


def fetch_script() -> None:
    """Have the browser load plotly's script once it is idle; draws nothing."""
    name = plotly_script()
    if name:
        st.html(_FETCH.replace("SCRIPT", name), unsafe_allow_javascript=True)


@cache
def plotly_script() -> str:
    """Return the file name of Streamlit's plotly script, empty when not found."""
    found = find_spec("streamlit")
    if found is None or found.origin is None:
        return ""
    scripts = Path(found.origin).parent / _SCRIPTS
    return next((each.name for each in scripts.glob("PlotlyChart.*.js")), "")


_FETCH: Final = """<script>
if (!window.khmsFetched) {
  window.khmsFetched = true;
  const own = document.querySelector('script[src*="static/js/"]');
  const fetch = () => import(new URL("SCRIPT", own.src).href).catch(() => {});
  const idle = window.requestIdleCallback ?? ((then) => setTimeout(then, 0));
  if (own) setTimeout(() => idle(fetch), 1500);
}
</script>"""


def _fetch() -> None:
    time.sleep(DELAY_SECONDS)
    with contained(_told):
        for name in PAGES:
            page_module(name)
            time.sleep(_PAUSE_SECONDS)
        with _lock:
            _warm_figures()


def _warm_figures() -> None:
    """Make a figure of each kind: plotly loads each part of itself when it is used."""
    from plotly.io import to_json  # noqa: PLC0415 - a second of imports

    to_json(figure([{"type": kind} for kind in _KINDS], 100), validate=False)


def _told(error: Exception) -> None:
    _log.warning("pages could not be fetched ahead", exc_info=error)
