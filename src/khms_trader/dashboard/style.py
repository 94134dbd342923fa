"""How the dashboard looks: the reader's colours and the frame of all figures. Pure.

Backgrounds are transparent and fonts are left to Streamlit's theme. Everything must be
readable at 390 px: legends on top, small margins, few ticks, dates in digits.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Spec = dict[str, Any]
"""A part of a plotly figure as its JSON says it."""

CLEAR: Final = "rgba(0,0,0,0)"
PLOT: Final = {"displayModeBar": False, "responsive": True}
"""How every figure behaves on its page, as ``st.plotly_chart`` takes it."""

_DATE_TICKS: Final = (
    {"dtickrange": [None, "M1"], "value": "%m.%d"},
    {"dtickrange": ["M1", "M12"], "value": "%y.%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
)
FRAME_CSS: Final = """<style>
.block-container {padding-top: 3.2rem; padding-bottom: 3rem; max-width: 78rem;}
.block-container :is(h1, h2, h3, p, li, label, summary) {word-break: keep-all;
  overflow-wrap: anywhere;}
.block-container .stHtml {word-break: keep-all;}
.block-container h2 {font-size: 1.5rem; padding: 0.6rem 0 0.7rem;}
.kt-unseen {position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;}
@media (max-width: 640px) {
  .block-container {padding-left: 0.9rem; padding-right: 0.9rem;}
  .block-container h1 {font-size: 1.6rem;}
  .block-container h2 {font-size: 1.3rem;}
  .block-container button, [data-testid="stSidebar"] button {min-height: 2.6rem;}
  [data-testid="stSidebar"] button {min-width: 2.6rem;}
  [data-testid="stExpandSidebarButton"] {min-width: 2.6rem; min-height: 2.6rem;}
  [data-testid="stSidebarNavLink"] {min-height: 2.6rem;}
}
</style>"""
"""Korean breaks between words; on a phone what is touched is a finger wide."""

_RED: Final = "#e0453f"
_BLUE: Final = "#3579e6"
_GREEN: Final = "#1f9d61"
# On a dark page the same colours need more light to be read.
_IN_THE_DARK: Final = {_RED: "#ff6961", _BLUE: "#66a3ff", _GREEN: "#3fc384"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The colours of one reader.

    Attributes:
        up, down: of gains and losses.
        is_dark: the page's background is dark.
    """

    up: str = _RED
    down: str = _BLUE
    is_dark: bool = False

    @property
    def account(self) -> str:
        """The line of the account; neither a gain nor a loss."""
        return "#b197fc" if self.is_dark else "#6741d9"

    @property
    def alarm(self) -> str:
        """What needs a person."""
        return "#ff7b7f" if self.is_dark else "#c92a30"

    @property
    def caution(self) -> str:
        """What a person should look at."""
        return "#f0a04b" if self.is_dark else "#a85a00"

    @property
    def good(self) -> str:
        """What is as it should be."""
        return "#4cc38a" if self.is_dark else "#1c7a50"

    @property
    def quiet(self) -> str:
        """What stands behind: benchmark, zero lines, marks."""
        return "#9aa0aa" if self.is_dark else "#7b818c"

    @property
    def grid(self) -> str:
        """Lines one must look for to see."""
        return "rgba(148,153,163,0.22)"

    @property
    def ink(self) -> str:
        """Text inside a figure."""
        return "#f2f3f5" if self.is_dark else "#22252b"

    @property
    def level(self) -> str:
        """The middle between gain and loss: the page's own background."""
        return "#21201d" if self.is_dark else "#f8f8f7"

    def of(self, amount: float) -> str:
        """Return the colour of a gain, a loss or neither."""
        if not amount:
            return self.quiet
        return self.up if amount > 0 else self.down


def look(*, is_western: bool = False, is_dark: bool = False) -> Look:
    """Return red up and blue down, as Korean boards do; or green up and red down."""
    up, down = (_GREEN, _RED) if is_western else (_RED, _BLUE)
    if is_dark:
        up, down = _IN_THE_DARK[up], _IN_THE_DARK[down]
    return Look(up=up, down=down, is_dark=is_dark)


def ink_css(look: Look) -> str:
    """Return the inks of ``look`` as CSS names; each is read easily on its page."""
    return (
        f"<style>:root {{--kt-alarm:{look.alarm};--kt-caution:{look.caution};"
        f"--kt-good:{look.good};}}</style>"
    )


def figure(data: list[Spec], height: int, **layout: Any) -> "Figure":  # noqa: ANN401 - plotly's layout has no type
    """Return a figure in the common frame; ``layout`` adds to it."""
    from plotly.graph_objects import Figure  # noqa: PLC0415 - only once one is drawn

    frame: Spec = {
        "height": height,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 4, "r": 8, "t": 8, "b": 4, "autoexpand": True},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "bgcolor": CLEAR,
        },
        "showlegend": False,
        "hoverlabel": {"align": "left"},
        "separators": ".,",
        "dragmode": False,
    }
    return Figure(data=data, layout=frame | layout, skip_invalid=False)


def axis(look: Look, **changes: Any) -> Spec:  # noqa: ANN401 - as in ``figure``
    """Return an axis with few ticks and quiet lines."""
    return {
        "gridcolor": look.grid,
        "zerolinecolor": look.grid,
        "automargin": True,
        "fixedrange": True,
        "nticks": 6,
        "showline": False,
        "ticks": "",
    } | changes


def date_axis(look: Look, **changes: Any) -> Spec:  # noqa: ANN401 - as in ``figure``
    """Return an axis of dates in digits, which need no language."""
    dates: Spec = {
        "type": "date",
        "tickformatstops": list(_DATE_TICKS),
        "hoverformat": "%Y-%m-%d",
        "showgrid": False,
        "nticks": 6,
        "tickangle": 0,
    }
    return axis(look, **(dates | changes))
