"""A check under way: what it looks at, the values read so far and the findings so far. Each stage adds to it."""

from __future__ import annotations

from hub.domain.check_plan import plans
from hub.domain.envelope import Reading
from hub.domain.finding_list import FindingList
from hub.domain.form import Address
from hub.domain.regime import Edition
from hub.domain.values import Values


class Progress:
    """One Reading's way through the stages, for the frequency it was asked at."""

    def __init__(self, edition: Edition, reading: Reading, frequency: str) -> None:
        self.edition = edition
        self.reading = reading
        self.frequency = frequency
        self.plan = plans(edition)[reading.notation]
        self.values = Values()
        self.findings = FindingList(edition, reading)
        self.numbers: dict[str, list[int]] = {}
        """By list form: the Reading's number of each record kept, in order. Blank records are not kept."""
        self.filled: list[Address] = []
        """The totals that were blank and are computed."""

    def in_reading(self, address: Address) -> Address:
        """The address by the Reading's own record numbers."""
        numbers = self.numbers.get(address.form)
        if numbers is None or not address.row.isdigit():
            return address
        return address._replace(row=str(numbers[int(address.row) - 1]))
