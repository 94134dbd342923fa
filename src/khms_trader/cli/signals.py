"""The signals that ask a long-running command to end, whatever the system calls them.

A handler only sets a flag: the order in hand is finished and written down first.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from types import FrameType
from typing import Final

from khms_trader.execution.stopping import StopFlag

AGAIN_SECONDS: Final = 10.0
STOPPING: Final = (
    "끝내는 중입니다. 하던 주문이나 저장이 있으면 마치고 적은 뒤 끝냅니다."
)
STILL_STOPPING: Final = (
    "하던 주문의 답을 아직 기다립니다. 지금 억지로 끄면 그 주문의 결과를 모르게 되니 "
    "잠시만 기다려 주세요."
)
# SIGBREAK is how Windows says Ctrl+Break, a closed window and a shutdown.
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")

_Handler = Callable[[int, FrameType | None], object]


@contextmanager
def stopping_on_signals(flag: StopFlag) -> Iterator[None]:
    """Set ``flag`` on every such signal of a ``with`` block; only the main thread's.

    What the process was told to ignore stays ignored (``nohup``).
    """
    said = _Said()

    def ask(_number: int, _frame: FrameType | None) -> None:
        flag.ask()
        said.say()

    before: dict[signal.Signals, object] = {}
    try:
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:
                continue
            before[number] = signal.signal(number, ask)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]


class _Said:
    """Says that it is ending, and says more to who asks again at once."""

    def __init__(self) -> None:
        self._at: float | None = None

    def say(self) -> None:
        now = monotonic()
        is_first = self._at is None or now - self._at > AGAIN_SECONDS
        self._at = now
        text = STOPPING if is_first else STILL_STOPPING
        # Past every buffer: a handler may interrupt a write to one of them.
        with suppress(OSError, ValueError, AttributeError):
            stream = sys.stderr
            encoded = f"\n{text}\n".encode(stream.encoding or "utf-8", "replace")
            os.write(stream.fileno(), encoded)
