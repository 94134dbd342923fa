"""How the account of a scheduler stands, in one line: whose money, and may it trade."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class AccountMode(StrEnum):
    """Whose money an account's orders move: nobody's, in all that is offered."""

    PAPER = "paper"
    PRACTICE = "practice"
    VIRTUAL = "virtual"
    REAL = "real"

    @property
    def korean(self) -> str:
        """What a reader is told."""
        return _KOREAN[self]


_KOREAN: Final = {
    AccountMode.PAPER: "연습(paper)",
    AccountMode.PRACTICE: "연습 서버",
    AccountMode.VIRTUAL: "모의투자",
    AccountMode.REAL: "실전",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account as it was last seen.

    Attributes:
        account: its folder name.
        is_dry_run: nothing is sent, whatever the account.
        is_halted: the halt file is there: no order leaves.
        is_confirmed: False while a person has yet to confirm the account's first use.
        total: won, as last read; None when it never was.
        seen_at: when that was, aware, in Asia/Seoul.
    """

    account: str
    is_dry_run: bool = False
    is_halted: bool = False
    is_confirmed: bool = True
    total: int | None = None
    seen_at: datetime | None = None

    @property
    def mode(self) -> AccountMode:
        """Whose money it is, by the account's name."""
        return AccountMode(self.account.partition("-")[0])

    def text(self, now: datetime) -> str:
        """Return the line as a person reads it at ``now``."""
        parts = [f"계좌 {self.account}", self.mode.korean]
        if self.is_dry_run:
            parts.append("드라이런")
        if self.is_halted:
            parts.append("정지(HALT)")
        if not self.is_confirmed:
            parts.append("확인 전(주문 안 함)")
        if self.total is not None and self.seen_at is not None:
            age = age_text(now - self.seen_at)
            parts.append(f"총평가 {self.total:,}원({age})")
        return " · ".join(parts)


def age_text(age: timedelta) -> str:
    """Return how long ago something was: the largest unit that says enough."""
    minutes = int(age.total_seconds()) // 60
    if minutes < 1:
        return "방금"
    if age < _HOUR:
        return f"{minutes}분 전"
    if age < _DAY:
        return f"{minutes // 60}시간 전"
    return f"{age.days}일 전"


def countdown_text(left: timedelta) -> str:
    """Return how long something is still away, to the second in its last hour."""
    seconds = max(round(left.total_seconds()), 0)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, second = divmod(rest, 60)
    if days:
        return f"{days}일 {hours}시간"
    if hours:
        return f"{hours}시간 {minutes}분"
    return f"{minutes}분 {second}초" if minutes else f"{second}초"
