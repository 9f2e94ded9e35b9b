"""The steering centre: exports, subscriptions, jobs that are held or asked for, steering indicators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_submission_sha256"), "submission", ["sha256"], unique=False)
    op.create_index(op.f("ix_filing_tree"), "filing", ["edition", "period", "unit_path"], unique=False)
    _index_where("ix_filing_sent", "last_sent_at", "last_sent_at IS NOT NULL")
    _index_where("ix_filing_returned", "resend_due", "state = 'returned'")
    op.add_column("attachment", sa.Column("removed_at", _string(32), nullable=True))
    op.add_column("aggregate", sa.Column("kind", _string(8), nullable=False, server_default="full"))
    op.create_table(
        "export_job",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("key", _string(80), nullable=False),
        sa.Column("kind", _string(20), nullable=False),
        sa.Column("request", _text(), nullable=False),
        sa.Column("state", _string(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("worker", _string(80), nullable=True),
        sa.Column("lease_until", _string(32), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", _string(32), nullable=False),
        sa.Column("finished_at", _string(32), nullable=True),
        sa.Column("expires_at", _string(32), nullable=True),
        sa.Column("problem_vi", _text(), nullable=True),
        sa.Column("problem_en", _text(), nullable=True),
        sa.Column("name", _string(160), nullable=True),
        sa.Column("media_type", _string(120), nullable=True),
        sa.Column("sha256", _string(64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_export_job_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_export_job_account_id_key")),
    )
    op.create_index(
        op.f("ix_export_job_state_export_job_created_at"), "export_job", ["state", "created_at"], unique=False
    )
    op.create_table(
        "subscription",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("report", _string(60), nullable=False),
        sa.Column("format", _string(20), nullable=False),
        sa.Column("channel", _string(10), nullable=False),
        sa.Column("target", _string(200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", _string(32), nullable=False),
        sa.Column("ended_at", _string(32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_subscription_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "account_id",
            "report",
            "format",
            "channel",
            "target",
            name=op.f("uq_subscription_account_id_report_format_channel_target"),
        ),
    )
    op.create_table(
        "delivery",
        sa.Column("subscription_id", _string(40), nullable=False),
        sa.Column("publication_id", _string(40), nullable=False),
        sa.Column("state", _string(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _string(32), nullable=False),
        sa.Column("sent_at", _string(32), nullable=True),
        sa.Column("mail_id", _string(40), nullable=True),
        sa.Column("last_error", _text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_delivery_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_delivery_subscription_id_subscription")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "publication_id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_mail_id"), "delivery", ["mail_id"], unique=False)
    op.create_index(op.f("ix_delivery_state_delivery_next_try_at"), "delivery", ["state", "next_try_at"], unique=False)
    op.create_table(
        "job_pause",
        sa.Column("job", _string(60), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("reason", _text(), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_pause")),
    )
    op.create_table(
        "job_request",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("job", _string(60), nullable=False),
        sa.Column("occurrence", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.Column("taken_at", _string(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_request")),
        sa.UniqueConstraint("job", "occurrence", name=op.f("uq_job_request_job_occurrence")),
    )
    op.create_index(op.f("ix_job_request_taken_at_job_request_at"), "job_request", ["taken_at", "at"], unique=False)
    op.create_table(
        "publication_hold",
        sa.Column("report", _string(60), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("obliged", sa.Integer(), nullable=False),
        sa.Column("floor", _string(20), nullable=False),
        sa.Column("since", _string(32), nullable=False),
        sa.Column("seen_at", _string(32), nullable=False),
        sa.Column("released_at", _string(32), nullable=True),
        sa.Column("released_by", _string(40), nullable=True),
        sa.Column("note", _text(), nullable=True),
        sa.PrimaryKeyConstraint("report", "period", name=op.f("pk_publication_hold")),
    )
    op.create_table(
        "kpi_target",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("kpi_set", _string(60), nullable=False),
        sa.Column("kpi", _string(60), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("value", _string(60), nullable=True),
        sa.Column("note", _text(), nullable=True),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_target")),
    )
    op.create_index(
        op.f("ix_kpi_target_latest"), "kpi_target", ["kpi_set", "kpi", "period", "unit_id", "at"], unique=False
    )
    op.create_table(
        "kpi_value",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("kpi_set", _string(60), nullable=False),
        sa.Column("kpi", _string(60), nullable=False),
        sa.Column("breakdown", _string(120), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("value", _string(60), nullable=True),
        sa.Column("numerator", _string(60), nullable=True),
        sa.Column("denominator", _string(60), nullable=True),
        sa.Column("source", _string(120), nullable=False),
        sa.Column("message", _string(180), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_value")),
        sa.UniqueConstraint(
            "message",
            "kpi_set",
            "kpi",
            "breakdown",
            "unit_id",
            "period",
            name=op.f("uq_kpi_value_message_kpi_set_kpi_breakdown_unit_id_period"),
        ),
    )
    op.create_index(
        op.f("ix_kpi_value_latest"), "kpi_value", ["kpi_set", "period", "kpi", "unit_id", "at"], unique=False
    )
    op.create_table(
        "kpi_alert",
        sa.Column("kpi_set", _string(60), nullable=False),
        sa.Column("kpi", _string(60), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("light", _string(10), nullable=False),
        sa.Column("value", _string(60), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.Column("ended_at", _string(32), nullable=True),
        sa.PrimaryKeyConstraint("kpi_set", "kpi", "unit_id", "period", name=op.f("pk_kpi_alert")),
    )


def _index_where(name: str, column: str, condition: str) -> None:
    """An index of the few filings that a page asks for."""
    where = sa.text(condition)
    op.create_index(op.f(name), "filing", [column], unique=False, sqlite_where=where, postgresql_where=where)


def _string(length: int) -> sa.types.TypeEngine[str]:
    """Text that sorts by its bytes on both databases, whatever the server's language."""
    return sa.String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


def _text() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
