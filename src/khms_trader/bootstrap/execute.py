"""The execute job, put together; loads nothing heavy."""

from khms_trader.bootstrap.account import OpenAccount, opened
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.rules import paper_pace, trading_rules
from khms_trader.broker.guarded import GuardedBroker
from khms_trader.execution.execute import execute as run
from khms_trader.execution.office import Desk
from khms_trader.planning.executed import Execution
from khms_trader.storage.reports import ReportFiles


def execute(options: RunOptions, *, confirm_first_run: bool = False) -> Execution:
    """Execute the plan of today's session, once."""
    with opened(options) as account:
        return run(desk_of(options, account), confirm_first_run=confirm_first_run)


def desk_of(options: RunOptions, account: OpenAccount) -> Desk:
    """Return the desk that trades ``account`` as the settings say."""
    halt_file = options.halt_file
    return Desk(
        office=account.office,
        broker=GuardedBroker(account.broker, halt_file.exists),
        quotes=account.quotes,
        reports=ReportFiles(options.output(options.folders.reports)),
        rules=trading_rules(options.settings),
        pace=paper_pace(options.settings),
        data_source=account.market.name,
        is_real=options.settings.broker.env == "real",
        halt_file=str(halt_file),
        is_halted=halt_file.exists,
    )
