"""One YAML file as data that remembers its lines, and nothing that YAML guesses: no floats, no dates, no yes/no."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from marshmallow import Schema, ValidationError

Keys = Sequence[str | int]
"""The way to a value inside a file: mapping keys and list positions."""


class _PlainLoader(yaml.CSafeLoader):
    """Only null, true, false and whole numbers are recognised; everything else stays text, so no figure is a float."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)\Z"), ["~", "n", ""])
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), ["t", "f"])
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"(?:0|-?[1-9][0-9]*)\Z"), list("-0123456789"))


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read. ``data`` is None and ``problems`` says why when it could not be."""

    path: str
    data: Any
    root: yaml.Node | None = None
    problems: tuple[str, ...] = field(default=())

    def line(self, keys: Keys) -> int:
        """The line (from 1) where the value stands, or the deepest value on the way to it."""
        node = self.root
        for key in keys:
            below = _below(node, key)
            if below is None:
                break
            node = below
        return 1 if node is None else int(node.start_mark.line) + 1

    def problem(self, keys: Keys, text: str) -> str:
        """``<file>:<line> <place>: <text>``: one line of a :class:`~hub.errors.SchemaError`."""
        place = ".".join(str(key) for key in keys)
        return f"{self.path}:{self.line(keys)}{' ' + place if place else ''}: {text}"


def read_document(file: Traversable, path: str) -> Document:
    """The file as a Document; a file that is not UTF-8, not NFC, not YAML or repeats a key says so in ``problems``."""
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return Document(path, None, problems=(f"{path}:1: is not UTF-8 text",))
    loader = _PlainLoader(text)
    try:
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        return Document(path, None, problems=(_syntax_problem(path, error),))
    finally:
        loader.dispose()
    document = Document(path, data, root)
    problems = [*_repeated_keys(document, root), *_not_nfc(path, text)]
    return Document(path, data, root, tuple(problems))


def check_structure(document: Document, schema: Schema, problems: list[str]) -> Any:
    """The document's data after a structure check, or None; what is wrong is added to ``problems``."""
    problems += document.problems
    if document.root is None and document.problems:
        return None
    try:
        return schema.load(document.data if document.data is not None else {})
    except ValidationError as error:
        problems += [document.problem(keys, text) for keys, text in _messages(error.messages)]
        return None


def _messages(messages: Any, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from _messages(below, keys if key == "_schema" else (*keys, key))
    else:
        for text in messages if isinstance(messages, list) else [messages]:
            yield keys, str(text)


def folders(parent: Traversable) -> list[Traversable]:
    """The data folders inside a folder, by name."""
    if not parent.is_dir():
        return []
    found = (item for item in parent.iterdir() if item.is_dir() and not item.name.startswith(("_", ".")))
    return sorted(found, key=lambda item: item.name)


def _below(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        found: yaml.Node = node.value[key]
        return found
    return None


def _syntax_problem(path: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    return f"{path}:{line}: is not YAML: {getattr(error, 'problem', None) or error}"


def _repeated_keys(document: Document, node: yaml.Node | None) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if name.value in seen:
                yield f"{document.path}:{name.start_mark.line + 1}: the key {name.value!r} stands twice"
            seen.add(name.value)
            yield from _repeated_keys(document, value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(document, item)


def _not_nfc(path: str, text: str) -> Iterator[str]:
    if unicodedata.is_normalized("NFC", text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not unicodedata.is_normalized("NFC", line):
            yield f"{path}:{number}: text is not in Unicode form NFC"
