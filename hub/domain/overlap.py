"""Figures that two regimes probably both ask for (R13): a reasoned score for each pair, grouped form by form.

Two figures bound to the same indicator and breakdown are the same figure for certain; two bound to different ones were
judged different by a person and are never listed. All others are compared by what their labels say. The score is the
likeness of the labels (rare words weigh more than common ones, a form's title less than its rows and columns), lowered
for each circumstance that does not fit: another unit, another breakdown, other reporters, other periods. Nothing is
decided here: a person reads the list and binds both figures to one indicator.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hub.domain.form import (
    ALL_RECORDS,
    Address,
    Breakdown,
    Column,
    Form,
    Label,
    Row,
    breakdown_of,
    indicator_of,
)
from hub.domain.regime import Edition
from hub.domain.shared_figures import standing_addresses

Circumstance = Literal["indicator", "label", "unit", "breakdown", "reporters", "periods"]

_BLOCK = 512
"""Figures compared with all others at once: bounds the memory."""
_LOWERED: Mapping[Circumstance, Fraction] = {
    "unit": Fraction(9, 10),
    "breakdown": Fraction(3, 4),
    "reporters": Fraction(4, 5),
    "periods": Fraction(9, 10),
}
_LEVEL_WORDS: Mapping[str, Label] = {
    "commune": Label("xã", "communes"),
    "district": Label("huyện", "districts"),
    "province": Label("tỉnh", "provinces"),
    "ministry": Label("bộ", "ministries"),
}
_PERIOD_WORDS: Mapping[str, Label] = {
    "weekly": Label("tuần", "weekly"),
    "monthly": Label("tháng", "monthly"),
    "quarterly": Label("quý", "quarterly"),
    "half_yearly": Label("6 tháng", "half-yearly"),
    "nine_month": Label("9 tháng", "nine months"),
    "ten_month": Label("10 tháng", "ten months"),
    "yearly": Label("năm", "yearly"),
    "school_term": Label("học kỳ", "school term"),
    "school_year": Label("năm học", "school year"),
    "three_yearly": Label("3 năm", "three-yearly"),
    "five_yearly": Label("5 năm", "five-yearly"),
    "thematic": Label("chuyên đề", "thematic"),
    "ad_hoc": Label("đột xuất", "ad hoc"),
}
_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    # Words that stand in every form and tell nothing about what is counted.
    """và của các có được đã là theo trong tại với cho về từ đến trên do bởi hoặc khi để ở ra vào này đó những một
    số tổng cộng gồm chia kỳ báo cáo tình hình kết quả biểu mẫu tt stt năm tháng quý thực hiện vị tính""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure as one regime asks for it. ``words``: what its row and column say; ``title``: what its form says."""

    regime: str
    edition: str
    address: Address
    label: Label
    unit: str | None
    quantity: str | None
    indicator: str | None
    breakdown: Breakdown
    levels: frozenset[str]
    frequencies: frozenset[str]
    words: frozenset[str]
    title: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One circumstance of a score: the factor it gave (1: it fits) and the reason in words."""

    circumstance: Circumstance
    factor: Decimal
    reason: Label


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two figures that are probably one. ``score`` from 0 to 1 is the product of its parts; 1 is certain."""

    one: Asked
    other: Asked
    score: Decimal
    parts: tuple[Part, ...]

    @property
    def certain(self) -> bool:
        return self.parts[0].circumstance == "indicator"


@dataclass(frozen=True, slots=True)
class OverlapGroup:
    """The overlaps of two forms, best first; each figure stands in at most one of them."""

    one: tuple[str, str]
    other: tuple[str, str]
    overlaps: tuple[Overlap, ...]

    @property
    def score(self) -> Decimal:
        return self.overlaps[0].score


def overlaps(editions: Iterable[Edition], minimum: Decimal = Decimal("0.6")) -> list[OverlapGroup]:
    """The likely duplicates between the regimes of these editions, one edition a regime; best groups first."""
    asked = [figure for edition in editions for figure in asked_of(edition)]
    weights = _weights(asked)
    found = [*_certain(asked), *_likely(asked, weights, Fraction(minimum))]
    return _grouped(found)


def asked_of(edition: Edition) -> Iterator[Asked]:
    """The figures an edition asks for: the open numeric cells of its grids and the numeric columns of its lists.

    A figure is bound to its indicator only where it stands for it (:mod:`hub.domain.shared_figures`).
    """
    standing = standing_addresses(edition)
    for form in edition.forms:
        if form.kind == "grid":
            for row, column in form.cells():
                if column.numeric:
                    yield _asked(edition, form, column, row, standing)
        else:
            for column in form.columns:
                if column.numeric:
                    yield _asked(edition, form, column, None, standing)


def _asked(edition: Edition, form: Form, column: Column, row: Row | None, standing: Collection[Address]) -> Asked:
    unit = (row.unit if row is not None else None) or column.unit
    conversion = edition.conversions.get(unit or "")
    address = Address(form.code, row.code if row is not None else ALL_RECORDS, column.code)
    heads = [*(group.vi for group in column.group), column.label.vi]
    return Asked(
        regime=edition.regime,
        edition=edition.key,
        address=address,
        label=_joined(row, column),
        unit=unit,
        quantity=conversion.quantity if conversion is not None else None,
        indicator=indicator_of(column, row) if address in standing else None,
        breakdown=breakdown_of(column, row),
        levels=frozenset(reporter.level for reporter in edition.reporters),
        frequencies=frozenset(f for f in edition.frequencies if form.applies_to(f)),
        words=words_of(" ".join([*heads, row.label.vi if row is not None else ""])),
        title=words_of(f"{form.title.vi} {edition.title.vi}"),
    )


def _joined(row: Row | None, column: Column) -> Label:
    parts = [*([row.label] if row is not None else []), *column.group, column.label]
    return Label(": ".join(part.vi for part in parts), ": ".join(part.en for part in parts))


def words_of(text: str) -> frozenset[str]:
    """The telling words of a Vietnamese label: NFC, lower case, diacritics and numbers kept, common words left out."""
    return frozenset(word for word in _in_order(text) if word not in _STOP)


def _in_order(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


# --- likeness of labels -------------------------------------------------------------------------------------------

Weights = Mapping[str, int]


def _weights(asked: Sequence[Asked]) -> Weights:
    """How much each word tells: the fewer forms it stands in, the more; as whole numbers, so that scores are exact."""
    forms: dict[tuple[str, str], set[str]] = defaultdict(set)
    for figure in asked:
        forms[figure.edition, figure.address.form] |= figure.words | figure.title
    counts = Counter(word for words in forms.values() for word in words)
    return {word: max(1, (len(forms) // count).bit_length() * 2) for word, count in counts.items()}


def likeness(one: Asked, other: Asked, weights: Weights) -> Fraction:
    """Weighted Jaccard: what both say over what either says, word by word; 0 if both say nothing."""
    mine, theirs = _measure(one, weights), _measure(other, weights)
    shared = sum(min(mine[word], theirs[word]) for word in mine.keys() & theirs.keys())
    whole = sum(mine.values()) + sum(theirs.values()) - shared
    return Fraction(shared, whole) if whole else Fraction(0)


def _measure(figure: Asked, weights: Weights) -> dict[str, int]:
    """Each word of a figure with its weight: a word of the title alone weighs a third of one in a row or column."""
    return {word: weights[word] for word in figure.title} | {word: 3 * weights[word] for word in figure.words}


def _alike(figures: Sequence[Asked], weights: Weights, minimum: Fraction) -> Iterator[tuple[int, int]]:
    """The places of every two figures that are alike to at least the minimum.

    A word weighs nothing, once, or three times its weight, so what two figures share is two matrix products: their
    common words, and twice their common words in rows and columns. All numbers are whole and small: floats hold them.
    """
    column = {word: place for place, word in enumerate(sorted(weights))}
    factors = np.array([weights[word] for word in sorted(weights)], np.float32)
    said = _matrix([figure.words | figure.title for figure in figures], column)
    labelled = _matrix([figure.words for figure in figures], column)
    whole = (said + 2 * labelled) @ factors
    for start in range(0, len(figures), _BLOCK):
        rows = slice(start, start + _BLOCK)
        shared = (said[rows] * factors) @ said.T + 2 * ((labelled[rows] * factors) @ labelled.T)
        either = whole[rows, None] + whole[None, :] - shared
        near = shared * minimum.denominator >= either * minimum.numerator
        for one, other in zip(*np.nonzero(near), strict=True):
            if start + int(one) < int(other):
                yield start + int(one), int(other)


def _matrix(sayings: Sequence[frozenset[str]], column: Mapping[str, int]) -> NDArray[np.float32]:
    matrix = np.zeros((len(sayings), len(column)), np.float32)
    for row, words in enumerate(sayings):
        matrix[row, [column[word] for word in words]] = 1
    return matrix


# --- pairs --------------------------------------------------------------------------------------------------------


def _certain(asked: Sequence[Asked]) -> Iterator[Overlap]:
    """Every two figures of different regimes bound to one indicator and breakdown."""
    bound: dict[tuple[str, Breakdown], list[Asked]] = defaultdict(list)
    for figure in asked:
        if figure.indicator is not None:
            bound[figure.indicator, figure.breakdown].append(figure)
    for (indicator, _), figures in bound.items():
        reason = Label(f"cùng gắn với chỉ tiêu {indicator}", f"both are bound to the indicator {indicator}")
        part = Part("indicator", Decimal(1), reason)
        for place, one in enumerate(figures):
            for other in figures[place + 1 :]:
                if one.regime != other.regime:
                    yield Overlap(*_ordered(one, other), Decimal(1), (part,))


def _likely(asked: Sequence[Asked], weights: Weights, minimum: Fraction) -> Iterator[Overlap]:
    """Every two figures whose score reaches the minimum. Figures that say the same are compared once."""
    alike: dict[tuple[frozenset[str], frozenset[str]], list[Asked]] = defaultdict(list)
    for figure in asked:
        if figure.words:
            alike[figure.words, figure.title].append(figure)
    kinds = list(alike.values())
    first = [kind[0] for kind in kinds]
    for one, other in _alike(first, weights, minimum):
        if first[one].words & first[other].words:
            yield from _scored(kinds[one], kinds[other], likeness(first[one], first[other], weights), minimum)
    for kind in kinds:
        yield from _scored(kind, kind, Fraction(1), minimum)


def _scored(ones: Sequence[Asked], others: Sequence[Asked], like: Fraction, minimum: Fraction) -> Iterator[Overlap]:
    for place, one in enumerate(ones):
        for other in others[place + 1 :] if ones is others else others:
            if one.regime == other.regime or _told_apart(one, other):
                continue
            parts = list(_parts(one, other, like))
            score = Fraction(1)
            for _, factor, _ in parts:
                score *= factor
            if score >= minimum:
                shown = tuple(Part(name, _rounded(factor), reason) for name, factor, reason in parts)
                yield Overlap(*_ordered(one, other), _rounded(score), shown)


def _told_apart(one: Asked, other: Asked) -> bool:
    """Bound to indicators already (the same one is certain, two are two), or measured in different quantities."""
    if one.indicator is not None and other.indicator is not None:
        return True
    return one.quantity is not None and other.quantity is not None and one.quantity != other.quantity


def _parts(one: Asked, other: Asked, like: Fraction) -> Iterator[tuple[Circumstance, Fraction, Label]]:
    """The circumstances of a pair, each with its factor and its reason."""
    both = one.words & other.words
    shared = " ".join(dict.fromkeys(word for word in _in_order(one.label.vi) if word in both))
    yield "label", like, Label(f"nhãn cùng nói “{shared}”", f"the labels share “{shared}”")
    units = f"{one.unit or '–'} / {other.unit or '–'}"
    if one.unit == other.unit:
        yield "unit", Fraction(1), Label(f"cùng đơn vị tính ({one.unit or '–'})", f"same unit ({one.unit or '–'})")
    elif one.quantity is not None and one.quantity == other.quantity:
        yield "unit", Fraction(1), Label(f"quy đổi được ({units})", f"units convert ({units})")
    else:
        yield "unit", _LOWERED["unit"], Label(f"đơn vị tính khác nhau ({units})", f"different units ({units})")
    if one.breakdown == other.breakdown:
        yield "breakdown", Fraction(1), Label("cùng phân tổ", "same breakdown")
    else:
        yield "breakdown", _LOWERED["breakdown"], Label("phân tổ khác nhau", "different breakdowns")
    levels = [_LEVEL_WORDS[level] for level in sorted(one.levels & other.levels)]
    yield _common("reporters", levels, Label("cấp báo cáo", "reporting levels"))
    periods = [_PERIOD_WORDS[frequency] for frequency in sorted(one.frequencies & other.frequencies)]
    yield _common("periods", periods, Label("kỳ báo cáo", "periods"))


def _common(name: Circumstance, both: Sequence[Label], what: Label) -> tuple[Circumstance, Fraction, Label]:
    if not both:
        return name, _LOWERED[name], Label(f"không chung {what.vi}", f"no shared {what.en}")
    vi, en = ", ".join(label.vi for label in both), ", ".join(label.en for label in both)
    return name, Fraction(1), Label(f"chung {what.vi}: {vi}", f"shared {what.en}: {en}")


def _rounded(value: Fraction) -> Decimal:
    """To two decimals, half up; exactly 1 only for what is exactly 1."""
    shown = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Decimal("0.99") if shown == 1 and value != 1 else shown


def _ordered(one: Asked, other: Asked) -> tuple[Asked, Asked]:
    return (one, other) if (one.regime, one.address) <= (other.regime, other.address) else (other, one)


# --- groups -------------------------------------------------------------------------------------------------------


def _grouped(found: Iterable[Overlap]) -> list[OverlapGroup]:
    """Form by form, each figure with its best partner in the other form only."""
    groups: dict[tuple[tuple[str, str], tuple[str, str]], list[Overlap]] = defaultdict(list)
    for overlap in found:
        groups[_form_of(overlap.one), _form_of(overlap.other)].append(overlap)
    made = [OverlapGroup(one, other, _one_to_one(pairs)) for (one, other), pairs in groups.items()]
    return sorted(made, key=lambda group: (-group.score, -len(group.overlaps), group.one, group.other))


def _form_of(figure: Asked) -> tuple[str, str]:
    return figure.edition, figure.address.form


def _one_to_one(pairs: Iterable[Overlap]) -> tuple[Overlap, ...]:
    kept: list[Overlap] = []
    taken: set[tuple[str, Address]] = set()
    for pair in sorted(pairs, key=lambda each: (not each.certain, -each.score, each.one.address, each.other.address)):
        ends = {(pair.one.edition, pair.one.address), (pair.other.edition, pair.other.address)}
        if not ends & taken:
            taken |= ends
            kept.append(pair)
    return tuple(kept)
