"""YAML text to plain values, remembering the line each of them stands on.

Only the tags of plain data are built, nothing else of YAML runs. Keys stay the text
they were written as. A parser's own message is never passed on: it quotes the file,
and the file may be secrets.yaml.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml
from yaml.reader import Reader

from khms_trader.config.problems import Fault, Finding

try:
    from yaml import CSafeLoader as _Loader  # ten times faster
except ImportError:  # pragma: no cover - a PyYAML built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_CHARACTERS: Final = 200_000
# Aliases are written once and read many times: the bound is on what they expand to.
MAX_NODES: Final = 20_000
MAX_DEPTH: Final = 20
_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
)

_OPENED: Final = ("simple key", "flow", "quoted")

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands: its line and column from 1, and its text as written."""

    line: int
    column: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file as plain values, with the place of each and what is wrong already.

    Attributes:
        content: the top-level mapping; empty for an empty file.
        places: by path of keys and list positions; a key's place is the key's own.
    """

    content: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[KeyPath, Place] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def place_of(self, path: KeyPath) -> Place:
        """Return the place of ``path``, or of the nearest thing that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(line=1, column=1))


def read_document(text: str) -> Document:
    """Return ``text`` as a document; what cannot be read is in its findings."""
    unfit = _unfit(text)
    if unfit is not None:
        return Document(findings=(unfit,))
    try:
        too_deep = _too_deep(text)
        root = None if too_deep else yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return Document(findings=(_syntax_finding(error, text),))
    if root is None or _is_empty(root):
        return Document(findings=(too_deep,) if too_deep else ())
    reader = _NodeReader()
    if not isinstance(root, yaml.MappingNode):
        not_keys = Finding(fault=Fault.WRONG_TYPE, line=1, expected="mapping")
        return Document(findings=(not_keys,))
    content = reader.mapping(root, ())
    return Document(
        content=content, places=reader.places, findings=tuple(reader.findings)
    )


def dotted(path: KeyPath) -> str:
    """Return ``path`` as a reader writes it: ``universe.exclude[2]``, from 1."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text


class _NodeReader:
    """Walks the node tree once, bounded, and keeps places and findings."""

    def __init__(self) -> None:
        self.places: dict[KeyPath, Place] = {}
        self.findings: list[Finding] = []
        self._scalars = yaml.constructor.SafeConstructor()
        self._seen = 0

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        content: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = _text_of(key_node)
            inner = (*path, key)
            if key in content:
                self._report(key_node, Fault.DUPLICATE_KEY, inner)
                continue
            self._keep_place(inner, key_node, value_node)
            content[key] = self._value(value_node, inner)
        return content

    def _value(self, node: yaml.Node, path: KeyPath) -> object:
        self._seen += 1
        if self._seen > MAX_NODES or len(path) > MAX_DEPTH:
            if self._seen <= MAX_NODES + 1:
                self._report(node, Fault.TOO_LARGE, path[:1])
            self._seen = MAX_NODES + 1
            return None
        if node.tag not in _PLAIN_TAGS:
            return _Unreadable()
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path)
        return self._scalar(node)

    def _sequence(self, node: yaml.SequenceNode, path: KeyPath) -> list[object]:
        items = []
        for position, item in enumerate(node.value):
            inner = (*path, position)
            self._keep_place(inner, item, item)
            items.append(self._value(item, inner))
        return items

    def _scalar(self, node: yaml.Node) -> object:
        try:
            return self._scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):
            return _Unreadable()  # 2026-02-30, or a number of ten thousand digits

    def _keep_place(self, path: KeyPath, at: yaml.Node, value: yaml.Node) -> None:
        mark = at.start_mark
        self.places[path] = Place(
            line=mark.line + 1, column=mark.column + 1, text=_written(value)
        )

    def _report(self, node: yaml.Node, fault: Fault, path: KeyPath) -> None:
        mark = node.start_mark
        self.findings.append(
            Finding(
                fault=fault,
                line=mark.line + 1,
                column=mark.column + 1,
                key=dotted(path),
                first_line=self.places[path].line,
            )
        )


class _Unreadable:
    """A value that its tag cannot mean, or must not: no rule of any key accepts it."""


def _unfit(text: str) -> Finding | None:
    if len(text) > MAX_CHARACTERS:
        return Finding(fault=Fault.TOO_LARGE, line=1)
    foreign = Reader.NON_PRINTABLE.search(text)
    if foreign is None:
        return None
    before = text[: foreign.start()]
    return Finding(
        fault=Fault.NOT_YAML,
        line=before.count("\n") + 1,
        column=len(before) - before.rfind("\n"),
    )


def _too_deep(text: str) -> Finding | None:
    """Composing nests as deep as the text does, and libyaml crashes on very deep."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                return Finding(fault=Fault.TOO_LARGE, line=mark.line + 1 if mark else 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _syntax_finding(error: yaml.YAMLError, text: str) -> Finding:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Finding(fault=Fault.NOT_YAML, line=1)
    # Where a bracket, quote or key was opened helps more than where the file ended.
    opened = any(word in (error.context or "") for word in _OPENED)
    mark = (error.context_mark if opened else None) or error.problem_mark
    if mark is None:
        return Finding(fault=Fault.NOT_YAML, line=1)
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    has_tab = "\t" in line[: len(line) - len(line.lstrip())]
    return Finding(
        fault=Fault.HAS_TAB if has_tab else Fault.NOT_YAML,
        line=mark.line + 1,
        column=mark.column + 1,
    )


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")


def _written(node: yaml.Node) -> str:
    """The text with its quotes: they are what is wrong with a quoted number."""
    quote = getattr(node, "style", None)
    quote = quote if quote in ("'", '"') else ""
    return f"{quote}{_text_of(node)}{quote}"


def _text_of(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
