"""Telling a person by Telegram what a command came to, once the command is over."""

from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.telling import Teller, is_silent
from khms_trader.cli.start import Start


class Afterwards:
    """What is done when a command is over; nothing before it knows its account.

    It waits some seconds for the messages to go; what does not goes with the next run.
    """

    def __init__(self) -> None:
        """Tell nobody yet."""
        self._teller: Teller | None = None

    def tells(self, begun: Start, options: RunOptions) -> None:
        """Tell afterwards what happened to the account of ``options`` from now on."""
        if not is_silent(options):
            self._teller = teller_of(begun, options)

    def __call__(self) -> None:
        """Tell what there is to tell."""
        if self._teller is not None:
            with self._teller as teller:
                teller.start()
                teller.catch_up()


def teller_of(begun: Start, options: RunOptions) -> Teller:
    """Return what tells of the account of ``options``; problems go to the screen."""
    from khms_trader.cli.sentences import code_sentence, sentence

    return Teller(
        options,
        sentence=code_sentence,
        on_problem=lambda problem: begun.screen.warning(sentence(problem)),
    )
