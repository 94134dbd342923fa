"""A paper account and its journal belong together: same orders, same splits.

At a real broker nobody tells why a quantity changed, so a person adopts it; here the
market is ours and the reason is known.
"""

from pathlib import Path

from khms_trader.broker.paper import PaperBroker
from khms_trader.domain.events import HoldingAdopted
from khms_trader.domain.order import OrderState
from khms_trader.errors import StorageError
from khms_trader.market.calendar import Calendar
from khms_trader.ports import Journal

_S = OrderState


def catch_up(broker: PaperBroker, journal: Journal, calendar: Calendar) -> None:
    """Apply every split since the account was last used, each exactly once.

    The journal goes first and knows what it already holds, so that a crash between
    the two is mended by the next run.
    """
    splits = broker.pending_splits()
    known = {
        (event.session, event.symbol)
        for event in journal.events(kinds=(HoldingAdopted,))
        if isinstance(event, HoldingAdopted)
    }
    for split in splits:
        shares = journal.managed().get(split.symbol, 0)
        if shares and (split.session, split.symbol) not in known:
            journal.append(
                HoldingAdopted(
                    at=calendar.opens_at(split.session),
                    account=broker.account_id,
                    session=split.session,
                    symbol=split.symbol,
                    quantity=shares * (split.ratio - 1),
                )
            )
    broker.apply_splits(splits)


def refuse_strangers(broker: PaperBroker, journal: Journal, folder: Path) -> None:
    """Refuse a book and a journal of which one was lost, emptied or rolled back.

    Every order of a paper account is ours. An order sent without its answer written
    down is in the book or not, so unknown orders are the only slack there is.

    Raises:
        StorageError: their orders cannot be the same.
    """
    records = journal.order_records()
    sent = [record for record in records if record.number]
    unknown = [r for r in records if r.state in {_S.INTENDED, _S.UNCONFIRMED}]
    in_book = broker.order_count()
    if not len(sent) <= in_book <= len(sent) + len(unknown):
        raise StorageError(
            "paper_journal_differs",
            in_book=in_book,
            in_journal=len(sent),
            folder=str(folder),
        )
