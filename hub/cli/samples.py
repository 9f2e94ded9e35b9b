"""``hub regime samples``: right and wrong sample reports of an edition, made for a person to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from hub.catalog.load import load_catalog
from hub.cli.answers import say, say_next
from hub.demonstration.samples import Proposal, Wrong, propose
from hub.domain.regime import Edition
from hub.errors import NotFound


@click.command("samples")
@click.argument("edition")
@click.option("--write", is_flag=True, help="keep them in the edition's folder samples/")
def regime_samples(edition: str, write: bool) -> None:
    """Báo cáo mẫu đúng và sai / Right and wrong sample reports of EDITION (CODE or CODE/FIRST-DAY)."""
    catalog = load_catalog()
    found = edition_named(catalog.editions, catalog.drafts, edition)
    proposal = propose(found, catalog.orgs)
    for name, right in proposal.right.items():
        say(f"{name}: {right.body['period']}, {right.body['unit']}, {sum(map(len, _cells(right.body)))} cells")
    for wrong in proposal.wrong:
        changes = ", ".join(f"{at} = {text!r}" for at, text in wrong.change.items())
        say(f"{wrong.name}: {changes} → {', '.join(f'{f.code} {f.address} {f.severity}' for f in wrong.findings)}")
    if proposal.unbroken:
        say(f"not broken by any single change: {', '.join(proposal.unbroken)}")
    if not write:
        say_next(f"hub regime samples {found.key} --write")
        return
    folder = Path(str(catalog.root)) / "regimes" / found.regime / found.code / "samples"
    written = write_samples(folder, proposal)
    say(*(f"wrote {path}" for path in written))
    say_next("read them; then hub regime publish " + found.key)


def edition_named(editions: Mapping[str, Edition], drafts: Mapping[str, Edition], name: str) -> Edition:
    """The edition of a key, or the last one of a regime's code, in force or draft. NotFound if there is none."""
    if name in editions:
        return editions[name]
    if name in drafts:
        return drafts[name]
    of_code = sorted(key for key in {*editions, *drafts} if key.startswith(f"{name}/"))
    if not of_code:
        raise NotFound(f"Không có ấn bản {name}.", f"There is no edition {name}.")
    return edition_named(editions, drafts, of_code[-1])


def write_samples(folder: Path, proposal: Proposal) -> list[Path]:
    """The samples as files: one JSON report each, and ``invalid.yaml`` for the mistakes. Gives what was written."""
    folder.mkdir(exist_ok=True)
    written = []
    for name, right in proposal.right.items():
        path = folder / f"{name}.json"
        body = right.body | ({"before": {"prev": right.before}} if right.before else {})
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")
        written.append(path)
    path = folder / "invalid.yaml"
    path.write_text("invalid:\n" + "".join(_lines(proposal.wrong)), "utf-8")
    return [*written, path]


def _lines(wrong: tuple[Wrong, ...]) -> Iterator[str]:
    for each in wrong:
        change = ", ".join(f"{_quoted(at)}: {_text(text)}" for at, text in each.change.items())
        yield f"- name: {each.name}\n  of: {each.of}\n  set: {{{change}}}\n  findings:\n"
        for finding in each.findings:
            at = f", at: {_quoted(str(finding.address))}" if finding.address is not None else ""
            yield f"  - {{code: {finding.code}{at}, severity: {finding.severity}}}\n"


def _quoted(address: str) -> str:
    return json.dumps(address) if "[" in address or "*" in address else address


def _text(text: str | None) -> str:
    return "null" if text is None else json.dumps(text, ensure_ascii=False)


def _cells(body: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for form in body["forms"].values():
        yield form.get("cells", {})
        yield from form.get("records", ())
