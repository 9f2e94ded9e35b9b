"""Rules that the order of rows implies: totals, breakdowns and parts. Always inferred, always warnings."""

from __future__ import annotations

from hub.drafting.doubts import Doubts
from hub.drafting.model import FormDraft, RowDraft, RuleDraft
from hub.drafting.parts import can_add_up, overlapping
from hub.drafting.rows import children
from hub.drafting.vocabulary import says


def row_rules(form: FormDraft, doubts: Doubts) -> list[RuleDraft]:
    """The inferred rules over rows; sets ``of``. Totals that a printed formula defines are left to it."""
    if not any(column.type in ("integer", "decimal", "money") for column in form.columns):
        return []
    maker = _Maker(form, doubts)
    for index, row in enumerate(form.rows):
        if row.kind == "data":
            maker.parts_below(index)
    maker.totals()
    return maker.rules


class _Maker:
    def __init__(self, form: FormDraft, doubts: Doubts) -> None:
        self.form, self.rows, self.doubts = form, form.rows, doubts
        self.rules: list[RuleDraft] = []
        self.printed = {rule.computes for rule in form.rules if rule.computes}
        self.printed_parts = {(rule.expr.split(" ")[0], part) for rule in form.rules for part in rule.parts}

    # what stands below a row with figures

    def parts_below(self, index: int) -> None:
        """Segments below a row: plain ones and breakdowns add up, "Trong đó" is at most the whole."""
        plain: list[int] = []
        for child in children(self.rows, index):
            row = self.rows[child]
            if row.kind == "heading":
                self._heading_below(index, child)
            elif row.marker == "of_which":
                self._part(index, child)
            elif not row.total or self.rows[index].total:
                plain.append(child)
        if plain:
            self._plain(index, plain, sure=False)

    def _heading_below(self, index: int, heading: int) -> None:
        below = self._figures(heading)
        if self.rows[heading].marker == "of_which":
            for part in below:
                self._part(index, part)
        elif below:
            self._plain(index, below, sure=self.rows[heading].marker == "split")

    def _figures(self, heading: int) -> list[int]:
        """The rows with figures right below a heading; through headings below it."""
        found: list[int] = []
        for child in children(self.rows, heading):
            if self.rows[child].kind == "data":
                if self.rows[child].marker != "of_which":
                    found.append(child)
            else:
                found += self._figures(child)
        totals = [i for i in found if self.rows[i].total]
        return totals if len(totals) == 1 and len(found) > 1 else found

    def _plain(self, index: int, parts: list[int], *, sure: bool) -> None:
        parts = [i for i in parts if not says("percent_in", self.rows[i].label)]
        if not parts:
            return
        labels = [self.rows[i].label for i in parts]
        across = [parts[place] for place in overlapping(labels)]
        males = any(says("male", label) for label in labels)
        if len(parts) == 1 or (across and not males and not sure):
            for part in parts if len(parts) == 1 else across:
                self._part(index, part)
            return
        if not sure and not can_add_up(self.rows[index].label, labels):
            return
        self._sum(index, parts, "Các dòng con đứng ngay dưới dòng này.", "The rows stand right below this one.")

    # totals of the table and of its sections

    def totals(self) -> None:
        for index, row in enumerate(self.rows):
            if row.kind == "data" and row.total:
                self._total(index)

    def _total(self, index: int) -> None:
        row = self.rows[index]
        if row.code in self.printed:
            return
        beside = [i for i in children(self.rows, row.parent) if i != index]
        own = set(children(self.rows, index))
        if any(self.rows[i].kind == "data" for i in own):
            return
        before, after = [i for i in beside if i < index], [i for i in beside if i > index]
        around = after if not self._has_figures(before) else before
        stops = [i for i in around if self.rows[i].total and self.rows[i].kind == "data"]
        if around is before and stops:
            around = [i for i in around if i > stops[-1]] or around
        divisions = [i for i in around if self.rows[i].kind == "heading" and self._divides(i)]
        for division in divisions:
            vi = f"Cách phân tổ “{self.rows[division].label}”."
            self._sum(index, self._figures(division), vi, "A way of dividing the total.")
        parts = [] if divisions else [part for i in around for part in self._as_parts(i)]
        if parts:
            self._plain(index, parts, sure=False)

    def _has_figures(self, indexes: list[int]) -> bool:
        return any(self._as_parts(i) for i in indexes)

    def _as_parts(self, index: int) -> list[int]:
        row = self.rows[index]
        if row.kind == "data":
            return [] if row.marker == "of_which" or row.total else [index]
        return self._figures(index)

    def _divides(self, index: int) -> bool:
        row = self.rows[index]
        return row.marker in ("split", "group") or says("dimension_start", row.label) or says("split_start", row.label)

    # rules

    def _unit(self, *indexes: int) -> bool:
        """True if the rows may be added or compared: no two units, and shares only with shares."""
        units = {m.codes[0] for i in indexes if (m := self.rows[i].measure) is not None}
        shares = [says("percent_in", self.rows[i].label) or "%" in units for i in indexes]
        return len(units) <= 1 and (not any(shares) or (all(shares) and len(indexes) == 2))

    def _sum(self, whole: int, parts: list[int], vi: str, en: str) -> None:
        parts = [part for part in parts if part != whole]
        if len(parts) == 1:
            self._part(whole, parts[0])
            return
        if not parts or not self._unit(whole, *parts):
            return
        target = self.rows[whole]
        expr = f"{target.code} = {' + '.join(self.rows[part].code for part in parts)}"
        if any(rule.expr == expr for rule in (*self.form.rules, *self.rules)) or target.code in self.printed:
            return
        computed = any(rule.computes == target.code for rule in self.rules)
        codes = tuple(self.rows[part].code for part in parts)
        self.rules.append(RuleDraft(expr, computes=None if computed else target.code, parts=codes, place=target.place))
        self.doubts.add("sum_inferred", target.place, expr=expr, reason_vi=vi, reason_en=en)

    def _part(self, whole: int, part: int) -> None:
        above, row = self.rows[whole], self.rows[part]
        if not self._unit(whole, part) or row.kind != "data" or above.kind != "data":
            return
        expr = f"{row.code} <= {above.code}"
        if (above.code, row.code) in self.printed_parts or any(r.expr == expr for r in self.rules):
            return
        if row.of is None:
            row.of = above.code
        self.rules.append(RuleDraft(expr, place=row.place))
        self.doubts.add(
            "of_which", row.place, part=row.label, whole=above.label, expr=expr,
            reason_vi="“Trong đó” hoặc chỉ một phần được nêu.", reason_en="“Of which”, or only one part is named.",
        )  # fmt: skip


def parts_of_sums(rows: list[RowDraft] | list, rules: list[RuleDraft]) -> None:  # type: ignore[type-arg]
    """Sets ``of`` of every part of a plain sum that has no whole yet, unless that would go round."""
    by_code = {entry.code: entry for entry in rows if entry.code}
    for rule in rules:
        whole = rule.expr.split(" ")[0]
        for part in rule.parts:
            entry = by_code.get(part)
            if whole in by_code and entry is not None and entry.of is None and not _above(by_code, whole, part):
                entry.of = whole


def stand_below(rows: list[RowDraft]) -> None:
    """Sets ``of`` of rows that no rule has given a whole: the nearest row with figures above them, or the one total
    beside them."""
    by_code = {row.code: row for row in rows if row.code}
    for index, row in enumerate(rows):
        whole = _whole_by_place(rows, index) if row.kind == "data" and row.of is None else None
        if whole is not None and not _above(by_code, whole, row.code):
            row.of = whole


def _whole_by_place(rows: list[RowDraft], index: int) -> str | None:
    level = index
    while True:
        parent = rows[level].parent
        total = _total_beside(rows, level)
        if total is not None and total != index:
            return rows[total].code
        if parent is None:
            return None
        if rows[parent].kind == "data":
            return rows[parent].code
        level = parent


def _total_beside(rows: list[RowDraft], index: int) -> int | None:
    """The bare total of the level on which the row stands, if there is just one and the row is no total itself."""
    totals = [i for i in children(rows, rows[index].parent) if rows[i].kind == "data" and rows[i].total]
    return totals[0] if len(totals) == 1 and not rows[index].total else None


def _above(by_code: dict, code: str, searched: str) -> bool:  # type: ignore[type-arg]
    seen: set[str] = set()
    current: str | None = code
    while current is not None and current not in seen:
        if current == searched:
            return True
        seen.add(current)
        entry = by_code.get(current)
        current = entry.of if entry is not None else None
    return False
