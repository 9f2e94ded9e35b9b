"""Binds a rule's names to an edition: what each means, where the rule applies, and whether its parts fit together.

After binding, every name has three parts (form, row, column):

- ``F1.@.c03`` the cell of the row or record at hand (``THIS``);
- ``F1.r01.c03`` one cell, the same wherever the rule is asked;
- ``F1.*.c03`` and ``F1.r01.*`` a whole column or row, only inside ``sum``, ``count``, ``min`` and ``max``;
- ``F2.*.#`` the number of records, only inside ``count``.

After binding, too:

- ``other('CODE', F1.r01.c03)`` is ``Call("other", (Text("CODE"), Name(("F1", "r01", "c03"))))``; the name is one of the
  other regime's edition (``F2.*.c03`` a list column's total, ``F2.*.#`` its number of records), never of this one, and
  :func:`hub.domain.rule_grammar.names` leaves it out;
- no ``convert`` is left: it is a ``Product`` of its operand and exact constants, ``("*", Number)`` and
  ``("/", Number)``, or the operand alone;
- ``prev``, ``same_period_last_year``, ``ytd`` and ``other`` do not stand inside each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from hub.domain.form import Form
from hub.domain.regime import Edition, Rule
from hub.domain.rule_binder import Binder, choice_code
from hub.domain.rule_grammar import Call, Comparison, Name, Node, RuleSyntaxError, names, own_children, parse, walk
from hub.domain.rule_kinds import AGGREGATES, OTHER_MOMENTS, THIS, adds_up, axis_of, is_aggregate, kind_of
from hub.domain.rule_messages import bound_figures

__all__ = ["AGGREGATES", "OTHER_MOMENTS", "THIS", "BoundRule", "Scope", "adds_up", "bind", "choice_code"]

Scope = Literal["row", "record", "once"]


@dataclass(frozen=True, slots=True)
class BoundRule:
    """One rule where it applies: on every row or record of ``form``, or once.

    A rule over rows is bound once for each column that adds up. ``total`` and ``formula`` are set when the rule
    computes a total: the name it defines, and from what. ``shown``: the figures that its message names, each by the
    text between its braces.
    """

    rule: Rule
    form: str | None
    scope: Scope
    test: Node
    when: Node | None
    total: Name | None = None
    formula: Node | None = None
    shown: Mapping[str, Node] = field(default_factory=dict)

    @property
    def names(self) -> tuple[Name, ...]:
        """Every name of the rule's own edition, in the order of writing."""
        return names(self.test) + (names(self.when) if self.when is not None else ())


def bind(edition: Edition, rule: Rule, *, converting: bool = True) -> list[BoundRule]:
    """The rule at every place where it applies. RuleSyntaxError if it does not parse or does not fit the edition.

    ``converting``: False to leave ``convert`` calls in the trees, for looking at units of measure.
    """
    test, when = parse(rule.expr), parse(rule.when) if rule.when else None
    bound = [
        _bind_at(edition, rule, form, scope, test, when, Binder(edition, form, column, converting=converting))
        for form in _homes(edition, rule, test, when)
        for scope, column in _places(form, test, when)
    ]
    if rule.computes is not None and not any(one.total is not None for one in bound):
        raise RuleSyntaxError(f"the rule does not say what {rule.computes} equals", 0)
    return bound


def _homes(edition: Edition, rule: Rule, test: Node, when: Node | None) -> list[Form | None]:
    """The forms the rule is bound in; [None] if all its names say their form."""
    if rule.form is not None:
        if rule.form not in edition.form_by_code:
            raise RuleSyntaxError(f"there is no form {rule.form}", 0)
        return [edition.form(rule.form)]
    written = names(test) + (names(when) if when is not None else ())
    local = [name for name in written if name.parts[0] not in edition.form_by_code]
    if not local:
        return [None]
    homes: list[Form | None] = [form for form in edition.forms if all(_known_in(form, name) for name in local)]
    if not homes:
        raise RuleSyntaxError(f"no form has all of {', '.join('.'.join(n.parts) for n in local)}", local[0].position)
    return homes


def _known_in(form: Form, name: Name) -> bool:
    rows, columns = {row.code for row in form.rows}, {column.code for column in form.columns}
    if len(name.parts) == 1:
        return name.parts[0] in rows | columns
    return len(name.parts) == 2 and name.parts[0] in rows and name.parts[1] in columns


def _places(form: Form | None, test: Node, when: Node | None) -> Iterator[tuple[Scope, str | None]]:
    """How the rule is asked in a form, with the column at hand of a rule over rows."""
    axis = _axis(form, test, when)
    if axis == "none" or form is None:
        yield "once", None
    elif axis == "columns":
        yield "row" if form.kind == "grid" else "record", None
    else:
        for column in form.columns:
            if adds_up(column):
                yield "once", column.code


def _bind_at(
    edition: Edition, rule: Rule, form: Form | None, scope: Scope, test: Node, when: Node | None, binder: Binder
) -> BoundRule:
    bound_test = binder.node(test)
    bound_when = binder.node(when) if when is not None else None
    for tree in (bound_test, bound_when):
        if tree is not None and kind_of(edition, tree) != "truth":
            raise RuleSyntaxError("a rule must compare something", 0)
    total, formula = _total(rule, bound_test)
    shown = bound_figures(rule, binder, bound_test, asked_once=scope == "once")
    bound = BoundRule(rule, form.code if form else None, scope, bound_test, bound_when, total, formula, shown)
    if not bound.names:
        raise RuleSyntaxError("the rule names no cell of its own form", 0)
    if scope == "record":
        for tree, where in ((bound_test, ""), (bound_when, ""), *((tree, text) for text, tree in shown.items())):
            if tree is not None:
                _no_record_of_another_moment(tree, f"{{{where}}} of the message: " if where else "")
    return bound


def _no_record_of_another_moment(tree: Node, where: str) -> None:
    for node in walk(tree):
        if isinstance(node, Call) and node.function in OTHER_MOMENTS:
            for name in names(node):
                if name.parts[1] == THIS:
                    position = 0 if where else name.position
                    raise RuleSyntaxError(f"{where}records of another period cannot be matched", position)


def _total(rule: Rule, test: Node) -> tuple[Name | None, Node | None]:
    """The name that the rule defines and its formula, where ``computes`` asks for it."""
    if rule.computes is None or not isinstance(test, Comparison) or test.operator != "=":
        return None, None
    for target, formula in ((test.left, test.right), (test.right, test.left)):
        if isinstance(target, Name) and rule.computes in (*target.parts, ".".join(target.parts)):
            return target, formula
    return None, None


# --- where the rule applies ------------------------------------------------------------------------------------------


def _axis(form: Form | None, *trees: Node | None) -> Literal["columns", "rows", "none"]:
    """What the bare names outside aggregates are: the rule is asked for every row, every column, or once."""
    found: dict[str, Name] = {}
    for tree in trees:
        for name in _bare_names(tree) if tree is not None else ():
            if form is None:
                raise RuleSyntaxError(f"{name.parts[0]} needs its form", name.position)
            found.setdefault(axis_of(form, name), name)
    if len(found) == 2:
        last = max(found.values(), key=lambda name: name.position)
        raise RuleSyntaxError("row and column names cannot be mixed; write row.column", last.position)
    return "columns" if "columns" in found else "rows" if found else "none"


def _bare_names(node: Node) -> Iterator[Name]:
    if isinstance(node, Name):
        if len(node.parts) == 1:
            yield node
    elif not (isinstance(node, Call) and is_aggregate(node)):
        for child in own_children(node):
            yield from _bare_names(child)
