"""Calls for thematic and ad hoc reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_call",
        sa.Column("regime", _string(60), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("edition", _string(120), nullable=False),
        sa.Column("call_key", _string(120), nullable=False),
        sa.Column("window_start", _string(10), nullable=False),
        sa.Column("window_end", _string(10), nullable=False),
        sa.Column("dues", _text(), nullable=False),
        sa.Column("units", _text(), nullable=False),
        sa.Column("reason", _text(), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("called_at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["edition.key"], name=op.f("fk_campaign_call_edition_edition")),
        sa.PrimaryKeyConstraint("regime", "period", name=op.f("pk_campaign_call")),
        sa.UniqueConstraint("regime", "call_key", name=op.f("uq_campaign_call_regime_call_key")),
    )
    op.create_index(op.f("ix_campaign_call_window_end"), "campaign_call", ["window_end"], unique=False)


def _string(length: int) -> sa.types.TypeEngine[str]:
    """Text that sorts by its bytes on both databases, whatever the server's language."""
    return sa.String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


def _text() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
