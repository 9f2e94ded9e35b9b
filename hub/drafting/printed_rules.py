"""Rules that the form itself prints: formulas beside the column numbers, in row labels, and in spreadsheet cells."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator

from hub.drafting.cell_formulas import read_cell_formula
from hub.drafting.doubts import Doubts
from hub.drafting.expression import Const, Node, Op, Ref, parts_of_sum, ratio, refs, renamed, total, written
from hub.drafting.formulas import Printed, Unreadable, read_formula
from hub.drafting.model import ColumnDraft, FormDraft, RowDraft, RuleDraft
from hub.drafting.note_formulas import note_formulas
from hub.drafting.rows import children
from hub.drafting.vocabulary import says


def printed_rules(form: FormDraft, doubts: Doubts) -> list[RuleDraft]:
    """All rules that stand in the form, each total computed by at most one of them."""
    found = [
        *_column_formulas(form, doubts),
        *_row_formulas(form, doubts),
        *_note_formulas(form, doubts),
        *_cell_formulas(form, doubts),
    ]
    unique = {rule.expr: rule for rule in reversed(found)}
    rules = [rule for rule in found if unique.get(rule.expr) is rule]
    computed: set[str] = set()
    for rule in rules:
        if rule.computes in computed and rule.computes is not None:
            doubts.add("formula_twice", rule.place, expr=rule.expr)
            rule.computes = None
        computed.add(rule.computes or "")
    return rules


def rule_of(left: str, sign: str, tree: Node, place: str, *, percent: bool = False) -> RuleDraft:
    """The rule ``left sign tree``; names are codes already. A ratio is allowed the rounding of its last digit."""
    parts = tuple(str(part) for part in parts_of_sum(tree) or ()) if sign == "=" else ()
    rule = RuleDraft(
        f"{left} {sign} {written(tree)}", "text", "error", left if sign == "=" else None, parts, place=place
    )
    if "/" in rule.expr or percent:
        rule.tolerance = "0.01"
    return rule


# --- columns ---------------------------------------------------------------------------------------------------------


def _column_formulas(form: FormDraft, doubts: Doubts) -> Iterator[RuleDraft]:
    names = {
        str(mark.number if mark.number is not None else mark.letter): column
        for column in form.columns
        if column.leaf is not None and (mark := column.leaf.mark) is not None
    }
    for column in form.columns:
        mark = column.leaf.mark if column.leaf else None
        if mark is not None and mark.formula:
            yield from _column_rules(column, mark.formula, names, doubts)


def _note_formulas(form: FormDraft, doubts: Doubts) -> Iterator[RuleDraft]:
    """Formulas in the notes below. Columns without printed numbers are counted from the first, stubs too."""
    names = _printed_names(form) or {str(_position(form, c)): c for c in form.columns if c.leaf is not None}
    for note in note_formulas(form.notes):
        for one in _readable(note.formula, note.place, doubts, rows=note.of_rows):
            if note.of_rows:
                yield from _note_row_rule(form, one, note.place, doubts)
            elif (target := _named(names, one.target or "")) is not None:
                yield from _column_rule(target, one, note.formula, note.place, names, doubts)
            else:
                _unread(doubts, note.place, note.formula, "không rõ cột được tính", "its column is not clear")


def _printed_names(form: FormDraft) -> dict[str, ColumnDraft]:
    return {
        str(mark.number): column
        for column in form.columns
        if column.leaf is not None and (mark := column.leaf.mark) is not None and mark.number is not None
    }


def _position(form: FormDraft, column: ColumnDraft) -> int:
    return next(i for i, leaf in enumerate(form.heading.leaves, 1) if leaf is column.leaf)


def _column_rules(
    column: ColumnDraft, formula: str, names: dict[str, ColumnDraft], doubts: Doubts
) -> Iterator[RuleDraft]:
    for one in _readable(formula, column.place, doubts, rows=False):
        target = names.get(one.target.lstrip("0") or "0", column) if one.target else column
        yield from _column_rule(target, one, formula, column.place, names, doubts)


def _column_rule(
    target: ColumnDraft, one: Printed, formula: str, place: str, names: dict[str, ColumnDraft], doubts: Doubts
) -> Iterator[RuleDraft]:
    known = {name: other for name, other in names.items() if other.code != target.code}
    missing = [name for name in refs(one.tree) if _named(known, name) is None]
    if missing:
        _unread(doubts, place, formula, f"không có cột số {missing[0]}", f"there is no column {missing[0]}")
        return
    columns = [target, *(found for name in refs(one.tree) if (found := _named(known, name)))]
    words = next((other for other in columns if _holds_words(other)), None)
    if words is not None:
        _unread(doubts, place, formula, f"cột “{words.label}” ghi chữ", f"column “{words.label}” holds words")
        return
    _make_numeric(columns)
    tree = _with_column_codes(one.tree, known)
    if tree is not None:
        yield rule_of(target.code, one.sign, _scaled(tree, target), place, percent=target.type == "percent")


def _with_column_codes(tree: Node, names: dict[str, ColumnDraft]) -> Node | None:
    return renamed(tree, lambda name: column.code if (column := _named(names, name)) is not None else None)


def _named(names: dict[str, ColumnDraft], name: Hashable) -> ColumnDraft | None:
    return names.get(str(name).lstrip("0") or "0")


def _holds_words(column: ColumnDraft) -> bool:
    return column.type in ("choice", "date") or says("note_column", column.label) or says("words_start", column.label)


def _make_numeric(columns: list[ColumnDraft]) -> None:
    """What stands in a formula is a figure, whatever its heading sounded like."""
    for column in columns:
        if not column.numeric:
            column.type, column.choices, column.required = "integer", (), True


def _scaled(tree: Node, target: ColumnDraft) -> Node:
    """A percentage printed as ``9/8`` is meant times 100."""
    found = ratio(tree)
    if found and found[2] == "1" and target.type == "percent":
        return Op("*", tree, Const("100"))
    return tree


def _readable(formula: str, place: str, doubts: Doubts, *, rows: bool) -> list[Printed]:
    try:
        return read_formula(formula, rows=rows)
    except Unreadable:
        _unread(doubts, place, formula, "cách viết lạ", "it is written in an unusual way")
        return []


def _unread(doubts: Doubts, place: str, formula: str, vi: str, en: str) -> None:
    doubts.add("formula_unread", place, formula=formula, reason_vi=f"Lý do: {vi}.", reason_en=f"Because {en}.")


# --- rows ------------------------------------------------------------------------------------------------------------


def _row_formulas(form: FormDraft, doubts: Doubts) -> Iterator[RuleDraft]:
    for index, row in enumerate(form.rows):
        if not row.formula:
            continue
        for one in _readable(row.formula, row.place, doubts, rows=True):
            yield from _row_rule(form, index, one, row.formula, doubts)


def _row_rule(form: FormDraft, index: int, one: Printed, formula: str, doubts: Doubts) -> Iterator[RuleDraft]:
    row = form.rows[index]
    target: RowDraft | None = row
    if one.target is not None and not _is_called(row, one.target):
        target = form.rows[found] if (found := _find(form.rows, index, one.target)) is not None else None
    if target is None or target.kind != "data":
        _unread(doubts, row.place, formula, f"không có dòng {one.target or row.label}", "its row has no figures")
        return
    places: dict[Hashable, int] = {}
    for name in refs(one.tree):
        place = _find(form.rows, index, str(name))
        if place is None:
            _unread(doubts, row.place, formula, f"không rõ dòng {name}", f"it is not clear which row {name} is")
            return
        places[name] = place
    tree = _with_row_codes(one.tree, lambda name: _figure_of(form.rows, places[name]))
    if tree is not None:
        yield rule_of(target.code, one.sign, tree, row.place)


def _note_row_rule(form: FormDraft, one: Printed, place: str, doubts: Doubts) -> Iterator[RuleDraft]:
    names = {name: _called(form.rows, str(name)) for name in (one.target, *refs(one.tree)) if name is not None}
    target = names.get(one.target)
    unclear = next((name for name, index in names.items() if index is None), None)
    if target is None or unclear is not None or form.rows[target].kind != "data":
        name = unclear or one.target or ""
        formula = f"{one.target} {one.sign} …"
        _unread(doubts, place, formula, f"không rõ dòng {name}", f"it is not clear which row {name} is")
        return
    tree = _with_row_codes(one.tree, lambda name: _figure_of(form.rows, names[name] or 0))
    if tree is not None:
        yield rule_of(form.rows[target].code, one.sign, tree, place)


def _called(rows: list[RowDraft], name: str) -> int | None:
    """The one row of that printed code, else of that printed number."""
    coded = [i for i, row in enumerate(rows) if row.printed_code and _has_code(row, name)]
    numbered = [i for i, row in enumerate(rows) if row.token is not None and row.token.text == name]
    return coded[0] if len(coded) == 1 else numbered[0] if len(numbered) == 1 and not coded else None


def _with_row_codes(tree: Node, node: Callable[[Hashable], Node | None]) -> Node | None:
    if isinstance(tree, Ref):
        return node(tree.key)
    if isinstance(tree, Op):
        left, right = _with_row_codes(tree.left, node), _with_row_codes(tree.right, node)
        return None if left is None or right is None else Op(tree.sign, left, right)
    return tree


def _figure_of(rows: list[RowDraft], index: int) -> Node | None:
    """The row's own figure; for a heading its subtotal, else the sum of what stands below it."""
    if rows[index].kind == "data":
        return Ref(rows[index].code)
    below = children(rows, index)
    totals = [i for i in below if rows[i].total and rows[i].kind == "data"]
    return total([node for i in (totals or below) if (node := _figure_of(rows, i)) is not None])


def _is_called(row: RowDraft, name: str) -> bool:
    return name in (row.token.text if row.token else None, row.printed_code) or (
        row.printed_code.isdigit() and name.isdigit() and int(row.printed_code) == int(name)
    )


def _find(rows: list[RowDraft], here: int, name: str) -> int | None:
    """The row of that printed number: by printed code, then among the rows below, beside, and anywhere if unique."""
    coded = [i for i, row in enumerate(rows) if row.printed_code and i != here and _has_code(row, name)]
    if len(coded) == 1:
        return coded[0]
    called = [i for i, row in enumerate(rows) if i != here and row.token is not None and row.token.text == name]
    for scope in (children(rows, here), children(rows, rows[here].parent), called):
        inside = [i for i in called if i in scope]
        if len(inside) == 1:
            return inside[0]
    return None


def _has_code(row: RowDraft, name: str) -> bool:
    same = row.printed_code.isdigit() and name.isdigit() and int(row.printed_code) == int(name)
    return same or row.printed_code == name


# --- spreadsheet formulas --------------------------------------------------------------------------------------------


def _cell_formulas(form: FormDraft, doubts: Doubts) -> Iterator[RuleDraft]:
    """Formulas that most rows of a column share become its rule, those that most columns of a row share the row's."""
    if not any(cell.formula for cell in form.table.cells):
        return
    by_column: dict[str, Counter[Node]] = defaultdict(Counter)
    by_row: dict[str, Counter[Node]] = defaultdict(Counter)
    example: dict[tuple[str, Node], tuple[str, str]] = {}
    for column, row, formula, place in _formula_cells(form):
        tree = read_cell_formula(formula)
        if tree is None:
            _unread(doubts, place, f"={formula}", "không phải phép tính đơn giản", "it is no plain arithmetic")
            continue
        for names, found, code in ((_column_at, by_column, column), (_row_at, by_row, row)):
            made = _along(form, tree, names) if code else None
            if made is not None and code is not None and code not in map(str, refs(made)):
                found[code][made] += 1
                example.setdefault((code, made), (formula, place))
    yield from _shared(form, by_column, example, doubts, columns=True)
    yield from _shared(form, by_row, example, doubts, columns=False)


def _formula_cells(form: FormDraft) -> Iterator[tuple[str | None, str | None, str, str]]:
    """(column code, row code, formula, place) of every cell with a formula in a column of figures."""
    columns = {at: c for c in form.columns if c.leaf for at in range(c.leaf.first, c.leaf.last + 1)}
    rows = {row.row: row for row in form.data_rows}
    for cell in form.table.cells:
        column = columns.get(cell.column)
        if not cell.formula or column is None or cell.row not in form.heading.body:
            continue
        row = rows.get(cell.row)
        if form.kind == "grid" and row is None and form.rows[0].row >= 0:
            continue
        yield column.code, row.code if row else None, cell.formula, cell.place


Namer = Callable[[FormDraft, Hashable], tuple[int, str | None]]


def _column_at(form: FormDraft, key: Hashable) -> tuple[int, str | None]:
    place: tuple[int, int] = key  # type: ignore[assignment]
    at = place[1] - form.table.left
    return place[0], next((c.code for c in form.columns if c.leaf and c.leaf.first == at), None)


def _row_at(form: FormDraft, key: Hashable) -> tuple[int, str | None]:
    place: tuple[int, int] = key  # type: ignore[assignment]
    return place[1], next((r.code for r in form.data_rows if r.row == place[0] - form.table.top), None)


def _along(form: FormDraft, tree: Node, names: Namer) -> Node | None:
    """The tree with codes, if all its cells lie in one line; cells of headings and gaps are left out of sums."""
    keys = list(refs(tree))
    if not keys or len({names(form, key)[0] for key in keys}) != 1:
        return None
    unknown = [key for key in keys if names(form, key)[1] is None]
    if unknown and (len(unknown) == len(keys) or parts_of_sum(tree) is None):
        return None
    if unknown:
        tree = total([Ref(key) for key in keys if key not in unknown]) or tree
    return renamed(tree, lambda key: names(form, key)[1])


def _shared(
    form: FormDraft,
    found: dict[str, Counter[Node]],
    example: dict[tuple[str, Node], tuple[str, str]],
    doubts: Doubts,
    *,
    columns: bool,
) -> Iterator[RuleDraft]:
    order = [c.code for c in form.columns] if columns else [r.code for r in form.data_rows]
    for code in sorted(found, key=order.index):
        tree, times = found[code].most_common(1)[0]
        if times < 0.5 * sum(found[code].values()):
            continue
        formula, place = example[code, tree]
        column = next((c for c in form.columns if c.code == code), None)
        used = [c for c in form.columns if c.code == code or c.code in set(map(str, refs(tree)))] if columns else []
        if any(_holds_words(other) for other in used):
            _unread(doubts, place, f"={formula}", "có cột ghi chữ", "one of the columns holds words")
            continue
        _make_numeric(used)
        if column is not None:
            tree = _scaled(tree, column)
        rule = rule_of(code, "=", tree, place, percent=column is not None and column.type == "percent")
        doubts.add("formula_cell", place, formula=f"={formula}", expr=rule.expr)
        yield rule
