"""The import rule of the house: which room may know which, read from the source.

Imports inside functions and under ``TYPE_CHECKING`` count like any other: a room that
may not know another may not know its types either.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PACKAGE: Final = "khms_trader"
SOURCE: Final = Path(__file__).parents[1] / "src" / PACKAGE

PURE: Final = frozenset(
    {"errors", "domain", "market", "ledger", "strategy", "planning", "performance"}
)
PORTS: Final = PURE | {"ports"}
ADAPTERS: Final = frozenset({"broker", "data", "storage", "notifications", "clock"})
JOBS: Final = frozenset({"execution", "backtest", "simulator"})
READERS: Final = frozenset({"dashboard", "console"})
LEAVES: Final = frozenset({"edge", "durable"})
INNER: Final = PORTS | ADAPTERS | JOBS | READERS | LEAVES | {"config"}

MAY_IMPORT: Final[dict[str, frozenset[str]]] = {
    "errors": frozenset(),
    "domain": frozenset(),
    "edge": frozenset({"errors"}),
    "durable": frozenset({"errors"}),
    "market": frozenset({"errors", "domain"}),
    "ledger": frozenset({"errors", "domain", "market"}),
    "strategy": frozenset({"errors", "domain", "market"}),
    "planning": frozenset({"errors", "domain", "market"}),
    "performance": frozenset({"errors", "domain", "market"}),
    "ports": frozenset({"errors", "domain"}),
    "config": frozenset({"errors", "domain"}),
    "clock": PORTS,
    "broker": PORTS | {"durable"},
    "data": PORTS | {"durable"},
    "storage": PORTS | {"durable"},
    "notifications": PORTS | {"durable", "edge"},
    "execution": PORTS,
    "backtest": PORTS | {"execution"},
    "simulator": PORTS,
    "dashboard": PORTS | {"edge"},
    "console": PORTS,
    "bootstrap": INNER,
    "cli": INNER | {"bootstrap"},
    "chaos": INNER | {"bootstrap"},
}
EXCEPTIONS: Final = {
    # The forever loop is one of the edges that may contain any failure.
    "execution.schedule": ("edge",),
    # The practice server shares the wire table of KIS, never the client.
    "simulator": ("broker.kis.endpoints",),
    # TelegramNotifier() without arguments reads the user's own settings and clock.
    "notifications.telegram": ("config.load", "clock"),
}
# fmt: off
MACHINE: Final = frozenset({
    "filelock", "io", "os", "requests", "shutil", "socket", "sqlite3", "subprocess",
    "tempfile", "threading", "time", "urllib",
})
# fmt: on
FILE_ACCESS: Final = frozenset(
    {"exists", "glob", "iterdir", "mkdir", "open", "stat", "touch", "unlink"}
    | {f"{verb}_{what}" for verb in ("read", "write") for what in ("bytes", "text")}
)
HEAVY: Final = ("numpy", "pandas", "pyarrow", "streamlit", "telegram")


def is_within(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(f"{prefix}.")


def imported_names(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of everything imported, by whatever means."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package.split(".")[: package.count(".") + 2 - level]
                base = [*(above if level else ()), *([module] if module else ())]
                for alias in names:
                    yield node.lineno, ".".join([*base, alias.name])
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def imports_of(path: Path, source: Path) -> Iterator[tuple[int, str]]:
    package = ".".join([PACKAGE, *path.relative_to(source).parts[:-1]])
    return imported_names(ast.parse(path.read_text(encoding="utf-8")), package)


def is_allowed(module: str, target: str) -> bool:
    room, other = module.partition(".")[0], target.partition(".")[0]
    if room == other or other in MAY_IMPORT.get(room, ()):
        return True
    return any(
        is_within(module, inside) and is_within(target, outside)
        for inside, allowed in EXCEPTIONS.items()
        for outside in allowed
    )


def forbidden_imports(source: Path) -> list[str]:
    """Return ``file:line imports what`` for every import the table does not allow."""
    found = []
    for path in sorted(source.rglob("*.py")):
        place = path.relative_to(source)
        module = ".".join(place.with_suffix("").parts)
        for line, name in imports_of(path, source):
            target = name.removeprefix(f"{PACKAGE}.")
            if is_within(name, PACKAGE) and not is_allowed(module, target):
                found.append(f"{place.as_posix()}:{line} imports {target}")
    return found


def test_no_room_imports_what_the_design_forbids() -> None:
    found = forbidden_imports(SOURCE)

    assert not found, "\n".join(found)


def test_every_file_and_folder_of_the_package_is_a_room_of_the_design() -> None:
    rooms = {p.stem for p in SOURCE.glob("*.py")} | {
        p.name for p in SOURCE.iterdir() if any(p.rglob("*.py"))
    }

    assert rooms - {"__init__"} <= MAY_IMPORT.keys()


@pytest.mark.parametrize(
    ("file", "line", "is_forbidden"),
    [
        ("planning/build.py", "import khms_trader.strategy.registry", True),
        ("planning/build.py", "from khms_trader.market import prices", False),
        ("domain/order.py", "from khms_trader.ports import Clock", True),
        ("broker/paper.py", "from khms_trader.data.sample import market", True),
        ("broker/paper.py", "from khms_trader.clock import SystemClock", True),
        ("broker/kis/broker.py", "from . import wire", False),
        ("broker/kis/broker.py", "from ... import storage", True),
        ("broker/kis/broker.py", "from ...ports import Clock", False),
        ("storage/journal.py", "from khms_trader.durable import replace", False),
        ("ledger.py", "from khms_trader.durable import replace", True),
        ("execution/execute.py", "from khms_trader.broker.paper import Paper", True),
        ("execution/execute.py", "from khms_trader.edge import contained", True),
        ("execution/schedule.py", "from khms_trader.edge import contained", False),
        ("execution/execute.py", "def f():\n    import khms_trader.bootstrap", True),
        ("execution/a.py", "if TYPE_CHECKING:\n    import khms_trader.data", True),
        ("execution/a.py", "import_module('khms_trader.storage.journal')", True),
        ("simulator/kis_api.py", "from khms_trader.broker.kis import client", True),
        ("simulator/kis_api.py", "from khms_trader.broker.kis import *", True),
        ("simulator/a.py", "from khms_trader.broker.kis import endpoints", False),
        ("simulator/a.py", "from khms_trader.broker.kis.endpoints import T", False),
        ("notifications/telegram.py", "import khms_trader.config.load", False),
        ("notifications/silent.py", "import khms_trader.config.load", True),
        ("notifications/telegram.py", "import khms_trader.config.home", True),
        ("notifications/telegram.py", "import khms_trader.clock", False),
        ("dashboard/pages.py", "from khms_trader import bootstrap", True),
        ("dashboard/live.py", "from khms_trader.edge import contained", False),
        ("dashboard/live.py", "from khms_trader.broker.kis import client", True),
        ("dashboard/room.py", "from khms_trader.storage import journal_view", True),
        ("dashboard/view/now.py", "import khms_trader.execution.report", True),
        ("dashboard/view/now.py", "import khms_trader.planning.state_check", False),
        ("bootstrap.py", "from khms_trader.cli import sentences", True),
        ("cli/execute.py", "from khms_trader import bootstrap", False),
        ("helpers/text.py", "from khms_trader import errors", True),
    ],
)
def test_a_wall_is_seen_however_the_import_is_written(
    tmp_path: Path, file: str, line: str, *, is_forbidden: bool
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line, encoding="utf-8")

    assert [f.startswith(file) for f in forbidden_imports(tmp_path)] == (
        [True] if is_forbidden else []
    )


def pure_files() -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).with_suffix("").parts[0] in PURE:
            yield path


def test_pure_rooms_import_nothing_that_touches_the_machine() -> None:
    touching = [
        f"{path.relative_to(SOURCE).as_posix()}:{line} imports {name}"
        for path in pure_files()
        for line, name in imports_of(path, SOURCE)
        if name.partition(".")[0] in MACHINE
    ]

    assert not touching, "\n".join(touching)


def test_pure_rooms_may_name_a_path_but_open_none() -> None:
    opening = [
        f"{path.relative_to(SOURCE).as_posix()}:{node.lineno} calls {name}"
        for path in pure_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (name := ast.unparse(node.func).rpartition(".")[2]) in FILE_ACCESS
    ]

    assert not opening, "\n".join(opening)


def test_the_domain_needs_nothing_but_the_standard_library_and_numpy() -> None:
    foreign = {
        name.partition(".")[0]
        for path in (SOURCE / "domain").glob("*.py")
        for _, name in imports_of(path, SOURCE)
    }

    assert foreign - sys.stdlib_module_names <= {PACKAGE, "numpy"}


def test_only_pages_and_their_frame_speak_to_streamlit() -> None:
    speaking = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for _, name in imports_of(path, SOURCE)
        if name.partition(".")[0] == "streamlit"
    }
    names = ("app", "faults", "notes", "pulse", "reader", "warmth")
    frame = {f"dashboard/{name}.py" for name in names}

    others = {name for name in speaking if not name.startswith("dashboard/pages/")}
    assert others <= frame | {"cli/dashboard.py"}


def test_the_first_page_of_the_dashboard_waits_for_nothing_heavy() -> None:
    figure = "plotly.graph_objs._figure"  # Streamlit itself loads the rest
    heavy = ("matplotlib", "numpy", "pandas", "pyarrow", figure)
    modules = "khms_trader.bootstrap.dashboard, khms_trader.dashboard.pages.now"
    program = f"import {modules}, sys; print(*set(sys.modules) & set({heavy}))"

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stdout.split()) == (0, []), run.stderr


@pytest.mark.parametrize(
    "module",
    [
        "khms_trader.execution.execute",
        "khms_trader.cli.execute",
        "khms_trader.bootstrap",
    ],
)
def test_the_0901_path_imports_nothing_heavy(module: str) -> None:
    program = f"import {module}, sys; print(*set(sys.modules) & set({HEAVY}))"

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stdout.split()) == (0, []), run.stderr
