"""What a new home holds: its folders, and its two files from the shipped texts.

Decides and reads only; ``bootstrap.init`` writes. No file that is there is ever
touched, and a folder that holds somebody else's things is not made a home.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from khms_trader.config.home import HOME_VARIABLE, Folders, find_home
from khms_trader.config.lookalikes import SECRETS_NAME, SETTINGS_NAME, lookalike
from khms_trader.errors import ConfigError

EXAMPLE_NAME: Final = "secrets.example.yaml"
PRACTICE_ADDRESS: Final = "http://127.0.0.1:29443"
"""Where ``run_kis_simulator.py`` listens unless told otherwise."""

_SCRIPTS: Final = "scripts"
_OURS: Final = frozenset(
    {SETTINGS_NAME, SECRETS_NAME, EXAMPLE_NAME, "plans", "logs", "data", "reports"}
)
# The padding before the comment is taken back by what the longer word needs.
_PROVIDER: Final = re.compile(r"^(\s+provider:\s*)paper\b(?: {7})?", re.MULTILINE)
_ENVIRONMENT: Final = re.compile(r"^(\s+env:\s*)real\b", re.MULTILINE)
_PRACTICE_SECRETS: Final = f"""\
# 연습 서버(scripts/tools/run_kis_simulator.py)를 쓰기 위한, 지어낸 키입니다.
# 진짜 계좌가 아니며 한국투자증권에서는 쓸 수 없습니다.
# 모의투자 계좌가 생기면 값을 바꾸고 base_url 줄을 지우세요.

korea_invest:
  virtual:
    app_key: "{"PRACTICE" + "0" * 28}"
    app_secret: "{"PracticeOnly" + "0" * 168}"
    account_no: "50000000"
    account_product_code: "01"
    base_url: "{PRACTICE_ADDRESS}"

telegram:
  enabled: false
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to be written; a private one for its owner only."""

    path: Path
    text: str
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHome:
    """What is to be made.

    Attributes:
        kept: files that are there and stay as they are.
    """

    home: Path
    folders: tuple[Path, ...]
    files: tuple[NewFile, ...]
    kept: tuple[Path, ...]


def home_to_make(script: Path, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the home that is meant: ``KHMS_HOME`` even if it is not there yet.

    Raises:
        ConfigError: as ``find_home``, and ``home_invalid`` for a file of that name.
    """
    named = environ.get(HOME_VARIABLE, "").strip()
    if not named:
        return find_home(script, environ, cwd)
    home = cwd / Path(named).expanduser()
    if home.exists() and not home.is_dir():
        raise ConfigError("home_invalid", path=str(home), variable=HOME_VARIABLE)
    return home


def folders_of(home: Path) -> tuple[Path, ...]:
    """Return the folders a run fills."""
    found = Folders(home)
    state = found.halt_file.parent
    return (
        found.plans,
        found.logs,
        found.universe,
        found.bars,
        state,
        found.reports,
    )


def new_home(home: Path, shipped: Path, *, is_practice: bool) -> NewHome:
    """Return what ``home`` lacks; texts come from the folder ``shipped``.

    ``is_practice`` gives made-up keys and the address of the practice server.

    Raises:
        ConfigError: ``init_secrets_exist`` when practice keys would need the place of
            others; ``settings_missing`` or ``settings_misspelt`` when the folder is
            not empty and has no settings.yaml; ``init_texts_missing``.
    """
    files: list[NewFile] = []
    kept: list[Path] = []
    settings, secrets = _existing(home, SETTINGS_NAME), _existing(home, SECRETS_NAME)
    if is_practice and secrets is not None:
        raise ConfigError("init_secrets_exist", path=str(secrets))
    if settings is not None:
        _refuse_misspelt(settings, home)
        kept.append(settings)
    else:
        _refuse_foreign(home)
        text = _text_of(shipped / SETTINGS_NAME)
        text = practice_settings(text) if is_practice else text
        files.append(NewFile(path=home / SETTINGS_NAME, text=text))
    if secrets is not None:
        kept.append(secrets)
    else:
        example = _PRACTICE_SECRETS if is_practice else _text_of(shipped / EXAMPLE_NAME)
        path = home / SECRETS_NAME
        files.append(NewFile(path=path, text=example, is_private=True))
    folders = tuple(folder for folder in folders_of(home) if not folder.is_dir())
    return NewHome(home=home, folders=folders, files=tuple(files), kept=tuple(kept))


def practice_settings(text: str) -> str:
    """Return the shipped settings ``text`` with the practice account chosen."""
    chosen = _PROVIDER.sub(r"\g<1>korea_invest", text, count=1)
    return _ENVIRONMENT.sub(r"\g<1>virtual", chosen, count=1)


def shipped_folder(script: Path, package: Path) -> Path:
    """Return the project's folder: above ``scripts``, or above ``src/khms_trader``.

    ``package`` is that second folder itself.

    Raises:
        ConfigError: ``init_texts_missing``, the texts lie in neither.
    """
    above = [f.parent for f in script.resolve().parents[:2] if f.name == _SCRIPTS]
    candidates = [*above, *package.resolve().parents[:2]]
    for folder in candidates:
        if (folder / SETTINGS_NAME).is_file() and (folder / EXAMPLE_NAME).is_file():
            return folder
    raise ConfigError("init_texts_missing", path=str(script))


def _existing(home: Path, name: str) -> Path | None:
    path = home / name
    if path.exists() or path.is_symlink():
        return path
    return lookalike(home, name)


def _refuse_misspelt(found: Path, home: Path) -> None:
    path = home / SETTINGS_NAME
    if found != path:
        raise ConfigError("settings_misspelt", path=str(path), found=str(found))


def _refuse_foreign(home: Path) -> None:
    """A slip in KHMS_HOME must not fill somebody's documents with our folders."""
    if not home.is_dir():
        return
    strange = [p for p in home.iterdir() if p.name not in _OURS and p.name[0] != "."]
    if strange:
        raise ConfigError("settings_missing", path=str(home / SETTINGS_NAME))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        missing = str(path)
    raise ConfigError("init_texts_missing", path=missing)
