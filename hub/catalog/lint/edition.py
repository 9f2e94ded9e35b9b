"""One edition: every check of its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from hub.catalog.draft import Draft
from hub.catalog.lint.bodies import body_problems
from hub.catalog.lint.dates import date_problems, unset_date_warnings
from hub.catalog.lint.forms import form_problems
from hub.catalog.lint.items import item_problems
from hub.catalog.lint.rules import rule_lint, unit_lint
from hub.catalog.samples import read_samples
from hub.catalog.shelf import Shelf
from hub.domain.series import series_problems


def edition_problems(draft: Draft, shelf: Shelf) -> Iterator[str]:
    """What must be mended before the edition is published, in the order of its files."""
    yield from item_problems(draft)
    yield from body_problems(draft, shelf.orgs)
    yield from date_problems(draft)
    yield from _series_problems(draft, shelf)
    yield from form_problems(draft, shelf.lists)
    yield from rule_lint(draft, shelf.latest)
    yield from read_samples(shelf.folders[draft.edition.key]).problems


def _series_problems(draft: Draft, shelf: Shelf) -> Iterator[str]:
    """What ``continues`` names on either side is there, and can be one series."""
    if draft.edition.continues:
        for problem in series_problems(draft.edition, shelf.before(draft.edition)):
            yield draft.regime.problem(["continues", problem.key], problem.message)


def edition_warnings(draft: Draft) -> Iterator[str]:
    """What a person should judge."""
    yield from unset_date_warnings(draft)
    yield from unit_lint(draft)
