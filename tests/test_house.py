"""House rules that a linter cannot state: sizes, the one clock, the one broad catch."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
SOURCE: Final = ROOT / "src" / "khms_trader"
MODULES: Final = sorted(SOURCE.rglob("*.py"))
SCRIPTS: Final = sorted((ROOT / "scripts").rglob("*.py"))
RUNTIME_FOLDERS: Final = ("plans/", "logs/", "data/", "reports/")

MOST_LINES: Final = 300
MOST_FUNCTION_LINES: Final = 40
MOST_POSITIONAL: Final = 4
MOST_SCRIPT_LINES: Final = 15
WALL_CLOCKS: Final = (
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "time.time",
    "time.time_ns",
)
BROAD: Final = {"Exception", "BaseException"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def nodes(*, outside: str = "") -> Iterator[tuple[Path, ast.AST]]:
    for path in MODULES:
        if path.name != outside:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield from ((path, node) for node in ast.walk(tree))


def functions() -> Iterator[tuple[str, Function]]:
    for path, node in nodes():
        if isinstance(node, Function):
            yield f"{place(path, node.lineno)} {node.name}", node


def length(function: Function) -> int:
    """Return the lines of ``function`` without its decorators and docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def positional(function: Function) -> int:
    """Count positional parameters; 0 for rules of plain numbers, which numba compiles.

    numba passes arguments by position only.
    """
    named = [*function.args.posonlyargs, *function.args.args]
    counted = [a for a in named if a.arg not in {"self", "cls"}]
    kinds = {ast.unparse(a.annotation) for a in counted if a.annotation}
    return 0 if kinds <= {"int", "bool"} else len(counted)


def beyond(limit: int, sizes: dict[str, int]) -> str:
    return ", ".join(f"{name} ({n})" for name, n in sizes.items() if n > limit)


def names_in(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def is_broad(node: ast.AST) -> bool:
    match node:
        case ast.ExceptHandler(type=None):
            return True
        case ast.ExceptHandler(type=ast.expr() as caught):
            return not BROAD.isdisjoint(names_in(caught))
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress")):
            return any(not BROAD.isdisjoint(names_in(a)) for a in node.args)
    return False


def reads_wall_clock(node: ast.AST) -> bool:
    match node:
        case ast.Attribute():
            written = ast.unparse(node)
            return any(written == c or written.endswith(f".{c}") for c in WALL_CLOCKS)
        case ast.ImportFrom(module="time", names=names):
            return any(alias.name in {"time", "time_ns"} for alias in names)
    return False


def test_only_the_clock_reads_the_wall_clock() -> None:
    readers = [
        place(path, getattr(node, "lineno", 0))
        for path, node in nodes(outside="clock.py")
        if reads_wall_clock(node)
    ]

    assert not readers, "\n".join(readers)


def test_only_the_edge_catches_everything() -> None:
    catchers = [
        place(path, getattr(node, "lineno", 0))
        for path, node in nodes(outside="edge.py")
        if is_broad(node)
    ]

    assert not catchers, "\n".join(catchers)


def test_the_package_never_prints() -> None:
    prints = [
        place(path, node.lineno)
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]

    assert not prints, "\n".join(prints)


def test_every_module_says_why_it_exists() -> None:
    silent = [
        place(path, 1)
        for path in MODULES
        if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]

    assert not silent, "\n".join(silent)


def test_no_file_is_longer_than_the_house_allows() -> None:
    lengths = {
        place(p, 1): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES
    }

    assert beyond(MOST_LINES, lengths) == ""


def test_no_function_is_longer_than_the_house_allows() -> None:
    lengths = {name: length(function) for name, function in functions()}

    assert beyond(MOST_FUNCTION_LINES, lengths) == ""


def test_no_function_takes_more_positional_arguments_than_one_can_read() -> None:
    counts = {name: positional(function) for name, function in functions()}

    assert beyond(MOST_POSITIONAL, counts) == ""


def test_scripts_are_short_and_leave_the_import_path_alone() -> None:
    texts = {place(p, 1): p.read_text(encoding="utf-8") for p in SCRIPTS}
    lengths = {name: len(text.splitlines()) for name, text in texts.items()}

    assert beyond(MOST_SCRIPT_LINES, lengths) == ""
    assert [name for name, text in texts.items() if "sys.path" in text] == []


def test_nothing_made_at_run_time_is_tracked() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listing = subprocess.run(
        [git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    made = [
        file
        for file in listing
        if (file.startswith(RUNTIME_FOLDERS) and not file.endswith("/.gitkeep"))
        or file.endswith(("uv.lock", "secrets.yaml", ".sqlite3", ".pyc"))
        or file.startswith(".venv")
    ]

    assert made == []


@pytest.mark.parametrize("folder", RUNTIME_FOLDERS)
def test_a_fresh_clone_has_the_folders_that_a_run_fills(folder: str) -> None:
    assert (ROOT / folder / ".gitkeep").exists()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("try: pass\nexcept Exception: pass", True),
        ("try: pass\nexcept (OSError, BaseException): pass", True),
        ("try: pass\nexcept: pass", True),
        ("with contextlib.suppress(Exception): pass", True),
        ("try: pass\nexcept (OSError, ValueError): pass", False),
    ],
)
def test_a_broad_catch_is_seen_in_every_spelling(
    source: str, *, expected: bool
) -> None:
    assert any(is_broad(node) for node in ast.walk(ast.parse(source))) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("datetime.now(SEOUL)", True),
        ("import datetime as dt\ndt.datetime.now()", True),
        ("from time import time", True),
        ("time.time()", True),
        ("clock.now()", False),
        ("time.monotonic()", False),
    ],
)
def test_a_look_at_the_wall_clock_is_seen_in_every_spelling(
    source: str, *, expected: bool
) -> None:
    assert any(reads_wall_clock(n) for n in ast.walk(ast.parse(source))) == expected
