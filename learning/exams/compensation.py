"""Work out how much of an incident fell into an attempt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Span:
    """The time from a moment to another; empty where the second is not later."""

    begins_at: datetime
    ends_at: datetime

    def __and__(self, other: "Span") -> "Span":
        """Return what both have in common."""
        return Span(max(self.begins_at, other.begins_at), min(self.ends_at, other.ends_at))

    def __bool__(self) -> bool:
        """Return whether it lasts at all."""
        return self.begins_at < self.ends_at

    def without(self, other: "Span") -> list["Span"]:
        """Return what is left before and after another span."""
        if not self & other:
            return [self]
        return [
            rest
            for rest in (Span(self.begins_at, other.begins_at), Span(other.ends_at, self.ends_at))
            if rest
        ]


def seconds_lost(incident: Span, running: Span, compensated: Iterable[Span]) -> int:
    """Return the seconds of an incident within the running time of an attempt, rounded up.

    What was given back for an incident before is not given back again, however the two overlap.
    """
    lost = [incident & running] if incident & running else []
    for earlier in compensated:
        lost = [rest for span in lost for rest in span.without(earlier)]
    whole = sum((span.ends_at - span.begins_at for span in lost), start=timedelta())
    return -(-whole // timedelta(seconds=1))
