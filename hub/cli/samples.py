"""``hub regime samples``: right and wrong sample reports of an edition, made for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from hub.catalog.naming import edition_named
from hub.cli import opened
from hub.cli.answers import say, say_next
from hub.demonstration.sample_files import sample_files
from hub.demonstration.samples import Proposal, propose


@click.command("samples")
@click.argument("edition")
@click.option("--write", is_flag=True, help="keep them in the edition's folder samples/")
def regime_samples(edition: str, write: bool) -> None:
    """Báo cáo mẫu đúng và sai / Right and wrong sample reports of EDITION (CODE or CODE/FIRST-DAY)."""
    catalog = opened.catalog()
    found = edition_named(catalog.editions, catalog.drafts, edition)
    proposal = propose(found, catalog.orgs)
    for name, right in proposal.right.items():
        cells = sum(map(len, _cells(right.body)))
        say(f"{name}: {right.body['period']}, {right.body['unit']}, {cells} ô / cells")
    for wrong in proposal.wrong:
        changes = ", ".join(f"{at} = {text!r}" for at, text in wrong.change.items())
        say(f"{wrong.name}: {changes} → {', '.join(f'{f.code} {f.address} {f.severity}' for f in wrong.findings)}")
    if proposal.unbroken:
        say(f"chưa có mẫu sai cho / no change broke: {', '.join(proposal.unbroken)}")
    if not write:
        say_next(f"hub regime samples {found.key} --write")
        return
    folder = Path(str(catalog.folders[found.key].place)) / "samples"
    written = write_samples(folder, proposal)
    say(*(f"đã ghi / written: {path}" for path in written))
    say_next(f"đọc lại các mẫu, rồi / read them, then: hub regime publish {found.key}")


def write_samples(folder: Path, proposal: Proposal) -> list[Path]:
    """The samples as files in the folder. Gives what was written."""
    folder.mkdir(exist_ok=True)
    written = []
    for name, text in sample_files(proposal).items():
        (folder / name).write_text(text, "utf-8")
        written.append(folder / name)
    return written


def _cells(body: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for form in body["forms"].values():
        yield form.get("cells", {})
        yield from form.get("records", ())
