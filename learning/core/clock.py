"""Read the time of day; nothing else in the project does."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import g, has_request_context

#: All dates on screen and all calendar rules are counted in this zone.
SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment in UTC; inside a request, the moment at which it arrived."""
    if not has_request_context():
        return datetime.now(UTC)
    if "moment" not in g:
        g.moment = datetime.now(UTC)
    moment: datetime = g.moment
    return moment


def day_of(moment: datetime) -> date:
    """Return the calendar day of a moment in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    """Return the present calendar day in Asia/Shanghai."""
    return day_of(now())
