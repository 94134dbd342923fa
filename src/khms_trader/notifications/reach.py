"""Whether the bot can be reached and knows its chat; nothing is sent to anybody."""

import asyncio
from dataclasses import dataclass

from khms_trader.errors import NotAvailable
from khms_trader.notifications.access import Access
from khms_trader.notifications.outcome import Kind, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Who would tell whom.

    Attributes:
        bot: user name, without ``@``.
        chat: a person's name or a group's title; either may be empty.
    """

    bot: str
    chat: str


def reached(access: Access) -> Reached:
    """Ask Telegram for the names of bot and chat.

    Raises:
        NotAvailable: ``telegram_token_refused``, ``telegram_chat_unreachable`` or, when
            there is no answer, ``telegram_no_answer``.
    """
    return asyncio.run(_reached(access))


async def _reached(access: Access) -> Reached:
    from khms_trader.notifications.bot import TamedBot  # noqa: PLC0415 - heavy

    async with TamedBot(access) as tamed:
        outcome, bot = await tamed.whoami()
        _raise_unless_done(outcome)
        outcome, chat = await tamed.chat()
        _raise_unless_done(outcome)
        return Reached(bot=bot, chat=chat)


def _raise_unless_done(outcome: Outcome) -> None:
    if outcome.problem is not None:
        raise outcome.problem
    if outcome.kind in {Kind.REFUSED, Kind.MOVED}:
        raise NotAvailable("telegram_chat_unreachable")
    if outcome.kind is not Kind.DONE:
        raise NotAvailable("telegram_no_answer", reason=outcome.detail)
