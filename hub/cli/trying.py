"""``hub regime try``: a dry run of a file against editions in force or drafts; nothing is stored."""

from __future__ import annotations

from pathlib import Path

import click

from hub.catalog.catalog import Catalog
from hub.catalog.naming import edition_named, edition_said
from hub.cli import opened
from hub.cli.answers import json_option, say_both, say_json, say_next, say_table
from hub.domain.regime import Edition
from hub.services.preview import with_sound_rules
from hub.services.trial import Trial, Which, try_file


@click.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--edition", help="judge every report of the file by this edition (CODE or CODE/FIRST-DAY)")
@json_option
@click.pass_context
def regime_try(context: click.Context, file: Path, edition: str | None, as_json: bool) -> None:
    """Thử một tệp báo cáo mà không lưu / Dry run of a file of reports: what the hub would say of it."""
    catalog = opened.catalog()
    which = (
        _always(with_sound_rules(edition_named(catalog.editions, catalog.drafts, edition)))
        if edition
        else _as_said(catalog)
    )
    trials = list(try_file(which, file.read_bytes(), file.name))
    if as_json:
        say_json([_facts(trial) for trial in trials])
    else:
        for trial in trials:
            _tell(trial)
        wrong = "sửa tệp, hoặc sửa ấn bản / correct the file, or the edition"
        say_next(f"hub submit {file}" if _all_right(trials) else wrong)
    context.exit(0 if _all_right(trials) else 1)


def _all_right(trials: list[Trial]) -> bool:
    return all(trial.could_be_sent for trial in trials)


def _always(edition: Edition) -> Which:
    return lambda _: edition


def _as_said(catalog: Catalog) -> Which:
    """By the edition in force at the end of the period that the document names; else the regime's last draft."""
    return lambda said: edition_said(catalog.regimes, catalog.drafts, said)


def _tell(trial: Trial) -> None:
    said = trial.identity
    vi, en = _verdict(trial)
    key, found = trial.edition.key if trial.edition else "?", len(trial.findings)
    say_both(f"{said.unit or '?'} {said.period or '?'} {key}: {vi}, {found} phát hiện", f"{en}, {found} findings")
    say_table(
        ("severity", "code", "address", "where", "found", "message"),
        [
            (f.severity, f.code, f.address or "", f.place.describe(), f.found or "", f"{f.message_vi} / {f.message_en}")
            for f in trial.findings
        ],
    )


def _verdict(trial: Trial) -> tuple[str, str]:
    if trial.could_be_sent:
        return "gửi được", "could be sent"
    return ("chưa gửi được", "not to be sent yet") if trial.makes_version else ("bị từ chối", "refused")


def _facts(trial: Trial) -> dict[str, object]:
    said = trial.identity
    return {
        "unit": said.unit,
        "period": said.period,
        "edition": trial.edition.key if trial.edition else None,
        "makes_version": trial.makes_version,
        "could_be_sent": trial.could_be_sent,
        "findings": [finding.as_json() for finding in trial.findings],
    }
