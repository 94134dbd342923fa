"""Command-line arguments: the pieces scripts share, and a parser that speaks Korean.

Arguments are checked for shape only; whether ``--at`` may be used is decided later,
where the account is known.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NoReturn

from khms_trader.cli.run import ExitCode, tolerate_encodings
from khms_trader.domain.instrument import parse_symbol
from khms_trader.market.calendar import SEOUL

_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(\+\d{2}:\d{2}|Z)?"
)
_LARGEST: Final = 1_000_000_000

# argparse's own words (Python 3.11 to 3.14) and ours; the groups fill the braces.
_MESSAGES: Final = (
    (r"unrecognized arguments: (.*)", "모르는 인수입니다: {0}"),
    (r"argument (.*?): expected one argument", "{0}: 값이 하나 필요합니다"),
    (
        r"argument (.*?): expected at least one argument",
        "{0}: 값이 하나 이상 필요합니다",
    ),
    (r"argument (.*?): expected (\d+) arguments", "{0}: 값이 {1}개 필요합니다"),
    (
        r"argument (.*?): invalid choice: (.*?) \((?:[a-z ]* )?(.*)\)",
        "{0}: 쓸 수 없는 값입니다: {1} (쓸 수 있는 값: {2})",
    ),
    (r"argument (.*?): invalid int value: (.*)", "{0}: 정수로 적으세요: {1}"),
    (r"argument (.*?): invalid float value: (.*)", "{0}: 숫자로 적으세요: {1}"),
    (r"argument (.*?): invalid \S+ value: (.*)", "{0}: 쓸 수 없는 값입니다: {1}"),
    (r"argument (.*?): ignored explicit argument (.*)", "{0}: 값을 받지 않습니다: {1}"),
    (
        r"argument (.*?): not allowed with argument (.*)",
        "{0}: {1} 인수와 함께 쓸 수 없습니다",
    ),
    (r"the following arguments are required: (.*)", "꼭 필요한 인수가 없습니다: {0}"),
    (r"one of the arguments (.*) is required", "다음 가운데 하나가 필요합니다: {0}"),
    (r"ambiguous option: (.*?) could match (.*)", "{0}: 어느 것인지 모릅니다: {1}"),
    (r"argument (.*?): (.*)", "{0}: {1}"),
)


class KoreanArgumentParser(argparse.ArgumentParser):
    """A parser whose help and errors are Korean; a wrong call ends with exit code 2.

    Options are never guessed from their beginnings: a script that trades does what
    was written, or nothing.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own keywords
        """Take what ``ArgumentParser`` takes."""
        options.setdefault("formatter_class", _KoreanHelp)
        super().__init__(**options, add_help=False, allow_abbrev=False)
        self._positionals.title = "인수"
        self._optionals.title = "선택 사항"
        self.add_argument(
            "-h", "--help", action="help", help="이 도움말을 보이고 끝냅니다"
        )

    def parse_args(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        namespace: argparse.Namespace | None = None,
    ) -> argparse.Namespace:
        """Parse, on terminals that cannot show every letter too."""
        tolerate_encodings()
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return parsed

    def error(self, message: str) -> NoReturn:
        """Say in one Korean sentence what is wrong, and end with exit code 2."""
        spoken = f"{_translated(message)}.{self._suggestion(message)}"
        hint = f"사용법은 {self.prog} --help 로 볼 수 있습니다."
        if sys.stderr is not None:
            sys.stderr.write(f"{spoken} {hint}\n")
        raise SystemExit(ExitCode.USAGE)

    def _suggestion(self, message: str) -> str:
        if not message.startswith("unrecognized"):
            return ""
        known = [option for action in self._actions for option in action.option_strings]
        for word in message.split(": ", 1)[1].split():
            written = word.split("=")[0].replace("_", "-")
            import difflib

            matches = difflib.get_close_matches(written, known, n=1, cutoff=0.7)
            if written.startswith("-") and matches:
                return f" 혹시 {matches[0]} 아닌가요?"
        return ""


class _KoreanHelp(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or "사용법: ")


def _translated(message: str) -> str:
    for pattern, korean in _MESSAGES:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            # Which words are quoted differs between Python versions.
            return korean.format(*(part.replace("'", "") for part in match.groups()))
    return f"명령을 이해하지 못했습니다: {message}"


def positive_int(text: str) -> int:
    """Return the whole number of ``text``, from 1 up."""
    number = _int_or_none(text)
    if number is None or not 1 <= number <= _LARGEST:
        message = f"1 이상 {_LARGEST:,} 이하의 정수로 적으세요: {text}"
        raise argparse.ArgumentTypeError(message)
    return number


def moment(text: str) -> datetime:
    """Return the time of ``text`` in Asia/Seoul; without an offset it is Seoul time."""
    stripped = text.strip()
    if _MOMENT.fullmatch(stripped):
        try:
            parsed = datetime.fromisoformat(stripped)
        except ValueError:
            pass  # 2026-02-30
        else:
            return (
                parsed.astimezone(SEOUL)
                if parsed.tzinfo
                else parsed.replace(tzinfo=SEOUL)
            )
    message = f"시각은 2026-03-04T09:01 꼴로 적으세요: {text}"
    raise argparse.ArgumentTypeError(message)


def symbol(text: str) -> str:
    """Return the six characters of an issue that ``text`` names."""
    parsed = parse_symbol(text)
    if parsed is None:
        message = f"종목코드는 여섯 자리로 적으세요(예: 035720): {text}"
        raise argparse.ArgumentTypeError(message)
    return parsed


def add_at(parser: argparse.ArgumentParser) -> None:
    """Add ``--at``: the time the clock starts at; None when not given."""
    parser.add_argument(
        "--at",
        type=moment,
        metavar="시각",
        help="이 시각(서울)이라 치고 시작합니다. 예: 2026-03-04T09:01 "
        "(paper, 연습 서버 전용)",
    )


def add_plan_size(parser: argparse.ArgumentParser) -> None:
    """Add ``--universe-limit`` and ``--qty``: what a plan looks at and how much."""
    parser.add_argument(
        "--universe-limit",
        type=positive_int,
        metavar="개수",
        help="거래대금 순으로 볼 종목 수 (기본: settings.yaml 의 universe.limit)",
    )
    parser.add_argument(
        "--qty",
        type=positive_int,
        metavar="주",
        help="한 종목에 살 주식 수 (기본: settings.yaml 의 execution.sizing)",
    )


def add_quiet(parser: argparse.ArgumentParser) -> None:
    """Add ``--quiet``: say only what went wrong."""
    parser.add_argument(
        "--quiet", action="store_true", help="문제가 있을 때만 화면에 적습니다"
    )


def _int_or_none(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
