"""The workbooks around a list of persons: template, refused rows, one-time passwords."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from learning.core.spreadsheets import Column, Row, Sheet, text_of, write_workbook
from learning.people.queries import OrganisationRow
from learning.people.roster_table import HEADINGS, Field, RosterTable
from learning.people.services.rosters import Opened

_YES_NO = ("是", "否")
_CHOICES = {
    Field.TENURE_TYPE: ("专职", "挂职", "兼职"),
    Field.IS_LEADERSHIP_MEMBER: _YES_NO,
    Field.IS_PRINCIPAL: _YES_NO,
    Field.LEADERSHIP_RANK: (
        "厅局级正职",
        "厅局级副职",
        "县处级正职",
        "县处级副职",
        "乡科级正职",
        "乡科级副职",
        "无",
    ),
}
_IN_TEMPLATE = [field for field in Field if field is not Field.ORGANISATION_CODE]
_REQUIRED = {Field.NAME, Field.STAFF_NUMBER, Field.ORGANISATION}
_REASON_WIDTH = 60


def template(organisations: Iterable[OrganisationRow], paths: dict[int, str]) -> bytes:
    """Return the empty list with its explanation and the units that may stand in it."""
    units = [(row.code, paths[row.id]) for row in organisations if row.is_active]
    return write_workbook(
        [
            Sheet("人员名单", [_template_column(field) for field in _IN_TEMPLATE], []),
            Sheet("填写说明", [Column("栏目", 20), Column("要求", 70), Column("示例", 34)], _explained()),
            Sheet("可用单位", [Column("单位代码", 16), Column("单位全路径", 70)], units),
        ]
    )


def _template_column(field: Field) -> Column:
    heading = HEADINGS[field].split()[0] + ("*" if field in _REQUIRED else "")
    width = 34 if field is Field.ORGANISATION else 16
    return Column(heading, width, _CHOICES.get(field, ()))


def _explained() -> list[tuple[str, str, str]]:
    """Return the explanation; the template is Chinese like its headings, whatever the site's language."""
    return [
        ("姓名*", "两字姓名中间不必加空格；间隔号用“·”。", "张三"),
        ("工号*", "登录账号，唯一。按文本填写，保留前导零。不得填写身份证号。", "00123"),
        ("单位*", "填单位代码（见“可用单位”）或全路径；简称有重名时须写代码。", "SF-009"),
        ("职务", "多个职务用“、”分开。", "副主席"),
        ("领导职务层次", "如县处级副职、正科；没有的填“无”或留空。", "县处级副职"),
        ("职级", "没有的留空。", "四级调研员"),
        ("任职方式", "专职、挂职、兼职；留空为专职。", "兼职"),
        ("是否领导班子成员", "是 或 否；留空为否。", "是"),
        ("是否主要负责人", "是 或 否；留空为否。", "否"),
        ("任职时间", "领导班子成员必填；调动必填。只知道月份写 2024-03。", "2024-03-05"),
        ("离任时间", "仍在任的留空或写“至今”。", ""),
        ("再次导入", "按工号对应。已有人员：更新任职；空白单元格不改动原有内容。", ""),
        ("调动", "单位改变且为专职的，原任职在新任职前一日结束，记录保留。", ""),
        ("不采集", "身份证号、手机号、政治面貌、密码等栏目不会读取，也不会保存。", ""),
        ("公式", "含公式的单元格读取其计算结果；没有结果的视为空白。", ""),
    ]


def repair_workbook(table: RosterTable, rows: Iterable[Row], reasons: Sequence[str]) -> bytes:
    """Return the refused rows as they were, with the reason, ready to be corrected and uploaded again."""
    headings = [*table.headings, _("Reason for refusal"), _("Row in the file")]
    columns = [Column(text, 16) for text in table.headings]
    columns += [Column(headings[-2], _REASON_WIDTH, is_marked=True), Column(headings[-1], 12)]
    lines = (
        (*(text_of(cell) for cell in row.cells), reason, str(row.number))
        for row, reason in zip(rows, reasons, strict=True)
    )
    return write_workbook([Sheet(_("Refused rows"), columns, lines)])


def password_workbook(opened: Iterable[Opened]) -> bytes:
    """Return the accounts with their one-time passwords, to be handed out."""
    columns = [
        Column(_("Name"), 14),
        Column(_("Account"), 18),
        Column(_("Work unit"), 50),
        Column(_("One-time password"), 24),
    ]
    rows = ((one.name, one.staff_number, one.organisation, one.password) for one in opened)
    notes = [_("Hand each person the own line only. The password must be changed at the first sign-in.")]
    return write_workbook([Sheet(_("One-time passwords"), columns, rows, notes)])
