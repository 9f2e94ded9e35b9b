"""What changed in a campaign since its aggregates were made is found without looking at all of its filings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counted = sa.text("first_sent_at IS NOT NULL OR excluded")
    op.create_index(
        op.f("ix_filing_changed"), "filing", ["edition", "period", "changed_at"], unique=False,
        sqlite_where=counted, postgresql_where=counted,
    )  # fmt: skip
    op.create_index(op.f("ix_aggregate_made"), "aggregate", ["edition", "period", "kind", "at"], unique=False)
