"""Bar problems as a short text beside the bars, and back.

Thousands of problems of one symbol are common in a bad file: they are listed by code
and symbol, as days and figures, and compressed. Equal problems give equal text.
"""

import base64
import json
import zlib
from collections.abc import Iterable

from khms_trader.data.bar_rows import days_of, session_of
from khms_trader.domain.quality import BarProblem, QualityCode

Listed = dict[str, dict[str, list[tuple[int, str]]]]


def text_of(problems: Iterable[BarProblem]) -> str:
    """Return ``problems``, each once and in any order, as text."""
    listed: Listed = {}
    for found in problems:
        of_code = listed.setdefault(found.code.value, {})
        day = days_of(found.session)
        of_code.setdefault(found.symbol, []).append((day, found.detail))
    for of_code in listed.values():
        for symbol, own in of_code.items():
            of_code[symbol] = sorted(set(own))
    plain = json.dumps(
        listed, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return base64.b64encode(zlib.compress(plain.encode(), 9)).decode("ascii")


def problems_in(text: str) -> tuple[BarProblem, ...]:
    """Return the problems of ``text``, by session, symbol and code.

    Raises:
        ValueError: it is no such text.
    """
    try:
        plain = zlib.decompress(base64.b64decode(text, validate=True))
        listed: Listed = json.loads(plain)
        found = [
            BarProblem(
                symbol=symbol,
                code=QualityCode(code),
                session=session_of(day),
                detail=detail,
            )
            for code, of_code in listed.items()
            for symbol, own in of_code.items()
            for day, detail in own
        ]
    except (zlib.error, AttributeError, TypeError) as error:
        raise ValueError(str(error)) from error
    found.sort(key=lambda one: (one.session, one.symbol, one.code, one.detail))
    return tuple(found)
