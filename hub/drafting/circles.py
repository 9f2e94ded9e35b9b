"""No figure may be computed from itself: of rules that would go round, the later one only checks."""

from __future__ import annotations

import re

from hub.drafting.doubts import Doubts
from hub.drafting.model import FormDraft


def break_circles(form: FormDraft, doubts: Doubts) -> None:
    """Takes ``computes`` from every rule whose parts are, however far, computed from its own total."""
    parts: dict[str, set[str]] = {}
    for rule in form.rules:
        if rule.computes is None:
            continue
        names = set(re.findall(r"[a-zA-Z]\w*", rule.expr.partition(" = ")[2]))
        if any(_reaches(parts, name, rule.computes) for name in names):
            rule.computes, rule.severity = None, "warning"
            doubts.add(
                "formula_clash",
                rule.place,
                expr=rule.expr,
                reason_vi="Công thức đi vòng: ô được tính từ chính nó.",
                reason_en="The formulas go round: a figure would be computed from itself.",
            )
        else:
            parts[rule.computes] = names


def _reaches(parts: dict[str, set[str]], start: str, searched: str) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        name = waiting.pop()
        if name == searched:
            return True
        if name not in seen:
            seen.add(name)
            waiting += parts.get(name, ())
    return False
