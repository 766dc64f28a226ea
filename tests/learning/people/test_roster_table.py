"""Finding the list in an uploaded table."""

import pytest
from flask import Flask
from flask_babel import force_locale

from learning.core.spreadsheets import Row, Table, read_table
from learning.people.roster_cells import Reason
from learning.people.roster_table import Field, RosterTable, find_roster
from learning.people.rosters import repair_workbook


def find(text: str) -> RosterTable | Reason:
    table = read_table("list.csv", text.encode())
    assert isinstance(table, Table)
    return find_roster(table)


def roster(text: str) -> RosterTable:
    found = find(text)
    assert isinstance(found, RosterTable), found
    return found


def test_the_headings_are_found_below_titles_and_notes() -> None:
    found = roster(
        "2026年人员名单\n填表单位：,示范县委\n\n姓 名*,工号（必填）,单位[全路径],职务\n张三,1,示范县委,干事\n"
    )
    assert set(found.fields()) == {Field.NAME, Field.STAFF_NUMBER, Field.ORGANISATION, Field.POST}
    assert found.rows == (Row(5, ("张三", "1", "示范县委", "干事")),)


def test_columns_with_needless_personal_data_are_not_even_kept() -> None:
    found = roster("姓名,身份证号码,工号,手机号,单位,备注\n张三,110101199001011237,1,13800000000,县委,x\n")
    assert found.headings == ("姓名", "工号", "单位", "备注")
    assert found.rows[0].cells == ("张三", "1", "县委", "x")
    assert found.not_collected == ("身份证号码", "手机号")
    assert found.ignored == ("备注",)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_columns_that_a_list_of_refused_rows_adds_are_dropped_from_a_repaired_list(
    app: Flask, language: str
) -> None:
    before = roster("姓名,工号,单位\n张三,1,县委\n")
    with app.test_request_context(), force_locale(language):
        data = repair_workbook(before, before.rows, ["无此单位"])
    table = read_table("list.xlsx", data)
    assert isinstance(table, Table)
    found = find_roster(table)
    assert isinstance(found, RosterTable)
    assert found.headings == before.headings
    assert found.ignored == ()


def test_identity_numbers_under_another_heading_are_dropped() -> None:
    assert roster("姓名,工号,单位,备注\n张三,1,县委,11010119900101123x\n").rows[0].cells[-1] == ""


def test_a_repeated_heading_row_is_no_person() -> None:
    found = roster("姓名,工号,单位\n张三,1,县委\n姓名,工号,单位\n李四,2,县委\n")
    assert [row.number for row in found.rows] == [2, 4]


def test_missing_and_double_columns_are_named() -> None:
    missing = find("姓名,职务\n张三,干事\n")
    assert isinstance(missing, Reason)
    assert missing.params["missing"] == "工号、单位"
    twice = find("姓名,工号,账号,单位\n张三,1,1,县委\n")
    assert isinstance(twice, Reason)
    assert twice.params["twice"] == "工号"


def test_headings_alone_are_no_list() -> None:
    assert isinstance(find("姓名,工号,单位\n"), Reason)


def test_short_and_long_rows_are_taken_as_wide_as_the_headings() -> None:
    found = roster("姓名,工号,单位,职务\n张三,1\n李四,2,县委,干事,多,余\n")
    assert [row.cells for row in found.rows] == [("张三", "1", "", ""), ("李四", "2", "县委", "干事")]


def test_a_list_survives_being_kept() -> None:
    found = roster("姓名,工号,单位,手机\n张三,007,县委,1\n")
    assert RosterTable.from_json(found.to_json()) == found
