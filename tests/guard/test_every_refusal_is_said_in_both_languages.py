"""Whatever the hub refuses, it says so in Vietnamese and in English, in words and not in names of the code."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import connectors
import hub
import scheduler
from hub.errors import HubError, SchemaError

VIETNAMESE = re.compile(r"[À-ÖØ-öø-ɏẠ-ỹ]")
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[A-Z][a-z]+(Error|Exception)\b|\bNone\b|\bNULL\b")
FOLDERS = [Path(package.__path__[0]) for package in (hub, connectors, scheduler)]


def _load_everything() -> None:
    for package in (hub, connectors, scheduler):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)


def _kinds(kind: type[HubError] = HubError) -> Iterator[type[HubError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds(each)


@pytest.fixture(scope="module")
def kinds() -> list[type[HubError]]:
    _load_everything()
    return [kind for kind in _kinds() if kind.__module__.split(".")[0] in {"hub", "connectors", "scheduler"}]


def test_every_kind_of_refusal_has_its_sentence_in_both_languages(kinds):
    assert len(kinds) > 10
    for kind in kinds:
        assert VIETNAMESE.search(kind.vi), kind
        assert kind.en, kind
        assert not VIETNAMESE.search(kind.en), kind
        for sentence in (kind.vi, kind.en):
            assert sentence.endswith((".", "…")), (kind, sentence)
            assert not CODE.search(re.sub(r"\bHUB_[A-Z_]+\b", "", sentence)), (kind, sentence)


def _said(node: ast.expr) -> str | None:
    """The constant text of an argument; of a text with places, what stands around them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(part.value for part in node.values if isinstance(part, ast.Constant))
    return None


def _raised(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    yield f"{path.relative_to(folder.parent)}:{node.lineno}", node


def test_whoever_says_a_refusal_in_their_own_words_says_it_twice(kinds):
    names = {kind.__name__ for kind in kinds if kind.__init__ is HubError.__init__}
    assert SchemaError.__name__ not in names, "it holds the lines of files"
    names.discard("ConfigError")  # said at the console to who starts the hub, never on a page
    wrong = []
    for where, call in _raised(names):
        texts = [_said(argument) for argument in call.args]
        if len(call.args) == 1 and not isinstance(call.args[0], ast.Starred):
            wrong.append(f"{where} has one language")
        if len(texts) >= 2 and texts[1] is not None and VIETNAMESE.search(texts[1]):
            wrong.append(f"{where} is not English: {texts[1]}")
    assert wrong == []
