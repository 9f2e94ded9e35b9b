"""Entry, signatures, review and telling people: what a deadline night and an officer's morning need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsaved_field",
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("name", _string(200), nullable=False),
        sa.Column("text", _text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_unsaved_field_filing_id_filing")),
        sa.PrimaryKeyConstraint("filing_id", "name", name=op.f("pk_unsaved_field")),
    )
    op.create_index(
        op.f("ix_unsaved_field_filing_id_unsaved_field_serial"), "unsaved_field", ["filing_id", "serial"], unique=False
    )
    op.create_table(
        "editor",
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("seen_at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_editor_filing_id_filing")),
        sa.PrimaryKeyConstraint("filing_id", "account_id", name=op.f("pk_editor")),
    )
    op.create_table(
        "remark",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("kind", _string(12), nullable=False),
        sa.Column("audience", _string(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("place", _string(200), nullable=False),
        sa.Column("parent_id", _string(40), nullable=True),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("text", _text(), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.Column("settled_at", _string(32), nullable=True),
        sa.Column("settled_by", _string(40), nullable=True),
        sa.Column("key", _string(80), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_remark_filing_id_filing")),
        sa.ForeignKeyConstraint(["parent_id"], ["remark.id"], name=op.f("fk_remark_parent_id_remark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sa.UniqueConstraint("filing_id", "key", name=op.f("uq_remark_filing_id_key")),
    )
    op.create_index(op.f("ix_remark_filing_id_remark_at"), "remark", ["filing_id", "at"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("filename", _string(255), nullable=False),
        sa.Column("media_type", _string(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("state", _string(12), nullable=False),
        sa.Column("scanned", _string(10), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_attachment_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("filing_id", "sha256", name=op.f("uq_attachment_filing_id_sha256")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("kind", _string(12), nullable=False),
        sa.Column("filing_id", _string(40), nullable=True),
        sa.Column("filename", _string(255), nullable=False),
        sa.Column("media_type", _string(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("places", _text(), nullable=False),
        sa.Column("state", _string(12), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.Column("decided_by", _string(40), nullable=True),
        sa.Column("decided_at", _string(32), nullable=True),
        sa.Column("reason", _text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_quarantine_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_sha256"), "quarantine", ["sha256"], unique=False)
    op.create_index(op.f("ix_quarantine_state_quarantine_at"), "quarantine", ["state", "at"], unique=False)
    op.create_table(
        "unit_steps",
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("regime", _string(60), nullable=False),
        sa.Column("steps", _string(40), nullable=False),
        sa.Column("separate", sa.Boolean(), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "regime", name=op.f("pk_unit_steps")),
    )
    op.create_table(
        "signature",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_sha256", _string(64), nullable=False),
        sa.Column("kind", _string(10), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("signer", _string(300), nullable=False),
        sa.Column("subject", _text(), nullable=False),
        sa.Column("issuer", _text(), nullable=False),
        sa.Column("serial", _string(80), nullable=False),
        sa.Column("signed_at", _string(32), nullable=False),
        sa.Column("verdict", _text(), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_signature_filing_id_filing")),
        sa.ForeignKeyConstraint(
            ["sha256"], ["submission_content.sha256"], name=op.f("fk_signature_sha256_submission_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("filing_id", "version", "sha256", name=op.f("uq_signature_filing_id_version_sha256")),
    )
    op.create_table(
        "report_document",
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", _string(10), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_report_document_filing_id_filing")),
        sa.PrimaryKeyConstraint("filing_id", "version", "kind", name=op.f("pk_report_document")),
    )
    op.create_table(
        "rollup_source",
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lineage", sa.LargeBinary(), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_rollup_source_filing_id_filing")),
        sa.PrimaryKeyConstraint("filing_id", "version", name=op.f("pk_rollup_source")),
    )
    op.create_table(
        "unit_contact",
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("regime", _string(60), nullable=False),
        sa.Column("name", _string(200), nullable=False),
        sa.Column("title", _string(200), nullable=False),
        sa.Column("phone", _string(40), nullable=False),
        sa.Column("email", _string(200), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "regime", name=op.f("pk_unit_contact")),
    )
    op.create_table(
        "reminder",
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("occurrence", _string(60), nullable=False),
        sa.Column("kind", _string(12), nullable=False),
        sa.Column("text", _text(), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_reminder_filing_id_filing")),
        sa.PrimaryKeyConstraint("filing_id", "occurrence", name=op.f("pk_reminder")),
    )
    op.create_table(
        "extension",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("state", _string(10), nullable=False),
        sa.Column("until", _string(32), nullable=False),
        sa.Column("due_before", _string(32), nullable=True),
        sa.Column("asked_reason", _text(), nullable=False),
        sa.Column("asked_by", _string(40), nullable=True),
        sa.Column("asked_at", _string(32), nullable=True),
        sa.Column("reason", _text(), nullable=False),
        sa.Column("decided_by", _string(40), nullable=True),
        sa.Column("decided_at", _string(32), nullable=True),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_extension_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_filing_id"), "extension", ["filing_id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("key", _string(200), nullable=False),
        sa.Column("filename", _string(255), nullable=False),
        sa.Column("media_type", _string(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("intent", _string(10), nullable=False),
        sa.Column("state", _string(10), nullable=False),
        sa.Column("lease_until", _string(32), nullable=True),
        sa.Column("read_share", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("problem", _text(), nullable=True),
        sa.Column("created_at", _string(32), nullable=False),
        sa.Column("finished_at", _string(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"], ["submission_content.sha256"], name=op.f("fk_upload_sha256_submission_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_upload_account_id_key")),
    )
    op.create_index(op.f("ix_upload_state"), "upload", ["state"], unique=False)
    op.create_table(
        "upload_report",
        sa.Column("upload_id", _string(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member", _string(255), nullable=False),
        sa.Column("filing_id", _string(40), nullable=True),
        sa.Column("verdict", _string(10), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_report_upload_id_upload")),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_upload_report")),
    )
    op.create_table(
        "profile",
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("email", _string(200), nullable=False),
        sa.Column("phone", _string(40), nullable=False),
        sa.Column("language", _string(5), nullable=False),
        sa.Column("toured_at", _string(32), nullable=True),
        sa.Column("changed_at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_profile_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_profile")),
    )
    op.create_table(
        "notification",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("kind", _string(20), nullable=False),
        sa.Column("occurrence", _string(160), nullable=False),
        sa.Column("subject_vi", _text(), nullable=False),
        sa.Column("subject_en", _text(), nullable=False),
        sa.Column("body_vi", _text(), nullable=False),
        sa.Column("body_en", _text(), nullable=False),
        sa.Column("path", _string(200), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.Column("read_at", _string(32), nullable=True),
        sa.Column("mail", _string(10), nullable=False),
        sa.Column("mail_id", _string(40), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notification_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("account_id", "occurrence", name=op.f("uq_notification_account_id_occurrence")),
    )
    op.create_index(
        op.f("ix_notification_account_id_notification_read_at"), "notification", ["account_id", "read_at"], unique=False
    )
    op.create_index(op.f("ix_notification_waiting"), "notification", ["mail", "mail_id", "account_id"], unique=False)
    op.create_table(
        "notification_choice",
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("kind", _string(20), nullable=False),
        sa.Column("mail", _string(10), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notification_choice_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "mail",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("address", _string(200), nullable=False),
        sa.Column("subject", _text(), nullable=False),
        sa.Column("body", _text(), nullable=False),
        sa.Column("state", _string(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _string(32), nullable=False),
        sa.Column("created_at", _string(32), nullable=False),
        sa.Column("sent_at", _string(32), nullable=True),
        sa.Column("last_error", _text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(op.f("ix_mail_state_mail_next_try_at"), "mail", ["state", "next_try_at"], unique=False)
    op.create_index(op.f("ix_role_grant_unit_id"), "role_grant", ["unit_id"], unique=False)
    # All that counting a campaign asks for, so that it need not look at the filings themselves.
    op.create_index(
        op.f("ix_filing_campaign"), "filing", ["edition", "period", "state", "excluded", "due_at", "first_sent_at"],
        unique=False,
    )  # fmt: skip
    op.drop_index(op.f("ix_filing_edition_filing_period_filing_state"), table_name="filing")


def _string(length: int) -> sa.types.TypeEngine[str]:
    """Text that sorts by its bytes on both databases, whatever the server's language."""
    return sa.String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


def _text() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
