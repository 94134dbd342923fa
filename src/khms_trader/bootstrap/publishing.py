"""The one way to say anything, put together: journal, then log.

Whoever tells a person derives it from the journal afterwards (``telling``), so nothing
that is published waits for anybody.
"""

import logging

from khms_trader.domain.event_log import log_lines
from khms_trader.domain.events import Event
from khms_trader.execution.office import Publish
from khms_trader.ports import Journal

logger = logging.getLogger(__name__)


def publishing(journal: Journal) -> Publish:
    """Return what publishes to ``journal`` and log."""

    def publish(*events: Event) -> None:
        journal.append(*events)
        for line in log_lines(events):
            logger.info("%s", line)

    return publish
