"""The log file: one event per line, Seoul time, secrets never.

Nothing is set up at import. A folder that cannot be written costs the log, not the
run: trading does not hang on a text file.
"""

import logging
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from khms_trader.config.masking import Masker
from khms_trader.config.secret import Secret
from khms_trader.market.calendar import SEOUL

LOG_NAME: Final = "khms_trader.log"
_MAX_BYTES: Final = 5_000_000
_KEPT: Final = 5
_OURS: Final = "khms_trader"
_LINE: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NO_LOG: Final = "로그를 쓸 수 없어 로그 없이 계속합니다: {path}"


class LogHandle:
    """An open log; closing it puts logging back as it was."""

    def __init__(self, handler: logging.Handler, path: Path | None) -> None:
        """Take over ``handler``; ``path`` is None when there is no file."""
        self._handler = handler
        self.path = path

    def close(self) -> None:
        """Stop logging to the file; closing twice does nothing."""
        logging.getLogger().removeHandler(self._handler)
        # A full disk may still refuse what is buffered; the run's end is not the log's.
        with suppress(OSError):
            self._handler.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start_logging(
    folder: Path, secrets: Iterable[Secret] = (), *, level: int = logging.INFO
) -> LogHandle:
    """Log to ``folder``/khms_trader.log from now on, in place of an earlier log.

    Our own modules are logged from ``level`` up, foreign ones from WARNING up.
    """
    stop_logging()
    path = folder / LOG_NAME
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(path)
    except OSError:
        _warn(path)
        handler = _NoLogFile()
    handler.setFormatter(_MaskedFormatter(Masker(secrets)))
    logging.getLogger().addHandler(handler)
    logging.getLogger(_OURS).setLevel(level)
    return LogHandle(handler, log_path())


def keep_off_terminal() -> None:
    """Until a log is started, log to nowhere.

    Without any handler Python's logging writes tracebacks to the terminal by itself.
    """
    stop_logging()
    logging.getLogger().addHandler(_NoLogFile())


def log_path() -> Path | None:
    """Return the file that is being logged to, or None."""
    files = [h for h in logging.getLogger().handlers if isinstance(h, _LogFile)]
    return Path(files[0].baseFilename) if files else None


def stop_logging() -> None:
    """Close whatever log this process has open."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _LogFile | _NoLogFile):
            root.removeHandler(handler)
            handler.close()


class _NoLogFile(logging.NullHandler):
    """Stands where the log file could not."""


class _LogFile(RotatingFileHandler):
    """A rotating file that loses a line rather than a run."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8")
        self._has_warned = False

    def doRollover(self) -> None:  # noqa: N802 - the name logging calls
        """Rotate, or go on in the same file while another process has it open."""
        try:
            super().doRollover()
        except OSError:
            if self.stream is None:
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - as above
        """Say once that lines are lost (disk full) instead of a traceback each."""
        if not self._has_warned:
            self._has_warned = True
            _warn(Path(self.baseFilename))


class _MaskedFormatter(logging.Formatter):
    """Masks the finished line, so that tracebacks are covered too."""

    def __init__(self, masker: Masker) -> None:
        super().__init__(_LINE)
        self._masker = masker

    def format(self, record: logging.LogRecord) -> str:
        return self._masker.mask(super().format(record))

    def formatTime(  # noqa: N802 - the name logging calls
        self,
        record: logging.LogRecord,
        datefmt: str | None = None,  # noqa: ARG002 - logging's signature
    ) -> str:
        moment = datetime.fromtimestamp(record.created, SEOUL)
        return moment.isoformat(timespec="milliseconds")


def _warn(path: Path) -> None:
    if sys.stderr is not None:
        sys.stderr.write(_NO_LOG.format(path=path) + "\n")
