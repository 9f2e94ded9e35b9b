"""How well a drafted edition says what a careful person reads in the same form: precision and recall, by kind of fact.

Works on the YAML of an edition's folder alone. Columns and rows are aligned in their order by their label paths, so a
column in a wrong place, or with headings above it that are not its own, is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, ClassVar

import yaml
from relations import implied, of_expectation, of_expression

MEASURES = (
    "forms", "kinds", "titles", "columns", "paths", "types", "units", "choices", "rows", "parents", "blocked", "rules",
    "frequencies",
)  # fmt: skip
"""``columns`` and ``rows``: found, small slips of the label forgiven; ``paths``: every word of the headings right."""
ALIKE = 0.8
Form = Mapping[str, Any]


@dataclass(frozen=True)
class Tally:
    """Of ``drafted`` facts ``right`` are right; ``expected`` is how many there are to find."""

    right: int = 0
    drafted: int = 0
    expected: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.drafted + other.drafted, self.expected + other.expected)

    @property
    def precision(self) -> float:
        return self.right / self.drafted if self.drafted else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0


Score = dict[str, Tally]


@dataclass(frozen=True)
class Draft:
    """The drafted edition as plain data, all scalars text."""

    frequencies: tuple[str, ...]
    forms: tuple[Form, ...]
    rules: tuple[Mapping[str, Any], ...]


NOTHING = Draft((), (), ())


def read_expected(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_draft(folder: Path) -> Draft:
    """The edition in ``folder`` (regime.yaml, forms/, rules.yaml)."""
    regime = _read(folder / "regime.yaml")
    order = regime.get("forms") or sorted(path.stem for path in (folder / "forms").glob("*.yaml"))
    forms = tuple(_read(folder / "forms" / f"{code}.yaml") for code in order)
    rules = _read(folder / "rules.yaml").get("rules") or ()
    return Draft(tuple(regime.get("frequencies") or ()), forms, tuple(rules))


def _read(path: Path) -> dict[str, Any]:
    return (yaml.load(path.read_text(encoding="utf-8"), _Texts) or {}) if path.is_file() else {}


class _Texts(yaml.SafeLoader):
    """Every scalar as its text, but null."""

    yaml_implicit_resolvers: ClassVar = {
        first: [found for found in resolvers if found[0] == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def score(expected: Mapping[str, Any], draft: Draft) -> Score:
    """One Tally for each of MEASURES, over all forms of a file."""
    wanted = expected["forms"]
    pairs = _align(wanted, draft.forms, _form_likeness, 0.2)
    found = {id(draft_form) for _, draft_form in pairs}
    total = {measure: Tally() for measure in MEASURES}
    total["forms"] = Tally(len(pairs), len(draft.forms), len(wanted))
    total["frequencies"] = _frequencies(expected, draft)
    matched = {id(form): drafted for form, drafted in pairs}
    for form in wanted:
        _add(total, _score_form(form, matched.get(id(form), {}), draft.rules))
    for drafted in draft.forms:
        if id(drafted) not in found:
            _add(total, _score_form({"title": "", "columns": [], "rows": [], "rules": []}, drafted, draft.rules))
    return total


def added(scores: Iterable[Score]) -> Score:
    total = {measure: Tally() for measure in MEASURES}
    for one in scores:
        _add(total, one)
    return total


def _add(total: Score, more: Mapping[str, Tally]) -> None:
    for measure, tally in more.items():
        total[measure] += tally


def _frequencies(expected: Mapping[str, Any], draft: Draft) -> Tally:
    """Only where the form prints them; a draft that must state some where none is printed is not wrong."""
    printed = set(expected.get("frequencies") or ())
    return Tally(len(printed & set(draft.frequencies)), len(draft.frequencies), len(printed)) if printed else Tally()


def _score_form(form: Form, drafted: Form, rules: Sequence[Mapping[str, Any]]) -> dict[str, Tally]:
    columns = _align(form["columns"], drafted.get("columns") or (), _column_likeness, ALIKE)
    rows = align_rows(form, drafted)
    result = {
        "kinds": _one(form.get("kind"), drafted.get("kind")),
        "titles": _title(form, drafted),
        "columns": Tally(len(columns), len(drafted.get("columns") or ()), len(form["columns"])),
        "paths": _tally(columns, form, drafted, lambda a, b: _path(a) == _path(b)),
        "types": _tally(columns, form, drafted, lambda a, b: b.get("type") in _either(a["type"])),
        "choices": _choices(columns),
        "units": _units(columns, drafted.get("columns") or ()) + _units(rows, drafted.get("rows") or ()),
        "rules": _rules(form, drafted, columns, rows, rules),
    }
    unit_rows = [row["label"] for row in form["rows"]] == ["*"]
    if unit_rows:
        shown = len(drafted.get("rows") or ())
        return result | {"rows": Tally(1 if shown == 1 else 0, shown, 1)}
    return result | {
        "rows": _row_tally(form, drafted, rows),
        "parents": _parents(form, drafted, rows),
        "blocked": _blocked(form, drafted, columns, rows),
    }


def _one(expected: str | None, drafted: str | None) -> Tally:
    return Tally(int(expected is not None and expected == drafted), int(drafted is not None), int(expected is not None))


def _title(form: Form, drafted: Form) -> Tally:
    shown = (drafted.get("title") or {}).get("vi")
    right = shown is not None and _alike(words(form["title"]), words(shown)) >= ALIKE
    return Tally(int(right), int(shown is not None), int(bool(form["title"])))


Pairs = list[tuple[Mapping[str, Any], Mapping[str, Any]]]


def _tally(pairs: Pairs, form: Form, drafted: Form, right: Callable[[Any, Any], bool]) -> Tally:
    return Tally(sum(right(a, b) for a, b in pairs), len(drafted.get("columns") or ()), len(form["columns"]))


def _either(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _choices(columns: Pairs) -> Tally:
    total = Tally()
    for expected, drafted in columns:
        wanted = {words(text) for text in expected.get("choices") or ()}
        shown = {words(item["vi"]) for item in drafted.get("choices") or ()}
        total += Tally(len(wanted & shown), len(shown), len(wanted))
    return total


def _units(pairs: Pairs, drafted: Sequence[Mapping[str, Any]]) -> Tally:
    """Where several answers are fair, any of them is right and none of them has to be given."""
    known = {id(b): [unit(text) for text in _either(a.get("unit"))] for a, b in pairs}
    total = Tally(expected=sum(None not in fair for fair in known.values()))
    for item in drafted:
        shown = unit(item.get("unit"))
        fair = known.get(id(item), [None])
        if shown is not None:
            right = shown in fair
            total += Tally(int(right), 1, int(right and None in fair))
    return total


_UNITS = {
    "1.000 đồng": "nghìn đồng", "1000 đồng": "nghìn đồng", "1.000đ": "nghìn đồng", "1.000 vnđ": "nghìn đồng",
    "trđ": "triệu đồng", "tr.đ": "triệu đồng", "m²": "m2", "héc-ta": "ha", "hecta": "ha", "tỉ đồng": "tỷ đồng",
    "chiếc": "cái", "khẩu": "nhân khẩu",
}  # fmt: skip


def unit(text: str | None) -> str | None:
    """One spelling for each unit of measure."""
    if text is None or text in ("", "null"):
        return None
    folded = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return _UNITS.get(folded, folded)


def _row_tally(form: Form, drafted: Form, rows: Pairs) -> Tally:
    headings = sum(1 for row in form["rows"] if row.get("heading"))
    matched = sum(1 for row, _ in rows if row.get("heading"))
    return Tally(len(rows), len(drafted.get("rows") or ()), len(form["rows"]) - headings + matched)


def _parents(form: Form, drafted: Form, rows: Pairs) -> Tally:
    """A heading that is not drafted as a row hands its parts to the row above it; one that is may do so as well."""
    by_number = {row["n"]: row for row in form["rows"]}
    code_of = {row["n"]: item["code"] for row, item in rows}
    ordinary = {id(item) for row, item in rows if not row.get("heading")}
    headings = {id(item) for row, item in rows if row.get("heading")}
    total = Tally(drafted=sum(1 for item in drafted.get("rows") or () if item.get("of") and id(item) not in headings))
    for row in form["rows"]:
        if not row.get("heading"):
            fair = _fair_parents(row, by_number, code_of)
            total += Tally(expected=int(None not in fair))
    for row, item in rows:
        if id(item) in ordinary and item.get("of"):
            fair = _fair_parents(row, by_number, code_of)
            right = item["of"] in fair
            total += Tally(right=int(right), expected=int(right and None in fair))
    return total


def _fair_parents(row: Form, by_number: Mapping[int, Form], code_of: Mapping[int, str]) -> set[str | None]:
    parent = row["parent"]
    if parent is None:
        return {None}
    above = by_number[parent]
    if not above.get("heading"):
        return {code_of.get(parent, "?")}
    further = _fair_parents(above, by_number, code_of)
    return further | ({code_of[parent]} if parent in code_of else set())


def _blocked(form: Form, drafted: Form, columns: Pairs, rows: Pairs) -> Tally:
    """Cells of headings are left out: a heading has no figures, whatever the sheet shows in its cells."""
    headings = {row["n"] for row in form["rows"] if row.get("heading")}
    column_of = {item["code"]: column["n"] for column, item in columns}
    row_of = {item["code"]: row["n"] for row, item in rows}
    wanted = {tuple(map(int, cell.split("."))) for cell in form.get("blocked") or ()}
    wanted = {cell for cell in wanted if cell[0] not in headings}
    shown = []
    for cell in drafted.get("blocked") or ():
        row, _, column = cell.partition(".")
        if row_of.get(row) not in headings:
            shown.append((row_of.get(row), column_of.get(column)))
    return Tally(sum(1 for cell in shown if cell in wanted), len(shown), len(wanted))


def _rules(form: Form, drafted: Form, columns: Pairs, rows: Pairs, rules: Sequence[Mapping[str, Any]]) -> Tally:
    numbers = {item["code"]: thing["n"] for thing, item in (*columns, *rows)}
    wanted, free = set(), set()
    for rule in form["rules"]:
        (free if rule.get("optional") else wanted).update(of_expectation(rule))
    shown = set()
    for rule in rules:
        if drafted.get("code") and rule.get("form") == drafted["code"]:
            shown.update(of_expression(rule["expr"], numbers.get))
    drawn = {rule for rule in shown if rule in wanted or not (rule in free or implied(rule, wanted | shown))}
    return Tally(len(drawn & wanted), len(drawn), len(wanted))


# --- alignment --------------------------------------------------------------------------------------------------------


def _align(
    expected: Sequence[Any], drafted: Sequence[Any], likeness: Callable[[Any, Any], float], least: float
) -> Pairs:
    """Pairs in the order of both, chosen so that the sum of their likenesses is greatest; none below ``least``."""
    best = [[0.0] * (len(drafted) + 1) for _ in range(len(expected) + 1)]
    alike = [[likeness(a, b) for b in drafted] for a in expected]
    for i in reversed(range(len(expected))):
        for j in reversed(range(len(drafted))):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= least else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs, i, j = [], 0, 0
    while i < len(expected) and j < len(drafted):
        if alike[i][j] >= least and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((expected[i], drafted[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _form_likeness(form: Form, drafted: Form) -> float:
    columns = _align(form["columns"], drafted.get("columns") or (), _column_likeness, ALIKE)
    shared = 2 * len(columns) / (len(form["columns"]) + len(drafted.get("columns") or ()))
    return shared + 0.25 * _alike(words(form["title"]), words((drafted.get("title") or {}).get("vi", "")))


def _column_likeness(column: Form, drafted: Form) -> float:
    return _alike(_path(column), _path(drafted))


def align_rows(form: Form, drafted: Form) -> Pairs:
    """Rows in their order; a drafted label may say the row it belongs to first, where rows are named alike."""
    labels = {row["n"]: row["label"] for row in form["rows"]}

    def likeness(row: Form, item: Form) -> float:
        label, shown = words(row["label"]), words(item["vi"])
        above = words(labels.get(row["parent"], ""))
        return max(_alike(label, shown), _alike(f"{above} {label}", shown) if above else 0.0)

    return _align(form["rows"], drafted.get("rows") or (), likeness, ALIKE)


def _alike(one: str, other: str) -> float:
    """1 if equal; 0 if other words stand in the place of some ("Nam" for "Nữ" under the same long heading)."""
    if one == other:
        return 1.0
    mine, theirs = _differing(one.split(), other.split())
    if mine and theirs and SequenceMatcher(None, _bare(mine), _bare(theirs), autojunk=False).ratio() < 0.6:
        return 0.0
    return 0.999 * SequenceMatcher(None, one, other, autojunk=False).ratio()


def _differing(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Both without the words they begin and end with alike."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


def _bare(text: list[str]) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFD", " ".join(text)) if not unicodedata.combining(letter)
    )


def _path(column: Form) -> str:
    """All headings over a column as one text, of an expected or of a drafted column."""
    above = [part["vi"] if isinstance(part, Mapping) else part for part in column.get("group") or ()]
    return " ".join(filter(None, (words(text) for text in (*above, column.get("label") or column["vi"]))))


_NUMBERING = re.compile(r"^(?:[ivx]+|[a-zđ]|\d+(?:\.\d+)*)[.)]\s+")
_LINKS = re.compile(r"\b(?:trong đó|chia ra|trong đó gồm)\b")
_BRACKETS = re.compile(r"\([^()]*\)")


def words(text: str) -> str:
    """The words of a label: without case, numbering, brackets, punctuation and "trong đó", "chia ra"."""
    text = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    text = _LINKS.sub(" ", _BRACKETS.sub(" ", _NUMBERING.sub("", text)))
    return " ".join(re.findall(r"\w+|[<>≥≤%]", text))


# --- showing ----------------------------------------------------------------------------------------------------------


def table(scores: Mapping[str, Score]) -> str:
    """A line for each file and for the total: precision/recall in per cent for each measure that applies."""
    lines = {**scores, "TOTAL": added(scores.values())}
    width = max(len(name) for name in lines)
    head = " " * width + "".join(f"{measure:>12}" for measure in MEASURES)
    return "\n".join([head, *(f"{name:<{width}}" + _cells(found) for name, found in lines.items())])


def _cells(found: Score) -> str:
    return "".join(f"{_percent(found[measure]):>12}" for measure in MEASURES)


def _percent(tally: Tally) -> str:
    if not (tally.drafted or tally.expected):
        return "-"
    return f"{100 * tally.precision:.0f}/{100 * tally.recall:.0f}"
