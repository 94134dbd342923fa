"""What the commands of the chat do: they read files; one of them halts.

Nothing here asks a server or opens an account, so no command can delay an order.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.told_history import history_of
from khms_trader.domain.events import AccountObserved, PlanPrepared
from khms_trader.domain.message import Level, Message
from khms_trader.domain.plan import Plan
from khms_trader.errors import StorageError
from khms_trader.notifications.messages.history import HaltSeen, History
from khms_trader.notifications.messages.plan import PlanTold
from khms_trader.notifications.messages.replies import (
    NextStep,
    Status,
    halt_reply,
    help_reply,
    plan_reply,
    positions_reply,
    report_reply,
    status_reply,
)
from khms_trader.storage.halt_file import HaltFile
from khms_trader.storage.heartbeat import HEARTBEAT, Heartbeat, HeartbeatFile

Answer = Callable[[str], Message | str]

JOBS: Final = {"prepare": "계획", "execute": "실행"}
_EVER: Final = timedelta(days=36_500)
_BY: Final = "텔레그램 /halt"
_AT_WORK: Final = "지금 실행하고 있습니다. 끝나면 결과를 알립니다."


class Commands:
    """The answers to the commands, from one account's files."""

    def __init__(
        self,
        options: RunOptions,
        *,
        waiting: Callable[[], int],
        sentence: Callable[[str], str],
    ) -> None:
        """Answer for the account of ``options``; ``sentence`` puts codes into words."""
        self._options = options
        self._waiting = waiting
        self._sentence = sentence

    def handlers(self) -> Mapping[str, Answer]:
        """Return what answers each command."""
        return {
            "/status": lambda _rest: self._html(self._status()),
            "/plan": lambda _rest: self._html(plan_reply(self._plan())),
            "/report": lambda _rest: self._html(self._report()),
            "/positions": lambda _rest: self._html(self._positions()),
            "/halt": lambda rest: self._html(self._halt(rest)),
            "/help": lambda _rest: self._html(help_reply()),
        }

    def _html(self, html: str) -> Message:
        # Whoever sends the answer gives it the key of its question.
        return Message(key="", level=Level.INFO, html=html, at=self._now())

    def _now(self) -> datetime:
        return self._options.clock.now()

    def _history(self) -> History | None:
        return history_of(self._options, self._now() - _EVER)

    def _status(self) -> str:
        options, history = self._options, self._history()
        heartbeat = HeartbeatFile(options.state / HEARTBEAT).read()
        halt = HaltFile(options.halt_file).current()
        reports = history.results if history else ()
        return status_reply(
            Status(
                account=options.account,
                now=self._now(),
                is_dry_run=options.is_dry_run,
                is_confirmed=history is None or history.is_confirmed,
                halt=HaltSeen(since=halt.since, reason=halt.reason) if halt else None,
                next_step=_next_step(heartbeat),
                results=self._results(heartbeat),
                report=reports[-1] if reports else None,
                heartbeat_at=heartbeat.at if heartbeat else None,
                waiting=self._waiting(),
                unknown=len(history.unknown) if history else 0,
            )
        )

    def _results(self, heartbeat: Heartbeat | None) -> tuple[str, ...]:
        if heartbeat is None:
            return ()
        newest_first = sorted(heartbeat.results, key=lambda each: each.at, reverse=True)
        return tuple(
            f"{JOBS.get(each.kind, each.kind)} {each.at:%m-%d %H:%M} "
            + (self._sentence(each.code) if each.code else "잘 끝남")
            for each in newest_first
        )

    def _plan(self) -> PlanTold | None:
        history = self._history()
        if history is None or not history.plans:
            return None
        plan = max(history.plans, key=lambda each: each.for_trading_day)
        account = _seen_for(history, plan)
        if account is None:
            return None
        held = {h.symbol for h in account.observed.holdings if h.quantity > 0}
        return PlanTold(
            plan=plan,
            account=account.observed,
            costs=history.costs,
            managed={s: n for s, n in history.managed.items() if s in held},
            legacy=history.legacy,
            is_confirmed=history.is_confirmed,
            unknown=history.unknown,
        )

    def _report(self) -> str:
        history = self._history()
        if history is not None and history.under_way:
            return _AT_WORK
        reports = history.results if history else ()
        return report_reply(reports[-1] if reports else None)

    def _positions(self) -> str:
        history = self._history()
        seen = _observed(history) if history else ()
        accounts = [each.observed for each in reversed(seen)]
        newest = max(accounts, key=lambda each: each.observed_at, default=None)
        return positions_reply(newest, self._now())

    def _halt(self, reason: str) -> str:
        file = HaltFile(self._options.halt_file)
        told = f"{_BY} {reason}".strip()[:200]
        try:
            is_new = file.turn_on(self._now(), told)
        except StorageError:
            return halt_reply(None, is_new=False)
        halt = file.current()
        seen = HaltSeen(since=halt.since, reason=halt.reason) if halt else None
        return halt_reply(seen, is_new=is_new)


def _next_step(heartbeat: Heartbeat | None) -> NextStep | None:
    if heartbeat is None or heartbeat.next is None:
        return None
    coming = heartbeat.next
    return NextStep(
        job=JOBS.get(coming.kind, coming.kind),
        session=coming.session,
        due_at=coming.due_at,
    )


def _observed(history: History) -> tuple[AccountObserved, ...]:
    return tuple(e for e in history.events if isinstance(e, AccountObserved))


def _seen_for(history: History, plan: Plan) -> AccountObserved | None:
    """Return the reading that ``plan`` was made from."""
    seen: AccountObserved | None = None
    for event in history.events:
        if isinstance(event, AccountObserved):
            seen = event
        elif isinstance(event, PlanPrepared) and event.plan_id == plan.plan_id:
            return seen
    return None
