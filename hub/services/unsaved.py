"""What people are typing: kept as it is typed, told to who else is at the same report, and settled by a new version.

A field stands in one of three ways. *Laid over*: typed over the present version and different from it. *Aside*: typed
over an earlier version, and a newer one has since put something else there; it is offered, never laid over. *Settled*:
it says what the version says. Nothing here judges a value: that is done when a version is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qsl

from hub.domain.access import Actor
from hub.domain.envelope import Envelope
from hub.domain.field_texts import FieldTexts, alike, may_be_kept, texts_of
from hub.domain.filing import FilingRow
from hub.domain.interchange import nil_field
from hub.domain.marked_words import may_be_asked
from hub.domain.regime import Edition
from hub.domain.secrecy import has_mark
from hub.domain.values import from_canonical
from hub.domain.workflow import next_state
from hub.errors import BadRequest, Conflict, Forbidden, NotFound, Refused
from hub.services import moves, on_behalf
from hub.services.core import Core
from hub.services.filings import FilingView
from hub.services.seeing import sees
from hub.store import accounts, filings, versions
from hub.store import unsaved as store
from hub.store.database import Connection
from hub.store.unsaved import UnsavedRow

MOST_CHANGES = 8_000
MOST_ROWS = 40_000
HERE = timedelta(seconds=60)
"""Who was heard of within this time counts as being at the report now."""
_HEARD = timedelta(seconds=10)
_KEPT = timedelta(days=1)
_DONE = frozenset({"accepted", "aggregated", "finalized"})


class Locked(Conflict):
    """The report's state does not allow entry now; the messages say which state it is in."""

    code = "locked"


@dataclass(frozen=True, slots=True)
class Change:
    """A field's new text, and the text it had when the person began to change it."""

    text: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A field's text, who put it there and when. ``mine``: the asker did."""

    text: str
    by: str
    at: datetime
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What stands unsaved at one moment: laid over the version, and aside. ``serial``: that of the latest change."""

    serial: int = 0
    fields: Mapping[str, Told] = field(default_factory=dict)
    aside: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noted:
    """The answer to an autosave.

    ``conflicts``: what somebody else put there meanwhile, nothing was stored; ``others``: what changed since ``seen``.
    """

    serial: int
    version: int
    state: str
    editors: tuple[str, ...]
    others: Mapping[str, Told]
    saved: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    conflicts: Mapping[str, Told] = field(default_factory=dict)


# --- while a person types --------------------------------------------------------------------------------------------


def note(
    core: Core, actor: Actor, filing_id: str, *, version: int, seen: int, changes: Mapping[str, Change], now: datetime
) -> Noted:
    """The changes are stored, all but those that clash with what somebody else typed or saved meanwhile.

    ``version``: what the page was drawn from; ``seen``: the serial it knows. The same changes twice change nothing
    more. Without changes it only says who is here and what is new. NotFound, Forbidden, Locked, BadRequest.
    """
    if len(changes) > MOST_CHANGES:
        raise BadRequest("Quá nhiều ô trong một lần lưu.", "Too many fields at once.")
    if not changes:
        return _listen(core, actor, filing_id, version, seen, now)
    with core.database.write() as connection:
        desk = _Desk.locked(core, connection, actor, filing_id, now)
        store.note_editor(connection, filing_id, actor.account_id, now)
        verdicts = {name: desk.judge(name, change, version) for name, change in changes.items()}
        desk.put({name: changes[name].text for name, verdict in verdicts.items() if verdict == "new"}, now)
        refused = tuple(name for name, verdict in verdicts.items() if verdict == "refused")
        clashing = {name: desk.told(name) for name, verdict in verdicts.items() if verdict == "clash"}
        saved = tuple(name for name in changes if name not in clashing and name not in refused)
        answer = desk.answer(version, seen, set(changes), now)
        return replace(answer, saved=saved, refused=refused, conflicts=clashing)


def _listen(core: Core, actor: Actor, filing_id: str, version: int, seen: int, now: datetime) -> Noted:
    with core.database.read() as connection:
        desk = _Desk.seen(core, connection, actor, filing_id, now)
        answer = desk.answer(version, seen, set(), now)
        known = {account: at for account, _, at in store.editors(connection, filing_id, now - HERE)}
    if now - known.get(actor.account_id, now - HERE) >= _HEARD:
        with core.database.write() as connection:
            store.note_editor(connection, filing_id, actor.account_id, now)
    return answer


def everything(core: Core, actor: Actor, filing_id: str, now: datetime) -> tuple[Unsaved, Noted]:
    """All that stands unsaved, and who is here. NotFound, Forbidden; also of a report that may not be edited now."""
    with core.database.read() as connection:
        desk = _Desk.seen(core, connection, actor, filing_id, now, must_be_open=False)
        return desk.standing(), desk.answer(desk.number, desk.serial, set(), now)


def of_view(core: Core, actor: Actor, view: FilingView) -> tuple[Unsaved, FieldTexts]:
    """What stands unsaved over a view, with the view's own texts; nothing for who may not edit the filing."""
    rows: list[UnsavedRow] = []
    with core.database.read() as connection:
        if on_behalf.may(core, connection, actor, "edit", view.row):
            rows = store.of_filing(connection, view.row.id)
    if not rows:
        return Unsaved(), FieldTexts(view.edition)
    own = texts_of(view.edition, view.values, view.explanations)
    return _standing(rows, own, view.row.version or 0, actor), own


def discard(core: Core, actor: Actor, filing_id: str, now: datetime) -> int:
    """Every field says again what the version says, also those aside; how many did not. The audit line counts them."""
    with core.database.write() as connection:
        desk = _Desk.locked(core, connection, actor, filing_id, now)
        left = desk.standing()
        names = {*left.fields, *left.aside}
        if names:
            desk.put({name: desk.own.text(name) for name in names}, now)
            detail = {"fields": len(names), "version": desk.number}
            moves.tell(connection, actor, "discard_unsaved", "filing", filing_id, now, detail)
        return len(names)


def use(core: Core, actor: Actor, filing_id: str, names: Iterable[str], now: datetime) -> int:
    """Texts that were aside are laid over the present version; how many."""
    with core.database.write() as connection:
        desk = _Desk.locked(core, connection, actor, filing_id, now)
        wanted = {name: told.text for name, told in desk.standing().aside.items() if name in set(names)}
        desk.put(wanted, now)
        return len(wanted)


def sweep(core: Core, now: datetime) -> int:
    """Take away what stands unsaved on reports that were accepted more than a day ago; how many rows."""
    with core.database.write() as connection:
        return store.sweep(connection, now - _KEPT, _DONE)


# --- when a version is made, inside the transaction that makes it ----------------------------------------------------


def posted_texts(envelope: Envelope) -> dict[str, str]:
    """The fields of a posted entry form; the first of several of one name, as its reader takes them."""
    pairs = parse_qsl(envelope.content.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(reversed(pairs))


def settle(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, number: int, envelope: Envelope,
    now: datetime,
) -> None:  # fmt: skip
    """Version ``number`` of the filing was just made of an envelope, over ``row.version``.

    Settled is what says the same as the new version, and what the posting page knew of and posted otherwise. What
    others typed meanwhile stays laid over where the version left their field alone, and is put aside where it did not.
    A file speaks for every field: whatever differs from it is put aside.
    """
    rows = store.of_filing(connection, row.id)
    if not rows:
        return
    old = text_of_version(connection, edition, row.id, row.version)
    new = text_of_version(connection, edition, row.id, number)
    settling = _Settling(actor, old, new, row.version or 0, number, envelope)
    store.put(connection, row.id, [changed for each in rows if (changed := settling.after(each)) is not each])


@dataclass(frozen=True, slots=True)
class _Settling:
    actor: Actor
    old: FieldTexts
    new: FieldTexts
    before: int
    number: int
    envelope: Envelope

    def after(self, row: UnsavedRow) -> UnsavedRow:
        """The row as it stands once the new version is there; the same object where nothing changes."""
        if self.new.holds(row.name, row.text):
            return self._over(row, row.text)
        if self.old.holds(row.name, row.text) or self._was_answered(row):
            return self._over(row, self.new.text(row.name))
        if self.envelope.door == "docx" and self.new.holds(row.name, self.old.text(row.name)):
            return self._over(row, row.text) if row.base_version >= self.before else row  # it speaks of no figure
        if self.envelope.door != "form":
            return replace(row, base_version=min(row.base_version, self.number - 1))
        untouched = self.new.holds(row.name, self.old.text(row.name))
        return self._over(row, row.text) if row.base_version >= self.before and untouched else row

    def _over(self, row: UnsavedRow, text: str) -> UnsavedRow:
        return row if (row.text, row.base_version) == (text, self.number) else replace(
            row, text=text, base_version=self.number
        )  # fmt: skip

    def _was_answered(self, row: UnsavedRow) -> bool:
        """The page that posted showed this text and posted another, or its own author now saved another."""
        if self.envelope.door != "form":
            return False
        if row.account_id == self.actor.account_id and not self.new.holds(row.name, self.old.text(row.name)):
            return True
        return row.serial <= self.envelope.seen_serial and row.base_version >= self.before


def hold_posted(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, envelope: Envelope, now: datetime
) -> None:
    """Keep what a form posted that was refused; a file is kept as it came and stands in no field.

    Words with a secrecy mark are kept in no field either, not even where they stood before (R06).
    """
    if envelope.door == "form":
        texts = posted_texts(envelope)
        marked = {name for name, text in texts.items() if is_marked(edition, name, text)}
        hold(
            connection, actor, row, edition, {name: text for name, text in texts.items() if name not in marked},
            envelope.seen_serial, now,
        )  # fmt: skip
        store.forget_fields(connection, row.id, marked)


def is_marked(edition: Edition, name: str, text: str) -> bool:
    """True for a field whose text bears a secrecy mark, unless its column asks how secret something is."""
    if not has_mark(text):
        return False
    kind, _, rest = name.partition(".")
    return kind not in {"cell", "rec"} or not may_be_asked(edition, rest.partition(".")[0], name.rpartition(".")[2])


def forget(connection: Connection, actor: Actor, filing_id: str | None) -> None:
    """Nothing that the actor typed into the filing is kept: its sender calls it secret (R06)."""
    if filing_id is not None:
        store.forget(connection, filing_id, actor.account_id)


def hold(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, texts: Mapping[str, str], seen: int,
    now: datetime, *, aside: Mapping[str, int] | None = None,
) -> None:  # fmt: skip
    """Keep what was posted and made no version: nothing typed is lost with the page (P25).

    ``seen``: the serial the page knew; what somebody else typed since stays theirs. ``aside``: fields that clash with
    the present version, by the version they were typed over.
    """
    own = text_of_version(connection, edition, row.id, row.version)
    desk = _Desk(connection, actor, row, edition, own, store.of_filing(connection, row.id))
    blank = {nil_field(form.code): "" for form in edition.forms}
    kept = {name: text for name, text in (blank | dict(texts)).items() if desk.differs(name, text, seen)}
    desk.put(kept, now, aside or {})


def known_serial(core: Core, actor: Actor, filing_id: str, seen: int) -> int:
    """The latest serial up to which a page that knew ``seen`` has seen everything that other people typed."""
    with core.database.read() as connection:
        rows = store.of_filing(connection, filing_id)
    foreign = [row.serial for row in rows if row.serial > seen and row.account_id != actor.account_id]
    return min(foreign) - 1 if foreign else max((row.serial for row in rows), default=seen)


# --- one filing's desk -----------------------------------------------------------------------------------------------

Verdict = Literal["new", "same", "clash", "refused"]


@dataclass(slots=True)
class _Desk:
    """A filing under the hands of those who fill it: its version's own texts and the rows over them."""

    connection: Connection
    actor: Actor
    row: FilingRow
    edition: Edition
    own: FieldTexts
    rows: list[UnsavedRow]

    @classmethod
    def locked(cls, core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime) -> _Desk:
        """Held against other writers, and open for entry by the actor."""
        return cls._of(core, connection, actor, filings.lock(connection, filing_id), now, must_be_open=True)

    @classmethod
    def seen(
        cls, core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime, must_be_open: bool = True
    ) -> _Desk:
        row = filings.get(connection, filing_id)
        return cls._of(core, connection, actor, row, now, must_be_open=must_be_open)

    @classmethod
    def _of(
        cls, core: Core, connection: Connection, actor: Actor, row: FilingRow | None, now: datetime, must_be_open: bool
    ) -> _Desk:
        if row is None or not sees(core, connection, actor, row, now):
            raise NotFound
        if not on_behalf.may(core, connection, actor, "edit", row):
            raise Forbidden
        if must_be_open:
            _insist_on_open(row)
        edition = core.catalog.edition(row.edition)
        own = text_of_version(connection, edition, row.id, row.version)
        return cls(connection, actor, row, edition, own, store.of_filing(connection, row.id))

    @property
    def number(self) -> int:
        return self.row.version or 0

    @property
    def serial(self) -> int:
        return self.rows[-1].serial if self.rows else 0

    def over(self, name: str) -> UnsavedRow | None:
        """The row that stands over the present version."""
        return next((each for each in self.rows if each.name == name and each.base_version >= self.number), None)

    def may_keep(self, name: str, text: str) -> bool:
        """Whether the text may stand here at all: what bears a secrecy mark is kept nowhere (R06)."""
        return may_be_kept(self.edition, name, text) and not is_marked(self.edition, name, text)

    def judge(self, name: str, change: Change, drawn: int) -> Verdict:
        """What becomes of a change: somebody else's text is never replaced by who has not seen it."""
        if not self.may_keep(name, change.text) or len(self.rows) > MOST_ROWS:
            return "refused"
        there = self.over(name)
        current = there.text if there is not None else self.own.text(name)
        if current == change.text or (there is None and self.own.holds(name, change.text)):
            return "same"
        if alike(self.edition, name, current, change.was) or self._is_mine(there, name, change, drawn):
            return "new"
        return "same" if alike(self.edition, name, current, change.text) else "clash"

    def _is_mine(self, there: UnsavedRow | None, name: str, change: Change, drawn: int) -> bool:
        """Nobody else put there what stands there now, as far as a page drawn from a version could not know."""
        if there is not None:
            return there.account_id == self.actor.account_id
        if drawn == self.number or self.own.holds(name, change.was):
            return True
        return versions.row_of(self.connection, self.row.id, self.number).account_id == self.actor.account_id

    def differs(self, name: str, text: str, seen: int) -> bool:
        """Whether a posted text says something that stands nowhere yet, and nobody else's newer text is in its way."""
        if not self.may_keep(name, text):
            return False
        there = self.over(name)
        if there is None:
            return not self.own.holds(name, text)
        untouched = there.account_id != self.actor.account_id or self.own.holds(name, text)
        return not (there.serial > seen and untouched) and not alike(self.edition, name, there.text, text)

    def put(self, texts: Mapping[str, str], now: datetime, aside: Mapping[str, int] | None = None) -> None:
        """These texts stand, all under the next serial, over the present version or the one that ``aside`` says."""
        if not texts:
            return
        at, serial, who = aside or {}, self.serial + 1, self.actor
        fresh = [
            UnsavedRow(name, text, at.get(name, self.number), serial, who.account_id, now, who.name)
            for name, text in texts.items()
        ]
        store.put(self.connection, self.row.id, fresh)
        self.rows = [row for row in self.rows if row.name not in texts] + fresh

    def standing(self) -> Unsaved:
        return _standing(self.rows, self.own, self.number, self.actor)

    def told(self, name: str) -> Told:
        """What stands in a field now: the row over the version, else the version's own text."""
        there = self.over(name)
        if there is not None:
            return _told(there, self.actor)
        return next(self._by_version([name]))[1]

    def _by_version(self, names: Iterable[str]) -> Iterator[tuple[str, Told]]:
        """What the present version says, with its author."""
        wanted = list(names)
        if not wanted:
            return
        made = versions.row_of(self.connection, self.row.id, self.number)
        author = accounts.find(self.connection, made.account_id)
        mine = made.account_id == self.actor.account_id
        for name in wanted:
            yield name, Told(self.own.text(name), author.name if author else "", made.created_at, mine)

    def answer(self, version: int, seen: int, asked: set[str], now: datetime) -> Noted:
        """What is new to a page, other than the fields it asked about itself."""
        over = [row for row in self.rows if row.base_version >= self.number]
        others = {row.name: _told(row, self.actor) for row in over if row.serial > seen and row.name not in asked}
        covered = {row.name for row in over} | asked
        others |= dict(self._by_version(name for name in self._changed_since(version) if name not in covered))
        here = store.editors(self.connection, self.row.id, now - HERE)
        names = tuple(name for account, name, _ in here if account != self.actor.account_id)
        return Noted(self.serial, self.number, self.row.state, names, others)

    def _changed_since(self, version: int) -> list[str]:
        """The fields in which the present version differs from the one that a page was drawn from."""
        if not 0 <= version < self.number:
            return []
        drawn = text_of_version(self.connection, self.edition, self.row.id, version)
        names = dict.fromkeys((*drawn.texts, *self.own.texts))
        return [name for name in names if not self.own.holds(name, drawn.text(name))]


def text_of_version(connection: Connection, edition: Edition, filing_id: str, number: int | None) -> FieldTexts:
    """The texts of one version; of none, blanks. KeyError if there is no such version."""
    if not number:
        return FieldTexts(edition)
    stored = versions.get(connection, filing_id, number)
    explained = versions.explanations(connection, filing_id, number)
    return texts_of(edition, from_canonical(edition, stored.document), explained)


def _insist_on_open(row: FilingRow) -> None:
    if row.excluded:
        raise Locked("Đơn vị được loại trừ khỏi kỳ này.", "The unit is excluded from this period.")
    try:
        next_state(row.state, "edit")
    except Refused as refusal:
        raise Locked(refusal.message_vi, refusal.message_en) from None


def _standing(rows: Iterable[UnsavedRow], own: FieldTexts, number: int, actor: Actor) -> Unsaved:
    fields: dict[str, Told] = {}
    aside: dict[str, Told] = {}
    serial = 0
    for row in rows:
        serial = max(serial, row.serial)
        if not own.holds(row.name, row.text):
            (fields if row.base_version >= number else aside)[row.name] = _told(row, actor)
    return Unsaved(serial, fields, aside)


def _told(row: UnsavedRow, actor: Actor) -> Told:
    return Told(row.text, row.by, row.at, row.account_id == actor.account_id)
