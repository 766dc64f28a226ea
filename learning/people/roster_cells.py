"""Read what people write into the cells of a list of persons: names, numbers, days, words for ranks."""

import calendar
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from learning.core.spreadsheets import Cell, cleaned, text_of
from learning.people.kinds import DatePrecision, LeadershipRank, TenureType

#: Words that stand for an empty cell.
_NOTHING = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无", "没有", "none", "n/a", "暂无"})
_YES = frozenset({"是", "√", "✓", "✔", "☑", "1", "y", "yes", "true", "t", "对", "有"})
_NO = frozenset({"否", "×", "✗", "✘", "x", "0", "n", "no", "false", "f", "不是", "非"})
_TENURES = {
    TenureType.FULL_TIME: ("专职", "专", "全职", "在职", "full_time"),
    TenureType.SECONDMENT: ("挂职", "挂", "挂任", "挂职锻炼", "secondment"),
    TenureType.PART_TIME: ("兼职", "兼", "兼任", "part_time"),
}
#: The levels of ranks by the words in use, with the rank of the principal and of the deputy post.
_RANKS = (
    (("国家", "国"), LeadershipRank.NATIONAL_PRINCIPAL, LeadershipRank.NATIONAL_DEPUTY),
    (("省部", "省", "部"), LeadershipRank.PROVINCE_PRINCIPAL, LeadershipRank.PROVINCE_DEPUTY),
    (("厅局", "厅", "局", "地厅"), LeadershipRank.BUREAU_PRINCIPAL, LeadershipRank.BUREAU_DEPUTY),
    (("县处", "县", "处"), LeadershipRank.COUNTY_PRINCIPAL, LeadershipRank.COUNTY_DEPUTY),
    (("乡科", "乡", "科"), LeadershipRank.TOWNSHIP_PRINCIPAL, LeadershipRank.TOWNSHIP_DEPUTY),
)
_RANK_OF = {
    form.format(level=level, side=side): rank
    for levels, principal, deputy in _RANKS
    for side, rank in (("正", principal), ("副", deputy))
    for level in levels
    for form in ("{level}级{side}职", "{side}{level}级", "{side}{level}")
}
_TENURE_OF = {word: tenure for tenure, words in _TENURES.items() for word in words}
#: Spreadsheets count days from here, and only numbers in this range are taken for days (1954–2064).
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(20_000, 60_000)
#: Numbers of more digits lose their last ones in a spreadsheet's number cell.
_LARGEST_EXACT = 10**15
_MIDDLE_DOT = re.compile("[•・‧∙･.．·]")
_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IDENTITY_NUMBER = re.compile(r"\d{17}[\dX]")
_STAFF_NUMBER = re.compile(r"\w[\w./-]{0,39}")
_DAY = re.compile(r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?)(?:[ T]\d{1,2}:\d{2}.*)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})?")


@dataclass(frozen=True)
class Reason:
    """Why something is refused: an English message id and what goes into it."""

    message: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """A day and how exactly it was given."""

    on: date
    precision: DatePrecision = DatePrecision.DAY


def folded(text: str) -> str:
    """Return a text for comparing: full-width folded, lower case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_nothing(cell: Cell) -> bool:
    """Return whether a cell says that there is nothing to say."""
    return folded(text_of(cell)) in _NOTHING


def read_name(cell: Cell) -> str | Reason:
    """Return a person's name: without spaces between Chinese characters, with one kind of middle dot."""
    text = re.sub(r"[(（][男女][)）]$", "", cleaned(text_of(cell))).strip()
    text = re.sub(f"(?<=[{_HAN}·]) (?=[{_HAN}·])", "", text)
    text = re.sub(f"(?<=[{_HAN}]) ?{_MIDDLE_DOT.pattern} ?(?=[{_HAN}])", "·", text)
    if not text:
        return Reason("The name is missing.")
    if not all(_may_stand_in_name(character) for character in text):
        return Reason("The name “%(value)s” holds signs that no name has.", {"value": text[:40]})
    if len(text) < 2:
        return Reason("The name “%(value)s” has only one character.", {"value": text})
    if len(text) > 80:
        return Reason("The name is longer than 80 characters.")
    return text


def _may_stand_in_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in " ·.'’-" or ord(character) >= 0x20000


def read_staff_number(cell: Cell) -> str | Reason:
    """Return a staff number in capitals without spaces; what looks like an identity number is refused."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _LARGEST_EXACT:
        return Reason("The staff number was stored as a number and lost its last digits; format it as text.")
    text = "".join(unicodedata.normalize("NFKC", cleaned(text_of(cell))).split()).upper()
    if not text:
        return Reason("The staff number is missing.")
    if _IDENTITY_NUMBER.fullmatch(text):
        return Reason("The staff number looks like an identity card number, which is not collected here.")
    if not _STAFF_NUMBER.fullmatch(text):
        return Reason(
            "The staff number “%(value)s” may hold letters, digits and . / - only, at most 40.",
            {"value": text[:40]},
        )
    return text


def looks_like_identity_number(cell: Cell) -> bool:
    """Return whether a cell holds what may be an identity card number."""
    return _IDENTITY_NUMBER.fullmatch(folded(text_of(cell)).upper()) is not None


def read_code(cell: Cell, longest: int = 40) -> str | Reason:
    """Return the code of an organisation or a system."""
    text = "".join(unicodedata.normalize("NFKC", cleaned(text_of(cell))).split())
    if re.fullmatch(r"\w[\w.-]*", text) and len(text) <= longest:
        return text
    return Reason(
        "A code is made of letters, digits and - _ . only, at most %(most)s.", {"most": str(longest)}
    )


def read_text(cell: Cell, longest: int) -> str | Reason:
    """Return a short text; a dash or “none” is an empty one."""
    text = "" if is_nothing(cell) else cleaned(text_of(cell))
    if len(text) > longest:
        return Reason("“%(value)s…” is too long.", {"value": text[:20]})
    return text


def read_yes_no(cell: Cell) -> bool | Reason:
    """Return what 是, √, 1 and their like say; an empty cell says no."""
    text = folded(text_of(cell))
    if text in _YES:
        return True
    if text in _NO or text in _NOTHING:
        return False
    return Reason("“%(value)s” is neither yes nor no.", {"value": text[:20]})


def read_tenure(cell: Cell) -> TenureType | Reason:
    """Return the kind of holding a post; full time where nothing is said."""
    if is_nothing(cell):
        return TenureType.FULL_TIME
    text = folded(text_of(cell))
    return _TENURE_OF.get(text) or Reason(
        "“%(value)s” is no way of holding a post: full time, secondment or part time.", {"value": text[:20]}
    )


def read_rank(cell: Cell) -> LeadershipRank | Reason | None:
    """Return a rank of leading posts by its usual names; part-timers have none."""
    text = folded(text_of(cell))
    if text in _NOTHING or text in {"兼职", "无级别", "不定级", "未定级"}:
        return None
    return _RANK_OF.get(text) or Reason(
        "“%(value)s” is no rank of a leading post, such as 县处级副职.", {"value": text[:20]}
    )


def read_day(cell: Cell) -> Day | Reason | None:
    """Return a day as people write it; of a month its first day, marked as known to the month only."""
    if isinstance(cell, date):
        return Day(cell)
    text = " ".join(unicodedata.normalize("NFKC", cleaned(text_of(cell))).split())
    if folded(text) in _NOTHING or text == "至今":
        return None
    if re.fullmatch(r"\d{4}\.1", text):
        return Reason(
            "“%(value)s” may be January or October, as spreadsheets drop a last zero; "
            "write %(year)s-01 or %(year)s-10.",
            {"value": text, "year": text[:4]},
        )
    if text.isascii() and text.isdigit() and int(text[:9]) in _SERIALS and len(text) == 5:
        return Day(_SERIAL_ZERO + timedelta(days=int(text)))
    found = _DAY.fullmatch(text.replace("年 ", "年").replace("月 ", "月")) or _COMPACT_DAY.fullmatch(text)
    day = _day_of(found) if found else None
    return day or Reason("“%(value)s” is no day or month; write 2024-03-05 or 2024-03.", {"value": text[:20]})


def _day_of(found: re.Match[str]) -> Day | None:
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or month is None or not 1949 <= year <= 2100:
        return None
    try:
        on = date(year, month, day or 1)
    except ValueError:
        return None
    return Day(on, DatePrecision.DAY if day else DatePrecision.MONTH)


def read_last_day(cell: Cell) -> date | Reason | None:
    """Return the last day of a post; of a month its last day."""
    day = read_day(cell)
    if not isinstance(day, Day) or day.precision is DatePrecision.DAY:
        return day.on if isinstance(day, Day) else day
    return day.on.replace(day=calendar.monthrange(day.on.year, day.on.month)[1])
