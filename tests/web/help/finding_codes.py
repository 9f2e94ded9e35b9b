"""The codes of every finding that the hub can give, collected from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

HUB = Path(str(files("hub")))
MAKERS = frozenset(
    {
        "Finding",
        "Problem",
        "WorkbookProblem",
        "workbook_problem",
        "problem",
        "_finding",
        "_notice",
        "_mismatch",
        "word_problem",
    }
)
"""What makes a finding of its first argument; so does ``.add`` of whatever is called ``problems``."""
FOLDERS = ("domain", "readers", "services")
SIGNATURES = frozenset({"signer_words.py", "signature.py"})
"""What is wrong with a signature is said where it is handed in, and is no finding of a report."""
NO_FINDING = frozenset({"identity", "file", "structure", "value", "presence", "rule"})
"""Stages, which catalogues name first."""


def codes() -> set[str]:
    """Every code; rules' own codes are the ids that regimes give them and are not among these."""
    return {code for folder in FOLDERS for path in _modules(folder) for code in codes_in(path)}


def _modules(folder: str) -> list[Path]:
    return [path for path in sorted((HUB / folder).rglob("*.py")) if path.name not in SIGNATURES]


def codes_in(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    constants = dict(_constants(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _makes(node.func):
            for text in _texts(_code_of(node), constants):
                if text not in NO_FINDING:
                    yield text
        elif isinstance(node, ast.AnnAssign | ast.Assign) and _target(node) == "PROBLEMS":
            assert isinstance(node.value, ast.Dict)
            yield from (key.value for key in node.value.keys if isinstance(key, ast.Constant))


def _makes(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in MAKERS
    if not isinstance(called, ast.Attribute):
        return False
    owner = called.value
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return called.attr in MAKERS or (called.attr == "add" and name == "problems")


def _code_of(call: ast.Call) -> ast.expr | None:
    named = next((keyword.value for keyword in call.keywords if keyword.arg == "code"), None)
    return named or (call.args[0] if call.args else None)


def _texts(node: ast.expr | None, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in constants:
        yield constants[node.id]
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield name.id, value.value


def _target(node: ast.AnnAssign | ast.Assign) -> str:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return target.id if isinstance(target, ast.Name) else ""
