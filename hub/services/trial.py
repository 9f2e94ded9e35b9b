"""A dry run: what the hub would say of a file under an edition, in force or draft. Nothing is stored or sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.domain.checks import Checked, Context, check
from hub.domain.envelope import Identity, Reading
from hub.domain.findings import Finding, stops_sending, stops_version
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.values import Values
from hub.readers.dispatch import door_of, read
from hub.readers.limits import Limits

Which = Callable[[Identity], Edition | None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One report of the file: who it says it is, the edition it was judged by, and what was found."""

    identity: Identity
    edition: Edition | None
    checked: Checked

    @property
    def findings(self) -> list[Finding]:
        return self.checked.findings

    @property
    def makes_version(self) -> bool:
        """True if the hub would keep it as a version."""
        return self.edition is not None and not stops_version(self.findings)

    @property
    def could_be_sent(self) -> bool:
        """True if nothing but explanations of warnings stands between it and sending."""
        return self.makes_version and not stops_sending(self.findings)


def try_file(
    which: Which, content: bytes, filename: str = "", media_type: str = "", limits: Limits | None = None
) -> Iterator[Trial]:
    """Every report of a file, read through the door of its content and checked. Bad input never raises.

    ``which`` gives the edition for what a document says of itself; None for a regime that is not known.
    """
    door = door_of(content, filename, media_type)
    for reading in read(door, content, which, None, limits or Limits(max_bytes=max(len(content), 1))):
        yield try_reading(which(reading.identity), reading)


def try_reading(edition: Edition | None, reading: Reading) -> Trial:
    """One reading checked under an edition. Without an edition or a period there is nothing to check it by."""
    said = reading.identity
    period = _period(said.period)
    if edition is None:
        return Trial(said, None, Checked(Values(), [*reading.problems, _UNKNOWN_REGIME]))
    if period is None:
        return Trial(said, edition, Checked(Values(), [*reading.problems, _UNKNOWN_PERIOD]))
    checked = check(edition, reading, Context(period.code, period.frequency))
    if not edition.asks_for(period.frequency, period.index, period.year):
        checked.findings.insert(0, _not_asked(period))
    return Trial(said, edition, checked)


def _period(text: str | None) -> Period | None:
    try:
        return Period.parse(text or "")
    except ValueError:
        return None


def _not_asked(period: Period) -> Finding:
    return Finding(
        "period_not_asked", "error", "identity",
        f"Chế độ báo cáo này không có kỳ “{period.label.vi}”.",
        f"This regime asks for no report of “{period.label.en}”.",
        found=period.code,
    )  # fmt: skip


_UNKNOWN_REGIME = Finding(
    "no_such_regime", "error", "identity",
    "Tệp không nói chế độ báo cáo, hoặc chế độ báo cáo đó chưa có trong hệ thống.",
    "The file does not say its regime, or that regime is not in the hub.",
)  # fmt: skip
_UNKNOWN_PERIOD = Finding(
    "no_such_period", "error", "identity",
    "Tệp không nói kỳ báo cáo nào.",
    "The file does not say which period it is for.",
)  # fmt: skip
