"""The resolve tool, put together: an account that can be read, never traded."""

from khms_trader.bootstrap.account import opened
from khms_trader.bootstrap.options import RunOptions
from khms_trader.execution import resolve_by_hand as job
from khms_trader.planning.resolved import Choice, Resolution, Word


def open_questions(options: RunOptions) -> Resolution:
    """Return the orders that only a person can settle."""
    with opened(options) as account:
        return job.look(account.office)


def answered(
    options: RunOptions, choice: Choice, word: Word, *, is_confirmed: bool
) -> Resolution:
    """Record what a person saw of one of them, or show what would be recorded."""
    with opened(options) as account:
        return job.answer(account.office, choice, word, is_confirmed=is_confirmed)
