"""The one way to say anything, put together: journal, then log, then a person."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.event_log import log_lines
from khms_trader.domain.events import Event
from khms_trader.edge import contained
from khms_trader.execution.office import Publish
from khms_trader.notifications.queued import QueuedNotifier
from khms_trader.notifications.silent import SilentNotifier
from khms_trader.ports import Journal, Notifier

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Who is told of events, and in what words.

    Attributes:
        messages: renders the events worth telling, and leaves out the others. Pure.
    """

    notifier: Notifier
    messages: Callable[[Sequence[Event]], Iterable[str]]


NO_NOTICES: Final = Notices(notifier=SilentNotifier(), messages=lambda _events: ())


@contextmanager
def publishing(journal: Journal, notices: Notices) -> Iterator[Publish]:
    """Publish to ``journal``, log and ``notices`` for a ``with`` block.

    A message that cannot be made or delivered costs nothing but itself, and the end
    of the block waits two seconds at most for those on their way.
    """

    def not_told(error: Exception) -> None:
        logger.error("no message could be made", exc_info=error)

    with closing(QueuedNotifier(notices.notifier)) as notifier:

        def publish(*events: Event) -> None:
            journal.append(*events)
            for line in log_lines(events):
                logger.info("%s", line)
            with contained(not_told):
                for text in notices.messages(events):
                    notifier.send(text)

        yield publish
