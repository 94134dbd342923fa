"""After the first orders: fills, deadlines, and lines that have not opened yet.

A VI or a thin book holds a symbol's first trade back. Such lines are looked at again
each minute, by the same gates, and sent once there is a price; a buy has its own
deadline, counted from when it was sent.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.domain.order import Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.quote import NoOpen
from khms_trader.domain.reasons import SkipReason
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.cancel import cancel_open_buys
from khms_trader.execution.follow import wait_for_fills
from khms_trader.execution.office import Desk
from khms_trader.execution.phases import MOST_FAILURES, send_due
from khms_trader.execution.resolve import UNKNOWN, WORKING, settle_session
from khms_trader.execution.send import skip_event
from khms_trader.execution.standing import LineKey, last_skips, run_facts
from khms_trader.execution.traces import Witness
from khms_trader.planning.due import Decision, Skip
from khms_trader.planning.gates import NOTHING_LEFT_TO_SEND, check_run

logger = logging.getLogger(__name__)

_TIME_IS_OVER: Final = "start_window_over"
# Buys that left closer together than this share a deadline.
_ONE_BATCH: Final = timedelta(seconds=30)
# Held back when it had opened: the next minute may be better.
_LOOKED_AT_AGAIN: Final = frozenset(
    {
        SkipReason.NO_OPEN_PRICE,
        SkipReason.CASH_UNKNOWN,
        SkipReason.ACCOUNT_UNREAD,
        SkipReason.HALT,
    }
)


def see_through(desk: Desk, plan: Plan) -> str:
    """Wait for fills, send late lines once they open, cancel buys at their deadline.

    Returns:
        Why the order list could not be read in the end, as a detail; empty when it was.
    """
    now = desk.office.clock.now()
    watch = _Watch(
        desk=desk,
        plan=plan,
        until=_late_until(desk, plan.for_trading_day),
        batches=_batches([*_open_buys(desk, plan), now]),
        looked_at=now,
        since=desk.office.clock.monotonic(),
    )
    unread = watch.keep()
    watch.give_up()
    return unread


@dataclass(slots=True, kw_only=True)
class _Watch:
    """The one loop over everything that is still open.

    Attributes:
        until: when lines without a first trade are given up.
        batches: when buys were sent, by this run or before it, that are not cancelled.
        looked_at: when late lines were last looked at.
        since: when orders were last sent, in monotonic seconds.
        tried: lines that had opened and were given to be sent.
        held: what the last look says of lines that it could not judge or send.
    """

    desk: Desk
    plan: Plan
    until: datetime
    batches: list[datetime]
    looked_at: datetime
    since: float
    tried: set[LineKey] = field(default_factory=set)
    held: dict[LineKey, SkipReason] = field(default_factory=dict)

    def keep(self) -> str:
        unread = ""
        has_waited = False
        while True:
            late = self._late_lines()
            if not late and not self.batches:
                break
            unread = self._followed(self._next_stop(late))
            cancelled = self._cancelled()
            unread = unread if cancelled is None else cancelled
            if late:
                has_waited = True
                self._look(late)
        if has_waited:
            # An order whose number was found late has no batch.
            cancelled = cancel_open_buys(self.desk, self.plan)
            unread = unread if cancelled is None else cancelled
        return unread

    def give_up(self) -> None:
        """Write down why lines that waited were not sent, once their time is over."""
        if not self.desk.pace.late_open:
            return
        lines = {(line.symbol, Side.SELL): line for line in self.plan.sells}
        bought = {(line.symbol, Side.BUY): line for line in self.plan.buys}
        last = _waiting(self.desk, self.plan)
        events = []
        for key, line in (lines | bought).items():
            reason = self.held.get(key, SkipReason.NEVER_OPENED)
            if last.get(key) is SkipReason.NOT_OPENED:
                skip = Skip(reason=reason)
                decision = Decision(line=line, skip=skip)
                events.append(skip_event(self.desk, self.plan, decision, skip))
        if events:
            self.desk.office.publish(*events)

    def _late_lines(self) -> frozenset[LineKey]:
        """Return the lines that wait for their first trade, while there is time.

        Those too that had it and that a trouble held back since.
        """
        if self.desk.office.clock.now() >= self.until:
            return frozenset()
        return frozenset(
            key
            for key, reason in _waiting(self.desk, self.plan).items()
            if reason is SkipReason.NOT_OPENED
            or (key in self.tried and reason in _LOOKED_AT_AGAIN)
        )

    def _next_look(self) -> datetime:
        return min(self.looked_at + self.desk.pace.look_again, self.until)

    def _next_stop(self, late: Collection[LineKey]) -> datetime:
        stops = [batch + self.desk.pace.fill_wait for batch in self.batches[:1]]
        return min([*stops, *([self._next_look()] if late else [])])

    def _followed(self, stop: datetime) -> str:
        """Follow the fills until ``stop``, or until nothing of ours is open."""
        clock = self.desk.office.clock
        waited = timedelta(seconds=clock.monotonic() - self.since)
        wait = max(stop - clock.now(), timedelta(0)) + waited
        return wait_for_fills(
            self.desk, self.plan.for_trading_day, wait, since=self.since
        )

    def _cancelled(self) -> str | None:
        """Cancel the buys whose deadline has come; None when there was nothing to."""
        journal = self.desk.office.journal
        if not journal.order_records(self.plan.for_trading_day, states=WORKING):
            self.batches.clear()
            return None
        due = self.desk.office.clock.now() - self.desk.pace.fill_wait
        if not self.batches or self.batches[0] > due:
            return None
        return cancel_open_buys(self.desk, self.plan, sent_by=self.batches.pop(0))

    def _look(self, late: Collection[LineKey]) -> None:
        """Look at ``late`` when its minute has come; while nothing is open, wait."""
        clock, look_at = self.desk.office.clock, self._next_look()
        if not self.batches:
            self.desk.progress.wait(len(late), "opens", self.until - clock.now())
            self.desk.rest((look_at - clock.now()).total_seconds())
        if clock.now() < look_at:
            return
        self.looked_at = clock.now()
        if self._sent(late):
            self.batches.append(clock.now())
            self.since = clock.monotonic()

    def _sent(self, late: Collection[LineKey]) -> bool:
        """Send those of ``late`` that have opened; False when none was."""
        office, session = self.desk.office, self.plan.for_trading_day
        window = self.until - office.calendar.opens_at(session)
        facts = run_facts(self.desk, self.plan, session, start_window=window)
        refusals = {refusal.code for refusal in check_run(facts)}
        # A cap becomes a line's own reason; the end of the time is everybody's.
        refusals -= NOTHING_LEFT_TO_SEND - {_TIME_IS_OVER}
        if refusals:
            logger.warning("late lines wait: %s", ", ".join(sorted(refusals)))
            if _TIME_IS_OVER not in refusals:
                halted = "halted" in refusals
                self._hold(late, SkipReason.HALT if halted else SkipReason.CLOCK_OFF)
            return False
        opened = self._opened(late)
        return bool(opened) and self._gave(opened)

    def _gave(self, opened: Collection[LineKey]) -> bool:
        """Send ``opened`` as far as the gates let them; False when they must wait."""
        office, session = self.desk.office, self.plan.for_trading_day
        trouble = SkipReason.ACCOUNT_UNREAD
        try:
            account = office.reader.account()
            # A person may have ordered the same in the app while we waited.
            listed_at = settle_session(office, session, Witness(office))
            if office.clock.now() > self.until:
                self._hold(opened, trouble)
                return False
            trouble = SkipReason.NO_OPEN_PRICE
            send_due(self.desk, self.plan, account, listed_at=listed_at, only=opened)
        except BrokerUnavailable as error:
            # Nothing was sent: the next minute is another try.
            logger.warning("late lines not sent: %s", error)
            self._hold(opened, trouble)
            return False
        self.tried.update(opened)
        return True

    def _opened(self, late: Collection[LineKey]) -> frozenset[LineKey]:
        """Return those of ``late`` that something but their first trade decides now.

        A server that is down is not asked for each of them.
        """
        self.held.clear()
        opened = set()
        failures = 0
        for key in sorted(late):
            has_opened = None
            if failures < MOST_FAILURES:
                try:
                    has_opened = self._has_opened(key[0])
                    failures = 0
                except BrokerUnavailable as error:
                    logger.warning("price of %s not read: %s", key[0], error)
                    failures += 1
            if has_opened is None:
                self._hold([key], SkipReason.NO_OPEN_PRICE)
            elif has_opened:
                opened.add(key)
        return frozenset(opened)

    def _has_opened(self, symbol: str) -> bool | None:
        """Return True when something but the first trade decides; None for unknown."""
        quote = self.desk.quotes.opening_quote(symbol, self.plan.for_trading_day)
        if quote is None:
            return None
        is_awaited = quote.open_price is None and quote.no_open is NoOpen.AWAITED
        return quote.is_halted or not is_awaited

    def _hold(self, keys: Collection[LineKey], reason: SkipReason) -> None:
        self.held.update(dict.fromkeys(keys, reason))


def _waiting(desk: Desk, plan: Plan) -> dict[LineKey, SkipReason]:
    """Return why lines that were never sent may still be, or may not."""
    skips = last_skips(desk.office, plan)
    records = desk.office.journal.order_records(plan.for_trading_day)
    sent = {(r.key.symbol, r.key.side) for r in records if r.plan_id}
    return {key: reason for key, reason in skips.items() if key not in sent}


def _open_buys(desk: Desk, plan: Plan) -> list[datetime]:
    """Return when the buys left that are open or unknown; not only those of now."""
    records = desk.office.journal.order_records(
        plan.for_trading_day, states=(*UNKNOWN, *WORKING)
    )
    return [r.intended_at for r in records if r.key.side is Side.BUY]


def _batches(sent_at: Iterable[datetime]) -> list[datetime]:
    """Return the last moment of each batch, oldest first."""
    batches: list[datetime] = []
    for moment in sorted(sent_at):
        if batches and moment - batches[-1] < _ONE_BATCH:
            batches.pop()
        batches.append(moment)
    return batches


def _late_until(desk: Desk, session: date) -> datetime:
    """Return when lines without a first trade are given up, whatever the window is."""
    return desk.office.calendar.opens_at(session) + desk.pace.late_open
