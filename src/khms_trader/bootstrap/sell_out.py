"""The sell-out tool, put together: only a confirmed sale gets a broker that trades."""

from khms_trader.bootstrap.account import opened
from khms_trader.bootstrap.execute import desk_opened
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.rules import trading_rules
from khms_trader.execution import sell_out as job
from khms_trader.planning.sell_out import Asked
from khms_trader.planning.sold_out import SellOut


def listed(options: RunOptions) -> SellOut:
    """Return what the strategy does not manage."""
    with opened(options) as account:
        return job.look(account.office, trading_rules(options.settings))


def sale(options: RunOptions, asked: Asked, *, is_confirmed: bool) -> SellOut:
    """Sell ``asked``, or show what would be sold."""
    if is_confirmed:
        with desk_opened(options) as desk:
            return job.sell_out(desk, asked)
    with opened(options) as account:
        rules = trading_rules(options.settings)
        return job.look(account.office, rules, sell=asked)


def adoption(options: RunOptions, asked: Asked, *, is_confirmed: bool) -> SellOut:
    """Adopt ``asked``, or show what would be adopted."""
    rules = trading_rules(options.settings)
    with opened(options) as account:
        if is_confirmed:
            return job.adopt(account.office, rules, asked)
        return job.look(account.office, rules, adopt=asked)
