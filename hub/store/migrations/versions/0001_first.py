"""The first schema: every table, and the triggers that keep what was received and published as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("event", "version", "submission_content", "publication_file")
"""Rows here are never changed or deleted, whoever asks (P20, P21).

On PostgreSQL give the application's role no more than it needs as well:
``REVOKE UPDATE, DELETE, TRUNCATE ON event, version, submission_content, publication_file FROM <role>``.
"""


def upgrade() -> None:
    _create_tables()
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _string(length: int) -> sa.types.TypeEngine[str]:
    """Text that sorts by its bytes on both databases, whatever the server's language."""
    return sa.String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


def _text() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _create_tables() -> None:
    op.create_table(
        "account",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("username", _string(80), nullable=False),
        sa.Column("name", _string(200), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("password_hash", _string(200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", _string(32), nullable=True),
        sa.Column("last_sign_in", _string(32), nullable=True),
        sa.Column("created_at", _string(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "connector_state",
        sa.Column("connector", _string(60), nullable=False),
        sa.Column("cursor", _text(), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", _text(), nullable=True),
        sa.PrimaryKeyConstraint("connector", name=op.f("pk_connector_state")),
    )
    op.create_table(
        "edition",
        sa.Column("key", _string(120), nullable=False),
        sa.Column("regime", _string(60), nullable=False),
        sa.Column("code", _string(20), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("first_used_at", _string(32), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_edition")),
    )
    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("ip", _string(45), nullable=False),
        sa.Column("action", _string(40), nullable=False),
        sa.Column("object_type", _string(20), nullable=False),
        sa.Column("object_id", _string(120), nullable=False),
        sa.Column("result", _string(20), nullable=False),
        sa.Column("detail", _text(), nullable=False),
        sa.Column("previous", _string(64), nullable=False),
        sa.Column("hash", _string(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index(op.f("ix_event_object_type_event_object_id"), "event", ["object_type", "object_id"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("job", _string(60), nullable=False),
        sa.Column("occurrence", _string(40), nullable=False),
        sa.Column("worker", _string(80), nullable=False),
        sa.Column("claimed_at", _string(32), nullable=False),
        sa.Column("lease_until", _string(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("finished_at", _string(32), nullable=True),
        sa.Column("outcome", _string(12), nullable=True),
        sa.Column("detail", _text(), nullable=True),
        sa.PrimaryKeyConstraint("job", "occurrence", name=op.f("pk_job_run")),
    )
    op.create_index(op.f("ix_job_run_job_job_run_claimed_at"), "job_run", ["job", "claimed_at"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("report", _string(60), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_at", _string(32), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("note", _text(), nullable=True),
        sa.Column("manifest", _text(), nullable=False),
        sa.Column("manifest_sha256", _string(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "report", "period", "manifest_sha256", name=op.f("uq_publication_report_period_manifest_sha256")
        ),
        sa.UniqueConstraint("report", "period", "number", name=op.f("uq_publication_report_period_number")),
    )
    op.create_table(
        "submission_content",
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_submission_content")),
    )
    op.create_table(
        "aggregate",
        sa.Column("edition", _string(120), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("run_id", _string(40), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("presence", sa.LargeBinary(), nullable=False),
        sa.Column("contributors", sa.LargeBinary(), nullable=False),
        sa.Column("coverage", _text(), nullable=False),
        sa.Column("lineage", sa.LargeBinary(), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["edition.key"], name=op.f("fk_aggregate_edition_edition")),
        sa.PrimaryKeyConstraint("edition", "period", "unit_id", name=op.f("pk_aggregate")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("token_sha256", _string(64), nullable=False),
        sa.Column("name", _string(120), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("scopes", _string(200), nullable=False),
        sa.Column("created_at", _string(32), nullable=False),
        sa.Column("expires_at", _string(32), nullable=False),
        sa.Column("last_used", _string(32), nullable=True),
        sa.Column("revoked_at", _string(32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
    )
    op.create_table(
        "filing",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("edition", _string(120), nullable=False),
        sa.Column("regime", _string(60), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("unit_path", _string(160), nullable=False),
        sa.Column("level", _string(20), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("frequency", _string(20), nullable=False),
        sa.Column("scope", _string(10), nullable=False),
        sa.Column("receiver_id", _string(40), nullable=False),
        sa.Column("window_start", _string(10), nullable=False),
        sa.Column("window_end", _string(10), nullable=False),
        sa.Column("due_at", _string(32), nullable=False),
        sa.Column("closes_at", _string(32), nullable=True),
        sa.Column("state", _string(12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("sent_version", sa.Integer(), nullable=True),
        sa.Column("accepted_version", sa.Integer(), nullable=True),
        sa.Column("first_sent_at", _string(32), nullable=True),
        sa.Column("last_sent_at", _string(32), nullable=True),
        sa.Column("resend_due", _string(32), nullable=True),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("excluded_reason", _text(), nullable=True),
        sa.Column("opened_at", _string(32), nullable=False),
        sa.Column("changed_at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["edition.key"], name=op.f("fk_filing_edition_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint(
            "edition", "unit_id", "period", "scope", name=op.f("uq_filing_edition_unit_id_period_scope")
        ),
    )
    op.create_index(
        op.f("ix_filing_edition_filing_period_filing_state"), "filing", ["edition", "period", "state"], unique=False
    )
    op.create_index(op.f("ix_filing_receiver_id_filing_state"), "filing", ["receiver_id", "state"], unique=False)
    op.create_index(op.f("ix_filing_unit_path"), "filing", ["unit_path"], unique=False)
    op.create_table(
        "publication_file",
        sa.Column("publication_id", _string(40), nullable=False),
        sa.Column("name", _string(120), nullable=False),
        sa.Column("media_type", _string(120), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_file_publication_id_publication")
        ),
        sa.PrimaryKeyConstraint("publication_id", "name", name=op.f("pk_publication_file")),
    )
    op.create_table(
        "role_grant",
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("role", _string(20), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "role", "unit_id", name=op.f("pk_role_grant")),
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", _string(64), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("csrf", _string(64), nullable=False),
        sa.Column("created_at", _string(32), nullable=False),
        sa.Column("last_seen", _string(32), nullable=False),
        sa.Column("ends_at", _string(32), nullable=False),
        sa.Column("ip", _string(45), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id_account")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("event", _string(20), nullable=False),
        sa.Column("from_state", _string(12), nullable=False),
        sa.Column("to_state", _string(12), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("reason", _text(), nullable=True),
        sa.Column("resend_due", _string(32), nullable=True),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_decision_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_filing_id_decision_at"), "decision", ["filing_id", "at"], unique=False)
    op.create_table(
        "explanation",
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("finding_key", _string(300), nullable=False),
        sa.Column("text", _text(), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_explanation_filing_id_filing")),
        sa.PrimaryKeyConstraint("filing_id", "version", "finding_key", name=op.f("pk_explanation")),
    )
    op.create_table(
        "standing",
        sa.Column("edition", _string(120), nullable=False),
        sa.Column("period", _string(20), nullable=False),
        sa.Column("scope", _string(10), nullable=False),
        sa.Column("unit_path", _string(160), nullable=False),
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_sha256", _string(64), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("presence", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["edition.key"], name=op.f("fk_standing_edition_edition")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_standing_filing_id_filing")),
        sa.PrimaryKeyConstraint("edition", "period", "scope", "unit_path", name=op.f("pk_standing")),
        sa.UniqueConstraint("filing_id", name=op.f("uq_standing_filing_id")),
    )
    op.create_table(
        "submission",
        sa.Column("id", _string(40), nullable=False),
        sa.Column("filing_id", _string(40), nullable=True),
        sa.Column("door", _string(10), nullable=False),
        sa.Column("via", _string(60), nullable=False),
        sa.Column("intent", _string(10), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("unit_id", _string(40), nullable=False),
        sa.Column("received_at", _string(32), nullable=False),
        sa.Column("filename", _string(255), nullable=False),
        sa.Column("media_type", _string(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("idempotency_key", _string(200), nullable=True),
        sa.Column("credential", _string(60), nullable=False),
        sa.Column("verdict", _string(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_submission_filing_id_filing")),
        sa.ForeignKeyConstraint(
            ["sha256"], ["submission_content.sha256"], name=op.f("fk_submission_sha256_submission_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("credential", "idempotency_key", name=op.f("uq_submission_credential_idempotency_key")),
    )
    op.create_index(
        op.f("ix_submission_filing_id_submission_received_at"), "submission", ["filing_id", "received_at"], unique=False
    )
    op.create_table(
        "version",
        sa.Column("filing_id", _string(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", _string(64), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("presence", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("submission_id", _string(40), nullable=False),
        sa.Column("account_id", _string(40), nullable=False),
        sa.Column("created_at", _string(32), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_version_filing_id_filing")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_version_submission_id_submission")),
        sa.PrimaryKeyConstraint("filing_id", "number", name=op.f("pk_version")),
    )
