"""Every table of the hub. Instants are aware UTC, kept as ISO text with microseconds: both databases order them alike.

``Version`` is the truth; ``aggregate`` may always be rebuilt; ``event`` is append-only and hash-chained.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

Instant = String(32)
"""``2026-11-22T03:04:05.123456+00:00``: sortable text, the same on both databases."""
Id = String(40)
Hash = String(64)

edition = Table(
    "edition", metadata,
    Column("key", String(120), primary_key=True),
    Column("regime", String(60), nullable=False),
    Column("code", String(20), nullable=False),
    Column("sha256", Hash, nullable=False),
    Column("first_used_at", Instant, nullable=False),
)  # fmt: skip

filing = Table(
    "filing", metadata,
    Column("id", Id, primary_key=True),
    Column("edition", String(120), ForeignKey("edition.key"), nullable=False),
    Column("regime", String(60), nullable=False),
    Column("unit_id", String(40), nullable=False),
    Column("unit_path", String(160), nullable=False),
    Column("level", String(20), nullable=False),
    Column("period", String(20), nullable=False),
    Column("frequency", String(20), nullable=False),
    Column("scope", String(10), nullable=False),
    Column("receiver_id", String(40), nullable=False),
    Column("window_start", String(10), nullable=False),
    Column("window_end", String(10), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closes_at", Instant),
    Column("state", String(12), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("version", Integer),
    Column("sent_version", Integer),
    Column("accepted_version", Integer),
    Column("first_sent_at", Instant),
    Column("last_sent_at", Instant),
    Column("resend_due", Instant),
    Column("excluded", Boolean, nullable=False, default=False),
    Column("excluded_reason", Text),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("edition", "unit_id", "period", "scope"),
    Index(None, "unit_path"),
    Index(None, "receiver_id", "state"),
    Index("ix_filing_campaign", "edition", "period", "state", "excluded", "due_at", "first_sent_at"),
    Index("ix_filing_tree", "edition", "period", "unit_path"),
    Index(
        "ix_filing_sent", "last_sent_at",
        sqlite_where=text("last_sent_at IS NOT NULL"), postgresql_where=text("last_sent_at IS NOT NULL"),
    ),
    Index(
        "ix_filing_returned", "resend_due",
        sqlite_where=text("state = 'returned'"), postgresql_where=text("state = 'returned'"),
    ),
    Index(
        "ix_filing_changed", "edition", "period", "changed_at",
        sqlite_where=text("first_sent_at IS NOT NULL OR excluded"),
        postgresql_where=text("first_sent_at IS NOT NULL OR excluded"),
    ),
)  # fmt: skip

campaign_call = Table(
    "campaign_call", metadata,
    Column("regime", String(60), primary_key=True),
    Column("period", String(20), primary_key=True),
    Column("edition", String(120), ForeignKey("edition.key"), nullable=False),
    Column("call_key", String(120), nullable=False),
    Column("window_start", String(10), nullable=False),
    Column("window_end", String(10), nullable=False),
    Column("dues", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("called_at", Instant, nullable=False),
    UniqueConstraint("regime", "call_key"),
    Index(None, "window_end"),
)  # fmt: skip
"""Thematic and ad hoc reports that were called for: their numbers, windows and deadlines come from here."""

submission_content = Table(
    "submission_content", metadata,
    Column("sha256", Hash, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
"""What was received, once for each distinct content; never changed."""

submission = Table(
    "submission", metadata,
    Column("id", Id, primary_key=True),
    Column("filing_id", Id, ForeignKey("filing.id")),
    Column("door", String(10), nullable=False),
    Column("via", String(60), nullable=False, default=""),
    Column("intent", String(10), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("unit_id", String(40), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("filename", String(255), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Hash, ForeignKey("submission_content.sha256"), nullable=False),
    Column("idempotency_key", String(200)),
    Column("credential", String(60), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("version", Integer),
    Column("receipt", LargeBinary, nullable=False),
    UniqueConstraint("credential", "idempotency_key"),
    Index(None, "filing_id", "received_at"),
    Index(None, "sha256"),
)  # fmt: skip


version = Table(
    "version", metadata,
    Column("filing_id", Id, ForeignKey("filing.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha256", Hash, nullable=False),
    Column("figures", LargeBinary, nullable=False),
    Column("presence", LargeBinary, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("findings", LargeBinary, nullable=False),
    Column("submission_id", Id, ForeignKey("submission.id"), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
)  # fmt: skip

standing = Table(
    "standing", metadata,
    Column("edition", String(120), ForeignKey("edition.key"), primary_key=True),
    Column("period", String(20), primary_key=True),
    Column("scope", String(10), primary_key=True),
    Column("unit_path", String(160), primary_key=True),
    Column("filing_id", Id, ForeignKey("filing.id"), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("version_sha256", Hash, nullable=False),
    Column("figures", LargeBinary, nullable=False),
    Column("presence", LargeBinary, nullable=False),
)  # fmt: skip
"""The accepted version in force of each filing, in the order a roll-up reads it: one campaign is one range of the key.

An ordinary table in SQLite: kept in the key's own tree, rows of this size would each need a page more.

Derived: written when a version is accepted, deleted when it is sent back or excluded, checked by ``hub verify``.
"""

explanation = Table(
    "explanation", metadata,
    Column("filing_id", Id, ForeignKey("filing.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("finding_key", String(300), primary_key=True),
    Column("text", Text, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip

decision = Table(
    "decision", metadata,
    Column("id", Id, primary_key=True),
    Column("filing_id", Id, ForeignKey("filing.id"), nullable=False),
    Column("version", Integer),
    Column("event", String(20), nullable=False),
    Column("from_state", String(12), nullable=False),
    Column("to_state", String(12), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("reason", Text),
    Column("resend_due", Instant),
    Column("at", Instant, nullable=False),
    Index(None, "filing_id", "at"),
)  # fmt: skip

aggregate = Table(
    "aggregate", metadata,
    Column("edition", String(120), ForeignKey("edition.key"), primary_key=True),
    Column("period", String(20), primary_key=True),
    Column("unit_id", String(40), primary_key=True),
    Column("run_id", Id, nullable=False),
    Column("figures", LargeBinary, nullable=False),
    Column("presence", LargeBinary, nullable=False),
    Column("contributors", LargeBinary, nullable=False),
    Column("coverage", Text, nullable=False),
    Column("lineage", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(8), nullable=False, server_default="full"),
    Index("ix_aggregate_made", "edition", "period", "kind", "at"),
)  # fmt: skip
"""``kind``: brought together in full, followed by the ``delta`` of decisions since, or in full after the cut-off."""

publication = Table(
    "publication", metadata,
    Column("id", Id, primary_key=True),
    Column("report", String(60), nullable=False),
    Column("period", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("note", Text),
    Column("manifest", Text, nullable=False),
    Column("manifest_sha256", Hash, nullable=False),
    UniqueConstraint("report", "period", "number"),
    UniqueConstraint("report", "period", "manifest_sha256"),
)  # fmt: skip

publication_file = Table(
    "publication_file", metadata,
    Column("publication_id", Id, ForeignKey("publication.id"), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("media_type", String(120), nullable=False),
    Column("sha256", Hash, nullable=False),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip

job_run = Table(
    "job_run", metadata,
    Column("job", String(60), primary_key=True),
    Column("occurrence", String(40), primary_key=True),
    Column("worker", String(80), nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", String(12)),
    Column("detail", Text),
    Index(None, "job", "claimed_at"),
)  # fmt: skip

connector_state = Table(
    "connector_state", metadata,
    Column("connector", String(60), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_error", Text),
)  # fmt: skip

event = Table(
    "event", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("unit_id", String(40), nullable=False),
    Column("ip", String(45), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object_type", String(20), nullable=False),
    Column("object_id", String(120), nullable=False),
    Column("result", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Hash, nullable=False),
    Column("hash", Hash, nullable=False, unique=True),
    Index(None, "object_type", "object_id"),
)  # fmt: skip

account = Table(
    "account", metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(80), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("unit_id", String(40), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("blocked_until", Instant),
    Column("last_sign_in", Instant),
    Column("created_at", Instant, nullable=False),
)  # fmt: skip

role_grant = Table(
    "role_grant", metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("unit_id", String(40), primary_key=True),
    Index(None, "unit_id"),
)  # fmt: skip

session = Table(
    "session", metadata,
    Column("token_sha256", Hash, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("ip", String(45), nullable=False),
    Index(None, "account_id"),
)  # fmt: skip

api_token = Table(
    "api_token", metadata,
    Column("id", Id, primary_key=True),
    Column("token_sha256", Hash, nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("last_used", Instant),
    Column("revoked_at", Instant),
)  # fmt: skip


# --- While a report is being made ------------------------------------------------------------------------------------

unsaved_field = Table(
    "unsaved_field", metadata,
    Column("filing_id", Id, ForeignKey("filing.id"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "filing_id", "serial"),
)  # fmt: skip
"""What somebody typed and no version holds yet, a field a row; ``serial`` grows with every change of the filing's."""

editor = Table(
    "editor", metadata,
    Column("filing_id", Id, ForeignKey("filing.id"), primary_key=True),
    Column("account_id", Id, primary_key=True),
    Column("seen_at", Instant, nullable=False),
)  # fmt: skip
"""Who has a filing open for entry, and when the hub last heard from them."""

remark = Table(
    "remark", metadata,
    Column("id", Id, primary_key=True),
    Column("filing_id", Id, ForeignKey("filing.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("audience", String(10), nullable=False),
    Column("version", Integer),
    Column("place", String(200), nullable=False),
    Column("parent_id", Id, ForeignKey("remark.id")),
    Column("account_id", Id, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", Id),
    Column("key", String(80), nullable=False),
    UniqueConstraint("filing_id", "key"),
    Index(None, "filing_id", "at"),
)  # fmt: skip
"""What people say about a report or one of its cells: comments, questions, points of a return, and answers to them."""

attachment = Table(
    "attachment", metadata,
    Column("id", Id, primary_key=True),
    Column("filing_id", Id, ForeignKey("filing.id"), nullable=False),
    Column("filename", String(255), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Hash, nullable=False),
    Column("state", String(12), nullable=False),
    Column("scanned", String(10), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("removed_at", Instant),
    UniqueConstraint("filing_id", "sha256"),
)  # fmt: skip
"""Files beside a report. ``state``: kept, quarantined (R06, until a person decides), released, refused or removed
(before ``removed_at`` was kept); ``scanned``: whole, part or not (a picture). The bytes of what is quarantined are in
``quarantine`` alone. ``removed_at``: taken off; what was sent before that still has the file."""

quarantine = Table(
    "quarantine", metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("filing_id", Id, ForeignKey("filing.id")),
    Column("filename", String(255), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Hash, nullable=False),
    Column("places", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", Instant),
    Column("reason", Text),
    Column("content", LargeBinary),
    Index(None, "state", "at"),
    Index(None, "sha256"),
)  # fmt: skip
"""What bears a secrecy mark (R06): an attachment or an arrival, held, released or refused by a person. ``content``
is here while it is held and nowhere else; on either decision it leaves this table. ``places`` says where, not what."""

# --- Steps, signatures, documents ------------------------------------------------------------------------------------

unit_steps = Table(
    "unit_steps", metadata,
    Column("unit_id", String(40), primary_key=True),
    Column("regime", String(60), primary_key=True),
    Column("steps", String(40), nullable=False),
    Column("separate", Boolean, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip
"""The sign-off steps that a unit adds to those of the edition (R24); ``regime`` empty: for all of its reports."""

signature = Table(
    "signature", metadata,
    Column("id", Id, primary_key=True),
    Column("filing_id", Id, ForeignKey("filing.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("version_sha256", Hash, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("sha256", Hash, ForeignKey("submission_content.sha256"), nullable=False),
    Column("signer", String(300), nullable=False),
    Column("subject", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("serial", String(80), nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("filing_id", "version", "sha256"),
)  # fmt: skip

report_document = Table(
    "report_document", metadata,
    Column("filing_id", Id, ForeignKey("filing.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("sha256", Hash, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip
"""A version as a document of official layout, made once and the same ever after: it is what is signed."""

rollup_source = Table(
    "rollup_source", metadata,
    Column("filing_id", Id, ForeignKey("filing.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("lineage", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip
"""The reports that a superior's roll-up was built from, and those missing or excluded (R27, R29)."""

# --- Between the unit and its receiver -------------------------------------------------------------------------------

unit_contact = Table(
    "unit_contact", metadata,
    Column("unit_id", String(40), primary_key=True),
    Column("regime", String(60), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("email", String(200), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip

reminder = Table(
    "reminder", metadata,
    Column("filing_id", Id, ForeignKey("filing.id"), primary_key=True),
    Column("occurrence", String(60), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip
"""Reminders that went out, each occurrence once: by the calendar (``before-5/2026-09-25``: the step and the last day)
or by a person."""

extension = Table(
    "extension", metadata,
    Column("id", Id, primary_key=True),
    Column("filing_id", Id, ForeignKey("filing.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("until", Instant, nullable=False),
    Column("due_before", Instant),
    Column("asked_reason", Text, nullable=False),
    Column("asked_by", Id),
    Column("asked_at", Instant),
    Column("reason", Text, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", Instant),
    Index(None, "filing_id"),
)  # fmt: skip
"""More time for one filing: asked for, granted or refused, each with its reason and an end.

``due_before``: the deadline that a granted one moved, so that the first one is never lost."""

upload = Table(
    "upload", metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("key", String(200), nullable=False),
    Column("filename", String(255), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Hash, ForeignKey("submission_content.sha256"), nullable=False),
    Column("intent", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("lease_until", Instant),
    Column("read_share", Integer, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("problem", Text),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("account_id", "key"),
    Index(None, "state"),
)  # fmt: skip
"""A file of many reports, taken in behind the page; ``read_share``: per cent of it that has been read."""

upload_report = Table(
    "upload_report", metadata,
    Column("upload_id", Id, ForeignKey("upload.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("member", String(255), nullable=False),
    Column("filing_id", Id),
    Column("verdict", String(10), nullable=False),
    Column("receipt", LargeBinary, nullable=False),
)  # fmt: skip

# --- Telling people --------------------------------------------------------------------------------------------------

profile = Table(
    "profile", metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True),
    Column("email", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("language", String(5), nullable=False),
    Column("toured_at", Instant),
    Column("changed_at", Instant, nullable=False),
)  # fmt: skip
"""What an account says of itself: where it is written to and in which language; whether it has seen the tour."""

notification = Table(
    "notification", metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("occurrence", String(160), nullable=False),
    Column("subject_vi", Text, nullable=False),
    Column("subject_en", Text, nullable=False),
    Column("body_vi", Text, nullable=False),
    Column("body_en", Text, nullable=False),
    Column("path", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    Column("mail", String(10), nullable=False),
    Column("mail_id", Id),
    UniqueConstraint("account_id", "occurrence"),
    Index(None, "account_id", "read_at"),
    Index("ix_notification_waiting", "mail", "mail_id", "account_id"),
)  # fmt: skip
"""One message to one person, once for each occurrence. ``mail``: none, at_once or digest."""

notification_choice = Table(
    "notification_choice", metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("mail", String(10), nullable=False),
)  # fmt: skip

mail = Table(
    "mail", metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("address", String(200), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("last_error", Text),
    Index(None, "state", "next_try_at"),
)  # fmt: skip
"""Letters on their way: waiting, sent, or dead after too many tries. A letter is written with what it tells of."""

export_job = Table(
    "export_job", metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("key", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("request", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("worker", String(80)),
    Column("lease_until", Instant),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("expires_at", Instant),
    Column("problem_vi", Text),
    Column("problem_en", Text),
    Column("name", String(160)),
    Column("media_type", String(120)),
    Column("sha256", Hash),
    Column("content", LargeBinary),
    UniqueConstraint("account_id", "key"),
    Index(None, "state", "created_at"),
)  # fmt: skip
"""A long export made in the background: waiting, working, done or failed. ``content`` goes at ``expires_at``."""

subscription = Table(
    "subscription", metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("report", String(60), nullable=False),
    Column("format", String(20), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("target", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("account_id", "report", "format", "channel", "target"),
)  # fmt: skip
"""Who wants each new edition of a national report, in which format, by which channel: mail or connector."""

delivery = Table(
    "delivery", metadata,
    Column("subscription_id", Id, ForeignKey("subscription.id"), primary_key=True),
    Column("publication_id", Id, ForeignKey("publication.id"), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("mail_id", Id),
    Column("last_error", Text),
    Index(None, "state", "next_try_at"),
    Index(None, "mail_id"),
)  # fmt: skip
"""One edition on its way to one subscriber: waiting, sent, dead, or dropped because they may not have it any more.

Once a pair, whatever happens twice. ``mail_id``: the letter that carries it.
"""

job_pause = Table(
    "job_pause", metadata,
    Column("job", String(60), primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
)  # fmt: skip
"""A job that stands still until somebody lets it go on. No row: it runs."""

job_request = Table(
    "job_request", metadata,
    Column("id", Id, primary_key=True),
    Column("job", String(60), nullable=False),
    Column("occurrence", String(40), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("taken_at", Instant),
    UniqueConstraint("job", "occurrence"),
    Index(None, "taken_at", "at"),
)  # fmt: skip
"""A run that somebody asked for: at once, or an occurrence that failed once more."""

publication_hold = Table(
    "publication_hold", metadata,
    Column("report", String(60), primary_key=True),
    Column("period", String(20), primary_key=True),
    Column("accepted", Integer, nullable=False),
    Column("obliged", Integer, nullable=False),
    Column("floor", String(20), nullable=False),
    Column("since", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("released_at", Instant),
    Column("released_by", Id),
    Column("note", Text),
)  # fmt: skip
"""A national report that waits while too few units are in it (``floor``: per cent), or until somebody lets it go."""

kpi_target = Table(
    "kpi_target", metadata,
    Column("id", Id, primary_key=True),
    Column("kpi_set", String(60), nullable=False),
    Column("kpi", String(60), nullable=False),
    Column("unit_id", String(40), nullable=False),
    Column("period", String(20), nullable=False),
    Column("value", String(60)),
    Column("note", Text),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_kpi_target_latest", "kpi_set", "kpi", "period", "unit_id", "at"),
)  # fmt: skip
"""A target as it was set; the latest counts, no value takes it back. ``unit_id`` empty: for every unit."""

kpi_value = Table(
    "kpi_value", metadata,
    Column("id", Id, primary_key=True),
    Column("kpi_set", String(60), nullable=False),
    Column("kpi", String(60), nullable=False),
    Column("breakdown", String(120), nullable=False),
    Column("unit_id", String(40), nullable=False),
    Column("period", String(20), nullable=False),
    Column("value", String(60)),
    Column("numerator", String(60)),
    Column("denominator", String(60)),
    Column("source", String(120), nullable=False),
    Column("message", String(180), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("message", "kpi_set", "kpi", "breakdown", "unit_id", "period"),
    Index("ix_kpi_value_latest", "kpi_set", "period", "kpi", "unit_id", "at"),
)  # fmt: skip
"""A value of a steering indicator that another system sent (packet 13); the latest counts, all are kept."""

kpi_alert = Table(
    "kpi_alert", metadata,
    Column("kpi_set", String(60), primary_key=True),
    Column("kpi", String(60), primary_key=True),
    Column("unit_id", String(40), primary_key=True),
    Column("period", String(20), primary_key=True),
    Column("light", String(10), nullable=False),
    Column("value", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
)  # fmt: skip
"""A steering indicator that crossed a threshold, and since when; said once to the roles that the set names."""
