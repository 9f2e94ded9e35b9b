"""The workbook that a unit fills in for one filing: a sheet a form, made for this unit and period, nothing active.

Where each thing stands is said by :mod:`hub.domain.sheet_layout` alone. Text is always written as text (P30): nothing
typed by anybody becomes a formula or a link. Totals are formulas that carry their computed value. The same arguments
always give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from xlsxwriter import Workbook

from hub.domain.context import Context
from hub.domain.regime import Edition
from hub.domain.values import Values
from hub.domain.workbook_identity import WorkbookIdentity
from hub.writers.workbook_about import About, Remarked
from hub.writers.workbook_checks import CheckSheet
from hub.writers.workbook_filing import ChoiceLists, Filing
from hub.writers.workbook_form import FormSheet
from hub.writers.workbook_guide import GuideSheet
from hub.writers.workbook_plan import plan_of

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(
    edition: Edition,
    unit_id: str,
    unit_name: str,
    period: str,
    scope: str,
    *,
    frequency: str,
    values: Values | None = None,
    previous: Values | None = None,
    demonstration: bool = False,
    explanations: Mapping[str, str] | None = None,
    context: Context | None = None,
    about: About | None = None,
    remarked: Sequence[Remarked] = (),
    warnings: Mapping[str, str] | None = None,
) -> bytes:
    """The workbook of one filing with the forms that this frequency asks for, filled with ``values`` where given.

    ``previous`` shows last period's values in grey. ``about`` is what the first sheet says of this very report,
    ``remarked`` what is open between the unit and its receiver (notes on cells), ``warnings`` what asks for an
    explanation, by its key. ``context`` is what rules may look at besides the report: the
    workbook checks with it, and without it skips what it does not know. TooLarge if a text is longer than a cell can
    hold, ValueError if a figure does not fit its column.
    """
    buffer = io.BytesIO()
    book = Workbook(buffer, _OPTIONS)
    identity = WorkbookIdentity(edition.regime, edition.code, edition.sha256, unit_id, period, scope)
    _describe(book, edition, identity)
    filing = Filing(
        book, edition, identity, unit_name, demonstration, values or Values(), previous or Values(), tuple(remarked),
    )  # fmt: skip
    forms = edition.forms_for(frequency)
    GuideSheet(filing, about or About(), tuple(remarked)).write(forms)
    choices = ChoiceLists(forms)
    plan = plan_of(edition, forms, filing.values, filing.by_rules, choices.sources, context)
    checks = CheckSheet(filing, plan)
    for form in forms:
        FormSheet(filing, choices, plan, checks, form).write()
    if edition.outline:
        filing.write_outline()
    filing.write_explanations(explanations or {}, warnings or {})
    choices.write(filing)
    if forms:
        checks.write()
    book.close()
    return buffer.getvalue()


def _describe(book: Workbook, edition: Edition, identity: WorkbookIdentity) -> None:
    """Properties; the day of creation is the edition's first, so that equal input gives equal bytes."""
    first_day = datetime.combine(edition.valid_from, time())
    book.set_properties({"title": edition.title.vi, "subject": edition.regime, "created": first_day})
    for name, text in identity.properties().items():
        book.set_custom_property(name, text, "text")
