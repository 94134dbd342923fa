"""Files that were meant to be settings.yaml or secrets.yaml and are called otherwise.

One line of the manual itself says ``setting.yaml``, and Windows likes to add ``.txt``.
"""

from pathlib import Path
from typing import Final

SETTINGS_NAME: Final = "settings.yaml"
SECRETS_NAME: Final = "secrets.yaml"


def lookalike(folder: Path, name: str) -> Path | None:
    """Return a file in ``folder`` that was probably meant to be ``name``, or None."""
    try:
        found = sorted(path for path in folder.iterdir() if _is_like(path.name, name))
    except OSError:
        return None  # a folder nobody may look into hides nothing of ours
    return found[0] if found else None


def _is_like(name: str, wanted: str) -> bool:
    stem = wanted.removesuffix(".yaml")
    stems = (stem, stem.removesuffix("s"))
    ends = (".yaml", ".yml", ".yaml.txt", ".yml.txt")
    return name != wanted and name.casefold() in {s + e for s in stems for e in ends}
