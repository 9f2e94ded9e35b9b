"""Rules that headings imply: "Tổng số" beside its parts, "Trong đó", "Chia ra". Always inferred, always warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hub.drafting.cleaning import fold
from hub.drafting.doubts import Doubts
from hub.drafting.model import ColumnDraft, FormDraft, RuleDraft
from hub.drafting.parts import can_add_up, overlapping
from hub.drafting.vocabulary import says


@dataclass
class Node:
    """A heading: a group of headings, or one column."""

    label: str
    column: ColumnDraft | None = None
    below: list[Node] = field(default_factory=list)

    @property
    def of_which(self) -> bool:
        return says("of_which_start", self.label) and not says("split_start", self.label)

    @property
    def split(self) -> bool:
        return says("split_start", self.label)

    def columns(self) -> list[ColumnDraft]:
        return [self.column] if self.column else [column for node in self.below for column in node.columns()]


def heading_rules(form: FormDraft, doubts: Doubts) -> list[RuleDraft]:
    """The inferred rules over columns. Totals that a printed formula defines are left to it."""
    maker = _Maker(form, doubts)
    maker.visit(_tree(form.columns), None)
    return maker.rules


def _tree(columns: list[ColumnDraft]) -> list[Node]:
    """The headings as a tree; neighbours under one group text are one group."""
    roots: list[Node] = []
    open_groups: list[Node] = []
    for column in columns:
        depth = 0
        while depth < min(len(open_groups), len(column.group)) and fold(open_groups[depth].label) == fold(
            column.group[depth]
        ):
            depth += 1
        del open_groups[depth:]
        for label in column.group[depth:]:
            node = Node(label)
            (open_groups[-1].below if open_groups else roots).append(node)
            open_groups.append(node)
        (open_groups[-1].below if open_groups else roots).append(Node(column.label, column))
    return roots


def _counts(column: ColumnDraft) -> bool:
    return column.type in ("integer", "decimal", "money")


def _together(*columns: ColumnDraft) -> bool:
    """True if the figures may be added or compared: all counts, no two different units."""
    units = {column.measure.codes[0] for column in columns if column.measure is not None}
    return all(_counts(column) for column in columns) and len(units) <= 1


def _is_total(node: Node) -> bool:
    return node.column is not None and says("total", node.label)


def _is_dimension(node: Node) -> bool:
    return bool(node.below) and says("dimension_start", node.label)


def _divisions(nodes: list[Node], total: ColumnDraft | None) -> list[Node]:
    """Groups that each divide the same total anew: "Giới tính", "Độ tuổi"; not "Khu vực I", "Khu vực II"."""
    plain = [node for node in nodes if not _is_total(node) and not node.of_which and not node.split]
    found = [node for node in plain if _is_dimension(node)]
    beside_a_split = any(node.split for node in nodes)
    leaves = [tuple(fold(column.label) for column in node.columns()) for node in found]
    if not found or (total is None and not beside_a_split) or (len(found) > 1 and len(set(leaves)) < len(leaves)):
        return []
    said = all("theo " in f"{fold(node.label)} " for node in found)
    return found if said or beside_a_split or (len(found) == len(plain) > 1) else []


def _sexes(leaves: list[Node]) -> list[ColumnDraft]:
    """The columns of men and women, where others stand beside them that divide the total in some other way."""
    men = [node.column for node in leaves if says("male", node.label) and node.column]
    women = [node.column for node in leaves if says("female", node.label) and node.column]
    return [*men, *women] if len(men) == len(women) == 1 and len(leaves) > len(men) + len(women) else []


class _Maker:
    def __init__(self, form: FormDraft, doubts: Doubts) -> None:
        self.form, self.doubts, self.rules = form, doubts, list[RuleDraft]()
        self.printed = {rule.computes for rule in form.rules if rule.computes} | {
            rule.expr.split(" ")[0] for rule in form.rules if " = " in rule.expr
        }
        self.printed_parts = {(rule.expr.split(" ")[0], part) for rule in form.rules for part in rule.parts}

    # one level of headings

    def visit(self, nodes: list[Node], above: Node | None) -> None:
        for node in nodes:
            if node.below:
                self.visit(node.below, node)
        total = self._total(nodes, above)
        divisions = _divisions(nodes, total)
        for index, node in enumerate(nodes):
            if node.of_which:
                self._of_which(nodes, index, total, above)
            elif node.split or node in divisions:
                self._division(nodes, index, total)
        if total is not None and not divisions:
            self._sum_of_siblings(nodes, total, above)

    def _division(self, nodes: list[Node], index: int, total: ColumnDraft | None) -> None:
        """ "Chia theo giới tính": one way of dividing the total, or what stands before."""
        node = nodes[index]
        whole = total or self._before(nodes, index)
        if whole is None:
            return
        if node.column is not None:
            self._part(whole, node.column)
            return
        parts = self._representatives(node.below)
        self._sum(whole, parts, "Các cột “Chia ra”.", "The columns are a breakdown.", division=True)

    def _total(self, nodes: list[Node], above: Node | None) -> ColumnDraft | None:
        """The column that stands for the whole level: a bare total, first or last; at the top level the first only."""
        totals = [node for node in nodes if _is_total(node)]
        if len(totals) != 1 or totals[0].column is None or not _counts(totals[0].column):
            return None
        return totals[0].column

    def _before(self, nodes: list[Node], index: int) -> ColumnDraft | None:
        """What "Trong đó", "Chia ra" speak of: the heading before that is neither; None if several stand there."""
        if nodes[index].of_which and len(self._alike_before(nodes, index)) > 1:
            return None
        for node in reversed(nodes[:index]):
            if node.of_which or node.split or _is_dimension(node):
                continue
            if node.column is not None:
                if _counts(node.column):
                    return node.column
                continue
            totals = [child.column for child in node.below if _is_total(child)]
            return totals[0] if totals else None
        return None

    def _alike_before(self, nodes: list[Node], index: int) -> list[ColumnDraft]:
        """The columns right before, side by side without a total, that "Trong đó" may speak of all alike."""
        found: list[ColumnDraft] = []
        for node in reversed(nodes[:index]):
            if node.of_which or node.split or node.column is None or not _counts(node.column):
                break
            if _is_total(node) or says("total_start", node.label):
                return []
            found.append(node.column)
        plain = not any(fold(column.label).startswith("số ") for column in found)
        return found if plain and _together(*found) else []

    def _representatives(self, nodes: list[Node]) -> list[ColumnDraft]:
        """The columns that together make up the level, each part once."""
        total = self._total(nodes, None)
        if total is not None and len(nodes) > 1:
            return [total]
        found: list[ColumnDraft] = []
        for node in nodes:
            if node.of_which:
                continue
            if node.column is not None:
                found += [node.column] if _counts(node.column) else []
            else:
                found += self._representatives(node.below)
        return found

    # rules

    def _sum_of_siblings(self, nodes: list[Node], total: ColumnDraft, above: Node | None) -> None:
        plain = [node for node in nodes if node.column is not total and not node.of_which and not node.split]
        if any(node.split for node in nodes) and above is None:
            return
        groups = [self._representatives([node]) for node in plain]
        parts = [column for group in groups for column in group]
        if not parts or (above is None and len(plain) < 2) or any(says("other_measure_in", n.label) for n in plain):
            return
        vi, en = "Cột “Tổng số” đứng cạnh các cột thành phần.", "A total stands beside its parts."
        leaves = [node for node in plain if node.column is not None]
        across = overlapping([node.label for node in leaves])
        if sexes := _sexes(leaves):
            self._sum(total, sexes, vi, en)
            return
        if len(parts) == 1 or (across and not any(says("male", node.label) for node in leaves)):
            for column in parts:
                self._part(total, column)
            return
        if can_add_up(total.label, [column.label for column in parts]):
            self._sum(total, parts, vi, en)

    def _sum(self, whole: ColumnDraft, parts: list[ColumnDraft], vi: str, en: str, *, division: bool = False) -> None:
        parts = [part for part in parts if part is not whole]
        if len(parts) == 1:
            self._part(whole, parts[0])
            return
        expr = f"{whole.code} = {' + '.join(part.code for part in parts)}"
        known = {(whole.code, part.code) for part in parts} <= self.printed_parts
        if not parts or known or not _together(whole, *parts):
            return
        if any(rule.expr == expr for rule in (*self.form.rules, *self.rules)):
            return
        if parts and all(says("overlapping_start", part.label) for part in parts):
            for part in parts:
                self._part(whole, part)
            return
        taken = whole.code in self.printed or any(rule.computes == whole.code for rule in self.rules)
        rule = RuleDraft(
            expr, computes=None if taken else whole.code, parts=tuple(p.code for p in parts), place=whole.place
        )
        if taken and whole.code in self.printed and not self._new_partition(whole, parts, division=division):
            return
        self.rules.append(rule)
        self.doubts.add("sum_inferred", whole.place, expr=expr, reason_vi=vi, reason_en=en)

    def _new_partition(self, whole: ColumnDraft, parts: list[ColumnDraft], *, division: bool) -> bool:
        """Beside a printed sum, an inferred one of the same total must be of other columns entirely."""
        below = all(part.group[: len(whole.group)] == whole.group for part in parts) and bool(whole.group)
        return (below or division) and not any((whole.code, part.code) in self.printed_parts for part in parts)

    def _of_which(self, nodes: list[Node], index: int, total: ColumnDraft | None, above: Node | None) -> None:
        node = nodes[index]
        if node.column is not None:
            whole = self._before(nodes, index) or total
            if whole is not None:
                self._part(whole, node.column)
            return
        parts = [column for column in node.columns() if _counts(column)]
        wholes = [c for n in nodes[:index] if not n.of_which for c in n.columns() if _counts(c)]
        if len(parts) >= 2 and len(wholes) >= 2 and not any(_is_total(n) for n in nodes[:index]):
            for part, whole in self._paired(parts, wholes):
                self._part(whole, part)
            return
        single = self._before(nodes, index) or total
        if single is None:
            return
        for part in self._outermost(node):
            self._part(single, part)

    def _outermost(self, node: Node) -> list[ColumnDraft]:
        totals = [child.column for child in node.below if _is_total(child) and child.column is not None]
        found: list[ColumnDraft] = []
        for child in node.below:
            found += [child.column] if child.column else self._outermost(child)
        return totals or found

    def _paired(self, parts: list[ColumnDraft], wholes: list[ColumnDraft]) -> Iterator[tuple[ColumnDraft, ColumnDraft]]:
        """Each part with the whole of the same label; by position where there are as many of both."""
        for position, part in enumerate(parts):
            same = [whole for whole in wholes if fold(whole.label) == fold(part.label)]
            if len(same) == 1:
                yield part, same[0]
            elif len(parts) == len(wholes):
                yield part, wholes[position]

    def _part(self, whole: ColumnDraft, part: ColumnDraft) -> None:
        if part is whole or not _counts(part) or not _counts(whole) or (whole.code, part.code) in self.printed_parts:
            return
        expr = f"{part.code} <= {whole.code}"
        if any(rule.expr == expr for rule in (*self.form.rules, *self.rules)):
            return
        units = {m.codes[0] for m in (whole.measure, part.measure) if m is not None}
        if len(units) > 1 and "%" in units:
            return
        if part.of is None:
            part.of = whole.code
        self.rules.append(RuleDraft(expr, parts=(), place=part.place))
        self.doubts.add(
            "of_which", part.place, part=part.label, whole=whole.full, expr=expr,
            reason_vi="“Trong đó” hoặc chỉ một phần được nêu.", reason_en="“Of which”, or only one part is named.",
        )  # fmt: skip
