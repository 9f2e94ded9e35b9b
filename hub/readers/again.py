"""Values back to a Reading: what is stored can be checked again with the rules of its edition."""

from __future__ import annotations

from hub.domain.envelope import RawForm, Reading
from hub.domain.regime import Edition
from hub.domain.values import Values


def reading_of(edition: Edition, values: Values) -> Reading:
    """A canonical reading that checks to exactly these values. Reading, checking and storing again changes nothing."""
    forms = {
        code: RawForm(cells=dict(form.cells), records=[dict(record) for record in form.records], nil=form.nil)
        for code, form in values.forms.items()
    }
    return Reading("json", "canonical", forms=forms, outline=dict(values.outline))
