"""Splits of a paper account: its ledger and its journal change together.

At a real broker nobody tells why a quantity changed, so a person adopts it; here the
market is ours and the reason is known.
"""

from khms_trader.broker.paper import PaperBroker
from khms_trader.domain.events import HoldingAdopted
from khms_trader.market.calendar import Calendar
from khms_trader.ports import Journal


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
