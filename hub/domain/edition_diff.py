"""What a new edition changes, for the person who writes it and for those who fill it in: one line a change.

``breaks`` marks the changes after which a figure is no longer the same figure: its series ends or is converted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hub.domain.form import Address, Column, Form, Label, Row
from hub.domain.regime import DayRule, Edition, Reporter, Rule
from hub.domain.series import carried
from hub.errors import BadRequest

What = Literal["text", "reporters", "dates", "form", "row", "column", "cell", "rule", "outline"]
How = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of what, where (``F1.c03``, a rule's id, a level), how, and the two texts if it changed."""

    what: What
    where: str
    how: How
    label: Label
    before: str = ""
    after: str = ""
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """Figures by what happens to their series: carried on (new ← old), begun, and ended."""

    carried: tuple[tuple[Address, Address], ...]
    begun: tuple[Address, ...]
    ended: tuple[Address, ...]

    @property
    def moved(self) -> tuple[tuple[Address, Address], ...]:
        """Those that go on under another address."""
        return tuple(pair for pair in self.carried if pair[0] != pair[1])


def changes(old: Edition, new: Edition) -> list[Change]:
    """Every difference between two editions of a regime, from the text down to single cells and rules.

    BadRequest for editions of two regimes: their forms only happen to have the same codes.
    """
    if old.regime != new.regime:
        raise BadRequest(
            f"{old.key} và {new.key} là hai chế độ khác nhau; chỉ so sánh các ấn bản của một chế độ.",
            f"{old.key} and {new.key} are two regimes; only editions of one regime are compared.",
        )
    return [
        *_texts(old, new),
        *_reporters(old, new),
        *_dates(old, new),
        *_forms(old, new),
        *_rules(old, new),
        *_outline(old, new),
    ]


def series_change(old: Edition, new: Edition) -> SeriesChange:
    """What the new edition does to the figures' time series, by its own mapping ``continues``."""
    pairs = carried(old, new)
    kept = set(pairs.values())
    return SeriesChange(
        tuple(pairs.items()),
        tuple(figure.address for figure in new.figures if figure.address not in pairs),
        tuple(figure.address for figure in old.figures if figure.address not in kept),
    )


def _texts(old: Edition, new: Edition) -> Iterator[Change]:
    for name, label in _TEXTS.items():
        before, after = _shown(getattr(old, name)), _shown(getattr(new, name))
        if before != after:
            yield Change("text", name, "changed", label, before, after)


_TEXTS: Mapping[str, Label] = {
    "title": Label("Tên báo cáo", "Title"),
    "legal_basis": Label("Căn cứ pháp lý", "Legal basis"),
    "owner": Label("Cơ quan chủ trì", "Owner"),
    "receiver": Label("Cơ quan nhận", "Receiver"),
    "content_kind": Label("Nội dung yêu cầu", "Required content"),
    "fidelity": Label("Mức độ sát biểu in", "Fidelity"),
    "frequencies": Label("Tần suất", "Frequencies"),
    "parts": Label("Kỳ được yêu cầu", "Periods asked for"),
    "sign_off": Label("Các bước trước khi gửi", "Steps before sending"),
}


def _reporters(old: Edition, new: Edition) -> Iterator[Change]:
    def by_level(edition: Edition) -> dict[str, Reporter]:
        return {f"{each.level}/{each.scope}": each for each in edition.reporters}

    label = Label("Đối tượng báo cáo", "Reporters")
    yield from _compared("reporters", by_level(old), by_level(new), lambda _: label, ("receiver", "office", "units"))


def _dates(old: Edition, new: Edition) -> Iterator[Change]:
    label = Label("Thời hạn gửi", "Deadline")
    yield from _compared("dates", _dues(old), _dues(new), lambda _: label, _DAY)
    label = Label("Thời gian chốt số liệu", "Data window")
    yield from _compared("dates", dict(old.windows), dict(new.windows), lambda _: label, ("start", "end"))


def _dues(edition: Edition) -> dict[str, DayRule]:
    return {f"{level}, {frequency}": rule for (level, frequency), rule in edition.dues.items()}


_DAY = ("anchor", "months", "day", "days", "working_days", "before")


def _forms(old: Edition, new: Edition) -> Iterator[Change]:
    before, after = old.form_by_code, new.form_by_code
    yield from _compared("form", before, after, lambda form: form.title, ("title", "kind", "frequencies", "required"))
    for code in before:
        if code in after:
            yield from _inside(before[code], after[code])


def _inside(old: Form, new: Form) -> Iterator[Change]:
    def columns(form: Form) -> dict[str, Column]:
        return {f"{form.code}.{each.code}": each for each in form.columns}

    def rows(form: Form) -> dict[str, Row]:
        return {f"{form.code}.{each.code}": each for each in form.rows}

    yield from _compared("row", rows(old), rows(new), lambda row: row.label, ("label", "of", "unit"), {"unit"})
    yield from _compared("column", columns(old), columns(new), lambda column: column.label, _COLUMN, _BREAKING)
    for row, column in sorted(old.blocked ^ new.blocked):
        closed = (row, column) in new.blocked
        label = Label("Ô bị khóa", "Blocked cell") if closed else Label("Ô được mở", "Opened cell")
        yield Change("cell", f"{new.code}.{row}.{column}", "changed", label, breaks=closed)


_COLUMN = (
    "label", "type", "decimals", "unit", "required", "of", "rollup", "choices", "indicator", "minimum", "maximum",
)  # fmt: skip
_BREAKING = {"type", "unit", "rollup", "indicator"}


def _rules(old: Edition, new: Edition) -> Iterator[Change]:
    def by_id(edition: Edition) -> dict[str, Rule]:
        return {rule.id: rule for rule in edition.rules}

    told = ("expr", "when", "severity", "tolerance", "computes", "beta")
    yield from _compared("rule", by_id(old), by_id(new), lambda rule: rule.message, told)


def _outline(old: Edition, new: Edition) -> Iterator[Change]:
    before, after = ({each.code: each for each in edition.outline} for edition in (old, new))
    yield from _compared("outline", before, after, lambda section: section.title, ("title", "required", "max_length"))


def _compared(
    what: What,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    label_of: Callable[[Any], Label],
    told: Iterable[str],
    breaking: Iterable[str] = (),
) -> Iterator[Change]:
    """Entries of two mappings: those added, those removed, and each told attribute that differs."""
    for key, entry in before.items():
        if key not in after:
            yield Change(what, key, "removed", label_of(entry), breaks=what in ("form", "row", "column"))
    for key, entry in after.items():
        if key not in before:
            yield Change(what, key, "added", label_of(entry))
            continue
        for name in told:
            was, now = _shown(getattr(before[key], name)), _shown(getattr(entry, name))
            if was != now:
                yield Change(what, f"{key} {name}", "changed", label_of(entry), was, now, name in breaking)


def _shown(value: Any) -> str:
    """A value as one line of text."""
    if value is None:
        return ""
    if isinstance(value, Label):
        return value.vi
    if isinstance(value, DayRule):
        return ", ".join(f"{name} {getattr(value, name)}" for name in _DAY if getattr(value, name))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(_shown(each) for each in value)
    for name in ("text", "code"):
        if hasattr(value, name):
            return str(getattr(value, name))
    if hasattr(value, "kind") and hasattr(value, "over_time"):
        return f"{value.kind}/{value.over_time} {value.numerator or ''} {value.denominator or ''}".strip()
    return str(value)
