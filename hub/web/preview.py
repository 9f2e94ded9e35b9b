"""The form of an edition as its reporters will see it, without a filing: in a page, or as a file that stands alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hub.domain.regime import Edition
from hub.domain.rule_browser import program
from hub.services.preview import SampleFiling, with_sound_rules
from hub.web import language
from hub.web.assets import assets
from hub.web.entry_form import blank_form
from hub.web.rendering import FIDELITY_NAMES, FILTERS, place, words

STYLES = ("bootstrap.min.css", "hub.css", "entry.css")
SCRIPTS = (
    "words.js", "rules.js", "judge.js", "cells.js", "undo.js", "grid.js", "records.js", "clipboard.js", "nil.js",
    "live.js", "mistakes.js", "cell_bar.js", "narrative.js",
)  # fmt: skip
"""What makes the form a spreadsheet; where there is no filing nothing is saved and there is no period before."""


def preview_parts(edition: Edition, sample: SampleFiling) -> Mapping[str, Any]:
    """What ``partials/preview.html`` shows: the empty form, and the rules that the page asks while somebody types."""
    frequency, edition = sample.period.frequency, with_sound_rules(edition)
    return {
        "edition": edition,
        "sample": sample,
        "form": blank_form(edition, frequency),
        "program": program(edition, frequency, None, language.chosen()),
        "PREVIEW_SCRIPTS": SCRIPTS[1:],
    }


def standalone(edition: Edition, sample: SampleFiling) -> bytes:
    """An HTML file that needs no server and fetches nothing: styles, rules and scripts stand in it."""
    environment = Environment(
        loader=PackageLoader("templates", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= FILTERS
    environment.globals |= {"words": words, "place": place}
    language.install(environment)
    text = environment.get_template("documents/preview.html").render(
        **preview_parts(edition, sample),
        FIDELITY=FIDELITY_NAMES,
        styles=[_static(name) for name in STYLES],
        scripts=[_static(name) for name in SCRIPTS],
    )
    return text.encode()


def _static(name: str) -> Markup:
    """A file of the hub's own, put into the page as it is."""
    return Markup(assets()[name].decode())  # noqa: S704
