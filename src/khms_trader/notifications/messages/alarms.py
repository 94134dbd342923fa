"""What a person has to know or do, each told once. Pure.

The key says what is the same alarm: an order, a failure of a session's job, a halt, a
set of holdings, five days of an account's last weeks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.domain.events import (
    AccountConfirmed,
    ForeignOrdersSeen,
    HoldingReleased,
    JobMissed,
    OrderNoted,
    OrderUnconfirmed,
    RunFailed,
)
from khms_trader.domain.message import Level, Message
from khms_trader.domain.order import (
    PLAN_PURPOSE,
    BrokerOrder,
    OrderKey,
    OrderRecord,
)
from khms_trader.notifications.messages.markup import (
    SIDES,
    bold,
    code,
    day_text,
    digest_of,
    first_of,
    moment_text,
    named,
    reason_text,
    safe,
    text_of,
    written_moment,
)
from khms_trader.planning.schedule_history import MissReason
from khms_trader.planning.schedule_times import JobKind

RESOLVE: Final = "scripts/tools/resolve_order.py"
HALT_OFF: Final = "scripts/tools/halt.py off"
CONFIRM: Final = "execute_next_open_plan.py --confirm-first-run"
_VIRTUAL: Final = "virtual-"
# KIS ends a virtual account 90 days after its registration (general knowledge, confirm
# with KIS). We only know when it was confirmed here, which is later.
_FIRST_EXPIRY_DAY: Final = 80
_LAST_EXPIRY_DAY: Final = 100
_EXPIRY_STEP: Final = 5
_OLD_NEWS: Final = timedelta(days=7)

Names = Mapping[str, str]
Sentence = Callable[[str], str]
"""What an error's code means to its reader."""


def unknown_lines(unknown: Iterable[OrderRecord], names: Names) -> list[str]:
    """Return a line per order that needs a person, and what to do about them."""
    lines = [
        f"{bold('확인 필요')}: {day_text(record.key.session)} "
        f"{order_text(record.key, names)} {record.order.quantity:,}주"
        for record in unknown
    ]
    return [*first_of(lines), what_to_do()] if lines else []


def what_to_do() -> str:
    """Return what to do about an order of unknown outcome."""
    return (
        f"다시 보내지 않습니다. 증권사 앱에서 확인한 뒤 {code(RESOLVE)} 에 알려 주세요."
    )


def order_text(key: OrderKey, names: Names) -> str:
    """Return side, name and symbol of an order."""
    return f"{SIDES[key.side]} {named(names.get(key.symbol, ''), key.symbol)}"


def order_unconfirmed(
    event: OrderUnconfirmed | OrderNoted, names: Names, *, settled: str = ""
) -> Message:
    """Return the alarm of an order nobody knows the outcome of.

    ``settled`` is what became known of it since; then it is no alarm any more.
    """
    key = event.key
    purpose = "" if key.purpose == PLAN_PURPOSE else f" ({safe(key.purpose)})"
    order = f"{day_text(key.session)} {order_text(key, names)}{purpose}"
    kind = "vanished" if isinstance(event, OrderNoted) else "unconfirmed"
    told = _warning(
        f"{kind}:{key.account}:{key.session:%Y%m%d}:{key.symbol}:{key.side}:"
        f"{key.purpose}",
        event.at,
        f"{bold('확인 필요')}: {order} - {reason_text(event.detail)}",
        what_to_do(),
    )
    if not settled:
        return told
    known = (
        f"{order}: 한때 결과를 몰랐지만 확인되었습니다 - {settled} "
        f"(처음에는 {reason_text(event.detail)})"
    )
    return replace(told, level=Level.INFO, html=known)


def run_failed(event: RunFailed, sentence: Sentence) -> Message:
    """Return the alarm of a job that ended with an error."""
    return _warning(
        f"failed:{event.account}:{event.session:%Y%m%d}:{event.job}:{event.code}",
        event.at,
        f"{bold(_job(event.job) + ' 실패')} · {day_text(event.session)} 거래일",
        safe(sentence(event.code)),
    )


def jobs_missed(events: Iterable[JobMissed], sentence: Sentence) -> tuple[Message, ...]:
    """Return the alarms of jobs that were not done in their time.

    One per job; after a long absence those of a week long past share one.
    """
    told = []
    old: dict[str, list[JobMissed]] = {}
    for event in events:
        if event.at - event.due_at > _OLD_NEWS:
            year, week, _ = event.due_at.isocalendar()
            old.setdefault(f"missed:{event.account}:{year}W{week:02}", []).append(event)
        else:
            told.append(_job_missed(event, sentence))
    return (*(_old_news(key, missed) for key, missed in old.items()), *told)


def _job_missed(event: JobMissed, sentence: Sentence) -> Message:
    is_ours = event.reason in set(MissReason)
    why = MissReason(event.reason).korean if is_ours else sentence(event.reason)
    return _warning(
        f"missed:{event.account}:{event.session:%Y%m%d}:{event.job}:"
        f"{event.due_at:%Y%m%d%H%M}",
        event.at,
        f"{bold('놓친 작업: ' + _job(event.job))} · {day_text(event.session)} "
        f"거래일 · 예정 {moment_text(event.due_at)}",
        safe(why),
    )


def _old_news(key: str, missed: Sequence[JobMissed]) -> Message:
    first, last = (day_text(missed[place].due_at.date()) for place in (0, -1))
    return _warning(
        key,
        missed[0].at,
        f"{bold(f'놓친 작업 {len(missed)}건')} · {first} ~ {last}",
        "오래 쉬는 동안의 일이라 모아서 알립니다.",
    )


def _job(job: str) -> str:
    return JobKind(job).korean if job in set(JobKind) else safe(job)


def halted(account: str, since: str, reason: str, *, at: datetime) -> Message:
    """Return the alarm of a halt in force since ``since``, as it was written down."""
    return _warning(
        f"halt:{account}:{safe(since)}",
        at,
        bold("정지(HALT) 상태입니다. 어떤 주문도 나가지 않습니다."),
        f"시작: {written_moment(since)}" if since else "",
        f"이유: {safe(reason)}" if reason else "",
        f"해제: {code(HALT_OFF)}",
    )


def account_unconfirmed(account: str, *, at: datetime) -> Message:
    """Return the alarm of an account that does not trade yet; once a day."""
    return _warning(
        f"confirm:{account}:{at:%Y%m%d}",
        at,
        f"{bold('계좌가 확인되지 않아 주문하지 않습니다')} · {safe(account)}",
        f"보유를 확인한 뒤 한 번 실행하세요: {code(CONFIRM)}",
    )


def expiry_warnings(event: AccountConfirmed, now: datetime) -> tuple[Message, ...]:
    """Return the alarms of a virtual account's last days up to ``now``.

    One every five days, from 80 to 100 days after it was confirmed here.
    """
    if not event.account.startswith(_VIRTUAL):
        return ()
    days = range(_FIRST_EXPIRY_DAY, _LAST_EXPIRY_DAY + 1, _EXPIRY_STEP)
    moments = ((day, event.at + timedelta(days=day)) for day in days)
    return tuple(
        _warning(
            f"expiry:{event.account}:{day}",
            at,
            f"{bold('모의투자 기간이 곧 끝날 수 있습니다')} · {safe(event.account)}",
            f"이 계좌를 확인한 지 {day}일이 되었습니다. 모의투자는 신청한 날부터 90일"
            "입니다. 한국투자증권에서 남은 기간을 확인하고, 끝나면 다시 신청해 "
            "secrets.yaml 의 계좌번호와 앱키를 바꾸세요.",
        )
        for day, at in moments
        if at <= now
    )


def holdings_untrusted(
    account: str, session: date, problems: Sequence[tuple[str, str]], *, at: datetime
) -> Message:
    """Return the alarm of holdings whose exit nobody can tell.

    ``problems`` are a holding, named, and what is wrong with its bars, both safe.
    """
    rows = [f"· {name} - {problem}" for name, problem in problems]
    return _warning(
        f"untrusted:{account}:{session:%Y%m%d}:{digest_of(sorted(rows))}",
        at,
        bold(f"보유 종목을 판단할 수 없습니다 · {day_text(session)}"),
        *first_of(rows),
    )


def holding_released(event: HoldingReleased, names: Names) -> Message:
    """Return the alarm of managed shares that the account does not hold any more."""
    name = named(names.get(event.symbol, ""), event.symbol)
    return _warning(
        f"released:{event.account}:{event.session:%Y%m%d}:{event.symbol}:"
        f"{event.quantity}",
        event.at,
        f"{bold('계좌에 없는 보유')}: {name} {event.quantity:,}주를 전략 관리에서 "
        "뺐습니다(직접 팔았거나 합병). 아니라면 증권사 앱에서 확인하세요.",
    )


def foreign_orders(event: ForeignOrdersSeen, names: Names) -> Message:
    """Return the alarm of orders that are not ours; again when there are more."""
    numbers = sorted(row.number for row in event.rows)
    return _warning(
        f"foreign:{event.account}:{event.session:%Y%m%d}:{digest_of(numbers)}",
        event.at,
        f"{bold(f'외부 주문 {len(event.rows)}건')} · {day_text(event.session)} · "
        "프로그램이 낸 것이 아님",
        *first_of([_foreign_row(row, names) for row in event.rows]),
        "직접 낸 주문이 아니면 증권사 앱에서 확인하세요.",
    )


def _foreign_row(row: BrokerOrder, names: Names) -> str:
    return (
        f"· {SIDES[row.side]} {named(names.get(row.symbol, ''), row.symbol)} "
        f"{row.filled_quantity:,}/{row.quantity:,}주 {row.ordered_at:%H:%M:%S} "
        f"{safe(row.number)}"
    )


def _warning(key: str, at: datetime, *lines: str) -> Message:
    return Message(key=key, level=Level.WARNING, html=text_of(lines), at=at)
