"""An event loop on a thread of its own, which nobody has to wait for.

Not even the end of the process: the thread and its helpers are daemons. Whatever fails
in it is logged by its kind alone.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

from khms_trader.edge import contained

_log: Final = logging.getLogger(__name__)

_HELPERS: Final = 2
_Result = TypeVar("_Result")


class SideLoop:
    """Runs one coroutine on a daemon thread, which others may wake or cancel."""

    def __init__(
        self, name: str, body: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Run ``body`` when started; the thread is called ``name``."""
        self._body = body
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._woken: asyncio.Event | None = None

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """End a ``nap`` of the coroutine, from any thread."""
        if self._loop is not None and self._woken is not None:
            self._call(self._woken.set)

    def cancel(self) -> None:
        """Cancel the coroutine, from any thread."""
        if self._task is not None:
            self._call(self._task.cancel)

    def join(self, seconds: float) -> None:
        """Wait for the end of the thread, for ``seconds`` at most."""
        self._thread.join(max(seconds, 0.0))

    async def nap(self, seconds: float) -> None:
        """Sleep until woken, or for ``seconds``; within the coroutine only."""
        if self._woken is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), seconds)
            self._woken.clear()

    def _run(self) -> None:
        with contained(_died), suppress(asyncio.CancelledError):
            asyncio.run(self._within_loop())

    async def _within_loop(self) -> None:
        self._woken = asyncio.Event()
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(_Helpers())
        await self._body()

    def _call(self, what: Callable[[], object]) -> None:
        # A loop that has ended needs no word any more.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(what)


class _Helpers(ThreadPoolExecutor):
    """Looks names up for the loop, in threads that no exit of Python waits for.

    The standard pool is joined at exit, and a name server may take its time. All
    threads begin at once, because none may begin during the exit.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=_HELPERS)
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        for _ in range(_HELPERS):
            Thread(target=self._help, name="notifier-helper", daemon=True).start()

    def submit(
        self,
        function: Callable[..., _Result],
        /,
        *args: Any,  # noqa: ANN401 - the signature of the standard pool
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> Future[_Result]:
        """Call ``function`` on a helper."""
        future: Future[_Result] = Future()

        def call() -> None:
            if future.set_running_or_notify_cancel():
                with contained(future.set_exception):
                    future.set_result(function(*args, **kwargs))

        self._calls.put(call)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of the standard pool
        """Let the helpers go; nobody waits for one that hangs."""
        del wait, cancel_futures
        for _ in range(_HELPERS):
            self._calls.put(_end)

    def _help(self) -> None:
        while (call := self._calls.get()) is not _end:
            call()


def _end() -> None:
    """Stand for the end of a helper's work."""


def _died(error: Exception) -> None:
    # Its words may hold an address with a token in it.
    _log.error("the thread of the notifier ended: %s", type(error).__name__)
