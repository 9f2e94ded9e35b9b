"""The finding of a rule that does not hold: its message, with the figures it names or with both sides put after it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hub.domain.findings import Finding, Place
from hub.domain.form import Address, Label
from hub.domain.regime import Edition
from hub.domain.rule_asking import Failure
from hub.domain.rule_messages import BLANK, filled, tells_figures, written
from hub.domain.rule_numbers import exact_difference, exact_text


def rule_finding(edition: Edition, failure: Failure, place: Place) -> Finding:
    """The finding of a failure. Figures in its texts are as people write them in each language, in its fields exact."""
    rule = failure.rule
    found, expected, difference = exact_text(failure.found), exact_text(failure.expected), None
    if expected is not None and isinstance(failure.found, Decimal | Fraction):
        difference = exact_text(exact_difference(failure.found, failure.expected)) or "0"
    text = _told(edition, failure)
    return Finding(
        rule.id, rule.severity, "rule", _sentence(text.vi), _sentence(text.en), failure.address, place,
        found=found, expected=expected, difference=difference, beta=rule.beta,
    )  # fmt: skip


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _told(edition: Edition, failure: Failure) -> Label:
    """The message of the rule; where it names no figures itself, both sides of the comparison stand after it."""
    shown = {text: written(value) for text, value in failure.shown.items()}
    shown |= {"row": _row(edition, failure.address), "column": _column(edition, failure.address)}
    shown |= {"found": written(failure.found), "expected": written(failure.expected)}
    if isinstance(failure.found, Decimal | Fraction) and failure.expected is not None:
        shown["difference"] = written(exact_difference(failure.found, failure.expected))
    text = filled(failure.rule.message, shown)
    if tells_figures(failure.rule.message) or failure.found is None or failure.expected is None:
        return text
    one, other, off = shown["found"], shown["expected"], shown.get("difference")
    return Label(
        f"{text.vi}: ghi {one.vi}, đối chiếu {other.vi}" + (f", chênh lệch {off.vi}" if off else ""),
        f"{text.en}: found {one.en}, against {other.en}" + (f", difference {off.en}" if off else ""),
    )


def _row(edition: Edition, address: Address) -> Label:
    """What people call the row: its label, a record's number, or nothing where the rule is about none."""
    if address.row.isascii() and address.row.isdigit():
        return Label(address.row, address.row)
    rows = edition.form(address.form).rows
    return next((row.label for row in rows if row.code == address.row), BLANK)


def _column(edition: Edition, address: Address) -> Label:
    columns = edition.form(address.form).columns
    return next((column.label for column in columns if column.code == address.column), BLANK)
