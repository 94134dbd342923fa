"""The execute job, put together; loads nothing heavy."""

from collections.abc import Iterator
from contextlib import contextmanager

from khms_trader.bootstrap.account import TradingAccount, opened_to_trade
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.rules import pace_of, trading_rules
from khms_trader.broker.guarded import GuardedBroker
from khms_trader.errors import Refused
from khms_trader.execution.execute import execute as run
from khms_trader.execution.office import Desk
from khms_trader.planning.executed import Execution
from khms_trader.storage.reports import ReportFiles


def execute(options: RunOptions, *, confirm_first_run: bool = False) -> Execution:
    """Execute the plan of today's session, once."""
    began_at = options.clock.now()
    with desk_opened(options) as desk:
        return run(desk, confirm_first_run=confirm_first_run, began_at=began_at)


@contextmanager
def desk_opened(options: RunOptions) -> Iterator[Desk]:
    """Open the account for a ``with`` block, as a desk that trades it.

    Raises:
        ConfigError: keys or source are missing, or do not go together.
        StorageError: the account's files cannot be used.
        Refused: what the block refuses; ``halted_because`` names a halt's reason.
    """
    with opened_to_trade(options) as account:
        try:
            yield desk_of(options, account)
        except Refused as refusal:
            raise _explained(refusal, options) from refusal


def _explained(refusal: Refused, options: RunOptions) -> Refused:
    """Add to a halt's refusal why somebody halted, which the gates need not know."""
    if refusal.code != "halted":
        return refusal
    from khms_trader.storage.halt_file import HaltFile

    halt = HaltFile(options.halt_file).current()
    if halt is None or not halt.reason:
        return refusal
    return Refused("halted_because", path=str(options.halt_file), reason=halt.reason)


def desk_of(options: RunOptions, account: TradingAccount) -> Desk:
    """Return the desk that trades ``account`` as the settings say."""
    halt_file = options.halt_file
    return Desk(
        office=account.office,
        broker=GuardedBroker(account.broker, halt_file.exists),
        quotes=account.quotes,
        reports=ReportFiles(options.output(options.folders.reports)),
        rules=trading_rules(options.settings),
        pace=pace_of(options),
        data_source=account.market.name,
        is_real=options.settings.broker.env == "real",
        halt_file=str(halt_file),
        is_halted=halt_file.exists,
        progress=options.progress,
    )
