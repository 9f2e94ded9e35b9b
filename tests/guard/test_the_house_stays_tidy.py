"""Rules of the house that no reviewer should have to remember."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted(path for name in ("hub", "connectors", "scheduler") for path in (ROOT / name).rglob("*.py"))
REGIMES = sorted(path.name for path in (ROOT / "report_schemas/regimes").iterdir() if path.is_dir())
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def trees(words: str = ""):
    """The code of every file, or of those alone where one of the words stands: to parse them all takes seconds."""
    for path in CODE:
        text = path.read_text("utf-8")
        if re.search(words, text):
            yield path, ast.parse(text)


def test_no_regime_code_appears_in_code():
    pattern = re.compile("|".join(map(re.escape, REGIMES)))
    found = [path.name for path in CODE if pattern.search(path.read_text("utf-8"))]
    assert not found
    assert len(REGIMES) >= 9


def codes_in(files: str, pattern: str) -> set[str]:
    """Every code that the data of integrated regimes and drafts give, read from the files as text."""
    return {
        code for path in (ROOT / "report_schemas").glob(files) for code in re.findall(pattern, path.read_text("utf-8"))
    }


def named_in_code(codes: set[str]) -> list[str]:
    """Where one of the codes stands in code as a word of its own: alone, or before a full stop."""
    return [
        f"{path.relative_to(ROOT)}: {found}"
        for path in CODE
        if (found := next((word for word in words_of(path.read_text("utf-8")) if word in codes), None))
    ]


def words_of(text: str) -> set[str]:
    """Each run of letters, digits, dots and hyphens, and what of it stands before each of its dots."""
    runs = {tuple(run.split(".")) for run in re.findall(r"[\w.-]+", text)}
    return {".".join(parts[:end]) for parts in runs for end in range(1, len(parts) + 1)}


def test_no_indicator_code_appears_in_code():
    codes = codes_in("indicators.yaml", r"(?m)^- \{?code: ([\w.]+)")
    assert len(codes) > 200
    assert named_in_code(codes) == []


def test_no_form_code_appears_in_code():
    codes = {code for code in codes_in("regimes/*/*/forms/*.yaml", r"(?m)^code: (\w+)") if len(code) > 3}
    assert {"BM01", "PL66A"} <= codes
    assert named_in_code(codes) == []


def test_no_rule_report_or_catalogue_code_appears_in_code():
    rules = codes_in("regimes/*/*/rules.yaml", r"\bid: ([\w-]+)")
    reports = {path.name for path in (ROOT / "report_schemas/national").iterdir() if path.is_dir()}
    catalogue = codes_in("catalogue.csv", r"(?m)^([A-Z][A-Z0-9]+-[A-Z0-9-]+),")
    assert min(len(rules), len(catalogue)) > 500
    distinctive = {code for code in rules | reports | catalogue if "-" in code}
    assert named_in_code(distinctive) == []


def test_the_guard_finds_a_code_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "CODE", [tmp_path / "planted.py"])
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "planted.py").write_text('wanted = ["awards.state_level"]\n', "utf-8")
    assert named_in_code({"awards.state_level"}) == ["planted.py: awards.state_level"]
    assert named_in_code({"awards.state"}) == []


def test_no_module_is_named_for_nothing():
    assert not [path for path in CODE if path.stem in BANNED_NAMES]


def test_no_float_is_made_or_written_in_the_domain():
    found = []
    for path, tree in trees(r"float|\d\.|\.\d|\d[eE][\d-]"):
        if "domain" not in path.parts:
            continue
        for node in ast.walk(tree):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            if literal or call:
                found.append(f"{path.name}:{node.lineno}")
    assert not found


def test_no_text_from_a_file_is_ever_evaluated():
    found = [
        f"{path.name}:{node.lineno}"
        for path, tree in trees("eval|exec|compile")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec", "compile"}
    ]
    assert not found


def test_nothing_is_pickled():
    found = [
        path.name
        for path, tree in trees("pickle|SQLAlchemyJobStore")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any("pickle" in alias.name or alias.name == "SQLAlchemyJobStore" for alias in node.names)
    ]
    assert not found


def test_the_clock_is_read_only_where_people_and_machines_come_in():
    found = set()
    for path, tree in trees(r"datetime\.now|date\.today|time\.time"):
        for node in ast.walk(tree):
            reads = isinstance(node, ast.Call) and ast.unparse(node.func) in {"datetime.now", "date.today", "time.time"}
            if reads and path.parts[len(ROOT.parts) + 1] in {
                "domain",
                "store",
                "services",
                "catalog",
                "readers",
                "writers",
            }:
                found.add(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not found


def test_every_public_function_and_class_of_the_inner_layers_says_what_is_true():
    missing = []
    for path, tree in trees():
        if path.parts[len(ROOT.parts) + 1] not in {"services", "store"} or "migrations" in path.parts:
            continue
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and len(node.body) > 3 and not ast.get_docstring(node):
                missing.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not missing


def test_imports_point_down():
    contract = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert contract.returncode == 0, contract.stdout[-2000:]


@pytest.mark.parametrize("folder", ["report_schemas", "templates"])
def test_data_folders_hold_no_code(folder):
    assert [path.name for path in (ROOT / folder).rglob("*.py")] == ["__init__.py"]


def test_tests_have_no_packages_that_would_shadow_the_real_ones():
    assert not list((ROOT / "tests").rglob("__init__.py"))
