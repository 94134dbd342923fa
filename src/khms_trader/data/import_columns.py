"""The columns of a foreign frame as arrays: dates, symbols, numbers, names, listings.

It reads what is there; which rows are bars is judged in ``import_rows``.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from khms_trader.data.bar_rows import BarRows, session_of
from khms_trader.data.marks import Marks, mark_of
from khms_trader.domain.instrument import parse_symbol
from khms_trader.domain.quality import BarProblem, QualityCode

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def days_in(dates: pd.Series) -> Whole:
    """Return days since 1970-01-01; the least int64 where there is no date."""
    if not pd.api.types.is_datetime64_any_dtype(dates):
        text = dates.astype("str").str.strip().str.slice(0, 10)
        text = text.str.replace(r"[./]", "-", regex=True)
        short = pd.to_datetime(text, format="%Y%m%d", errors="coerce")
        long = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        dates = long.fillna(short)
    elif dates.dt.tz is not None:
        dates = dates.dt.tz_convert("Asia/Seoul").dt.tz_localize(None)
    days: Whole = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    return days


def symbols_in(tickers: pd.Series) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """Return each row's place among the sorted symbols, -1 where it has none."""
    found, distinct = pd.factorize(tickers)
    parsed = [parse_symbol(str(ticker)) for ticker in distinct]
    symbols = tuple(sorted({symbol for symbol in parsed if symbol is not None}))
    place = {symbol: index for index, symbol in enumerate(symbols)}
    places = [-1 if symbol is None else place[symbol] for symbol in parsed]
    # Rows without a ticker have factor -1, which is the entry appended here.
    return np.array([*places, -1], dtype=np.int32)[found], symbols


def numbers_in(values: pd.Series) -> Numbers:
    """Return numbers, NaN where there is none."""
    if not pd.api.types.is_numeric_dtype(values):
        values = values.astype("str").str.strip().str.replace(",", "")
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def names_in(
    frame: pd.DataFrame,
    kept: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int32],
    symbols: tuple[str, ...],
) -> dict[str, str]:
    """Return each symbol's name on its newest row."""
    if "name" not in frame.columns:
        return {}
    rows = pd.DataFrame(
        {"date": frame["date"].iloc[kept], "name": frame["name"].iloc[kept]}
    )
    rows["code"] = codes[kept]
    rows = rows.dropna(subset=["name"]).sort_values("date", kind="stable")
    newest = rows.drop_duplicates("code", keep="last")
    pairs = zip(newest["code"].tolist(), newest["name"].tolist(), strict=True)
    return {symbols[code]: str(name).strip() for code, name in pairs}


def marks_in(frame: pd.DataFrame, kept: npt.NDArray[np.int64]) -> Marks:
    """Return the marks of the rows at ``kept``, 0 where no department is named."""
    if "dept" not in frame.columns:
        return np.zeros(len(kept), dtype=np.uint8)
    found, distinct = pd.factorize(frame["dept"])
    marks = [mark_of(str(department)) for department in distinct]
    # Rows without a department have factor -1, which is the entry appended here.
    return np.array([*marks, 0], dtype=np.uint8)[found[kept]]


def mixed_sources(
    frame: pd.DataFrame, kept: npt.NDArray[np.int64], rows: BarRows
) -> tuple[BarProblem, ...]:
    """Return, for every symbol, where another source goes on with it.

    Args:
        rows: those at ``kept``.
    """
    if "src" not in frame.columns:
        return ()
    factors, distinct = pd.factorize(frame["src"])
    order = np.lexsort((rows.days, rows.codes))
    codes, sources = rows.codes[order], factors[kept][order]
    turns = (np.diff(codes) == 0) & (np.diff(sources) != 0)
    named = [*map(str, distinct), "?"]
    return tuple(
        BarProblem(
            symbol=rows.symbols[int(codes[at + 1])],
            code=QualityCode.MIXED_SOURCES,
            session=session_of(int(rows.days[order[at + 1]])),
            detail=f"{named[sources[at]]} → {named[sources[at + 1]]}",
        )
        for at in np.flatnonzero(turns).tolist()
    )
