"""Find the headings in an uploaded list of persons, and drop what is not collected."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from learning.core.spreadsheets import Cell, Row, Table, text_of
from learning.people.roster_cells import Reason, folded, looks_like_identity_number

#: A list of more persons is split: each gets an account, and the preview shows every refused row.
MOST_PERSONS = 5_000
_ROWS_SEARCHED = 10


class Field(StrEnum):
    """What a column can say about a person."""

    NAME = "name"
    STAFF_NUMBER = "staff_number"
    ORGANISATION = "organisation"
    ORGANISATION_CODE = "organisation_code"
    POST = "post"
    LEADERSHIP_RANK = "leadership_rank"
    GRADE = "grade"
    TENURE_TYPE = "tenure_type"
    IS_LEADERSHIP_MEMBER = "is_leadership_member"
    IS_PRINCIPAL = "is_principal"
    APPOINTED_ON = "appointed_on"
    LEFT_ON = "left_on"


#: Headings in use for each; the first is that of our own template.
HEADINGS = {
    Field.NAME: "姓名 名字 干部姓名 学员姓名 name",
    Field.STAFF_NUMBER: "工号 账号 帐号 工号/账号 工号/帐号 职工号 员工编号 人员编号 干部编号 staffnumber",
    Field.ORGANISATION: "单位 单位名称 所在单位 工作单位 所属单位 任职单位 organisation",
    Field.ORGANISATION_CODE: "单位代码 单位编码 单位编号 机构代码 机构编码 organisationcode",
    Field.POST: "职务 现任职务 职务名称 岗位 post",
    Field.LEADERSHIP_RANK: "领导职务层次 职务层次 领导职务级别 行政级别 级别 rank",
    Field.GRADE: "职级 grade",
    Field.TENURE_TYPE: "任职方式 任职类型 专挂兼 专职/挂职/兼职 tenure",
    Field.IS_LEADERSHIP_MEMBER: "是否领导班子成员 是否班子成员 领导班子成员 班子成员",
    Field.IS_PRINCIPAL: "是否主要负责人 主要负责人",
    Field.APPOINTED_ON: "任职时间 任职日期 任现职时间 任现职日期 appointedon",
    Field.LEFT_ON: "离任时间 离任日期 免职时间 免职日期 lefton",
}
_FIELD_OF = {word: field for field, words in HEADINGS.items() for word in words.split()}
#: Columns with more about a person than study and reports need; their cells are not even kept.
_NOT_COLLECTED = re.compile(
    "身份证|证件|手机|电话|联系方式|住址|地址|邮箱|政治面貌|性别|民族|出生|年龄|籍贯|婚姻|健康|密码|照片|idcard|phone|password"
)
#: Columns that our own lists of refused rows add; a repaired list comes back with them.
_OURS = frozenset({"未导入原因", "原行号", "reasonforrefusal", "rowinthefile"})
_NEEDED = (Field.NAME, Field.STAFF_NUMBER)


@dataclass(frozen=True)
class RosterTable:
    """The list as kept between upload and confirmation: headings, and rows of the same width."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    #: Headings whose cells were dropped as not collected, and those that mean nothing here.
    not_collected: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def fields(self) -> dict[Field, int]:
        """Return the column of each field."""
        known = ((_FIELD_OF.get(_heading(text)), index) for index, text in enumerate(self.headings))
        return {field: index for field, index in known if field is not None}

    def to_json(self) -> dict[str, Any]:
        """Return the list as the database keeps it."""
        return {
            "headings": self.headings,
            "rows": [[row.number, *row.cells] for row in self.rows],
            "not_collected": self.not_collected,
            "ignored": self.ignored,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "RosterTable":
        """Return the list that was kept."""
        return cls(
            headings=tuple(kept["headings"]),
            rows=tuple(Row(number, tuple(cells)) for number, *cells in kept["rows"]),
            not_collected=tuple(kept["not_collected"]),
            ignored=tuple(kept["ignored"]),
        )


def find_roster(table: Table) -> RosterTable | Reason:
    """Return the list under the heading row, which may stand below titles and notes."""
    position = max(range(min(_ROWS_SEARCHED, len(table.rows))), key=lambda index: _known(table.rows[index]))
    heading_row = table.rows[position]
    problem = _problem_of_headings(heading_row)
    if problem:
        return problem
    headings = tuple(text_of(cell) for cell in heading_row.cells)
    dropped = {index for index, text in enumerate(headings) if _NOT_COLLECTED.search(_heading(text))}
    below = [row for row in table.rows[position + 1 :] if not _repeats(row, heading_row)]
    if not below:
        return Reason("There is no person below the headings.")
    if len(below) > MOST_PERSONS:
        return Reason("The list has more than %(most)s rows. Please split it.", {"most": str(MOST_PERSONS)})
    ours = {index for index, text in enumerate(headings) if _heading(text) in _OURS}
    kept = [index for index in range(len(headings)) if index not in dropped | ours]
    return RosterTable(
        headings=tuple(headings[index] for index in kept),
        rows=tuple(Row(row.number, tuple(_kept(row, headings, index) for index in kept)) for row in below),
        not_collected=tuple(headings[index] for index in sorted(dropped)),
        ignored=tuple(headings[index] for index in kept if headings[index] and _is_ignored(headings[index])),
    )


def _heading(text: str) -> str:
    """Return a heading for comparing: without brackets and what stands in them, stars and spaces."""
    return re.sub(r"[(\[【].*?[)\]】]|[*:：_]", "", folded(text))


def _known(row: Row) -> int:
    return len({_FIELD_OF[heading] for heading in _headings(row) if heading in _FIELD_OF})


def _headings(row: Row) -> list[str]:
    return [_heading(text_of(cell)) for cell in row.cells]


def _problem_of_headings(row: Row) -> Reason | None:
    found = [_FIELD_OF[heading] for heading in _headings(row) if heading in _FIELD_OF]
    missing = [_template_heading(field) for field in _NEEDED if field not in found]
    if Field.ORGANISATION not in found and Field.ORGANISATION_CODE not in found:
        missing.append(_template_heading(Field.ORGANISATION))
    if missing:
        return Reason(
            "No heading row was found in the first 10 rows. Missing columns: %(missing)s",
            {"missing": "、".join(missing)},
        )
    twice = sorted({_template_heading(field) for field in found if found.count(field) > 1})
    if twice:
        return Reason("There is more than one column for: %(twice)s", {"twice": "、".join(twice)})
    return None


def _template_heading(field: Field) -> str:
    return HEADINGS[field].split()[0]


def _is_ignored(text: str) -> bool:
    heading = _heading(text)
    return heading not in _FIELD_OF and not _NOT_COLLECTED.search(heading)


def _repeats(row: Row, heading_row: Row) -> bool:
    """Return whether a row is the heading row once more, as at the top of each printed page."""
    return _headings(row) == _headings(heading_row)


def _kept(row: Row, headings: Sequence[str], index: int) -> Cell:
    """Return a cell as it is kept; an identity number in a column for something else is not."""
    cell: Cell = row.cells[index] if index < len(row.cells) else ""
    if _is_ignored(headings[index]) and looks_like_identity_number(cell):
        return ""
    return cell.isoformat() if isinstance(cell, date) else cell
