"""``hub …``: the operator's commands, each a few lines over a service. Every one says what it did and what comes next.

Bad input is answered in Vietnamese and English on standard error with exit code 2; what was found wrong gives 1.
"""

from __future__ import annotations

import click

from hub.cli import (
    backtesting,
    board,
    campaigns,
    drafting,
    editions,
    filings,
    history,
    jobs,
    kpis,
    mail,
    national,
    orgs,
    overlaps,
    people,
    previewing,
    publishing,
    regimes,
    running,
    samples,
    settings,
    trying,
    verification,
)
from hub.cli.answers import BilingualGroup


@click.group(cls=BilingualGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Hệ thống báo cáo quốc gia / The national reporting hub."""


for _command in (
    running.serve,
    running.demo,
    running.show_runs,
    running.collect,
    settings.show_config,
    orgs.orgs_group,
    regimes.regime_group,
    board.show_board,
    filings.open_filings,
    filings.submit,
    filings.template,
    campaigns.campaign_group,
    national.roll_up,
    national.publish,
    national.trace,
    editions.publication_group,
    editions.subscription_group,
    editions.deliver,
    kpis.kpi_group,
    verification.verify_all,
    verification.rebuild,
    verification.migrate,
    people.accounts_group,
    people.tokens_group,
    mail.mail_group,
    jobs.jobs_group,
    history.history_group,
):
    main.add_command(_command)

for _command in (
    backtesting.regime_backtest,
    drafting.regime_draft,
    overlaps.regime_overlaps,
    previewing.regime_preview,
    publishing.regime_diff,
    publishing.regime_publish,
    samples.regime_samples,
    trying.regime_try,
):
    regimes.regime_group.add_command(_command)
