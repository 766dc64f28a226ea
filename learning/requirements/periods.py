"""Count in calendar years and months."""

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """Return the same day months later (earlier if negative); 29 February becomes the 28th."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def year_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of a day's calendar year."""
    return date(day.year, 1, 1), date(day.year, 12, 31)


def quarter_of(day: date) -> int:
    """Return the quarter of a day, from 1."""
    return (day.month - 1) // 3 + 1
