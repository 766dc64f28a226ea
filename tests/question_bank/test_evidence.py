"""The evidence linter on a small document of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from question_bank import items
from question_bank.evidence import lint
from question_bank.evidence.exceptions import Reviewed, read_reviewed
from question_bank.evidence.terms import terms
from question_bank.items import Item

SENTENCES = {
    "1.1s1": "各级党委每年应该听取工会汇报，认真研究问题。",
    "1.1s2": "县级工会可组织技能比武和读书活动，丰富职工生活。",
    "1.2s1": "党校定期开设专门课程。",
}
CLAUSES = {
    "1H": "一、总的要求",
    "1.1": SENTENCES["1.1s1"] + SENTENCES["1.1s2"],
    "1.2": SENTENCES["1.2s1"],
    **SENTENCES,
}


def item(**changes: Any) -> Item:
    """A sound single choice, with changes."""
    stated: dict[str, Any] = {
        "code": "t-1",
        "type": "single_choice",
        "clauses": ["1.1s1"],
        "difficulty": 2,
        "stem": "各级党委每年的工作，下列哪一项与文件一致？",
        "choices": ["批准工会章程", "应该听取工会汇报", "任命工会主席", "审计工会账目"],
        "key": "B",
        "explanation": "原文是“应该听取工会汇报”（§1¶1s1）。",
    }
    read = items.from_dict({name: value for name, value in (stated | changes).items() if value is not None})
    assert isinstance(read, Item)
    assert items.problems(read) == []
    return read


def true_false(statement: str, key: bool, explanation: str, **changes: Any) -> Item:
    fields = {"type": "true_false", "stem": statement, "choices": None, "key": key}
    return item(**fields, explanation=explanation, **changes)


def found(*bank: Item) -> list[tuple[str, str]]:
    return [(finding.check, finding.problem.where) for finding in lint(bank, CLAUSES)]


def test_nothing_is_found_in_a_sound_item() -> None:
    assert found(item()) == []


@pytest.mark.parametrize(
    ("changes", "check", "where"),
    [
        ({"clauses": ["1.9s1"]}, "clause_unknown", "clauses"),
        ({"clauses": ["1.1"]}, "clause_broad", "clauses"),
        ({"clauses": ["1.1s1", "1.2s1"]}, "clause_idle", "clauses"),
        ({"explanation": "原文是“必须听取工会汇报”（§1¶1s1）。"}, "quotation", "explanation"),
        ({"explanation": "原文是“应该听取工会汇报”（§1¶2s1）。"}, "quotation", "explanation"),
        ({"explanation": "见文件第一段。"}, "no_citation", "explanation"),
        ({"choices": ["批准章程", "应该听取妇联汇报", "任命主席"]}, "key_organ", "choices.2"),
        ({"choices": ["批准章程", "必须听取工会汇报", "任命主席"]}, "key_force", "choices.2"),
        ({"choices": ["批准章程", "要听取工会汇报", "任命主席"]}, "key_force", "choices.2"),
        ({"choices": ["批准章程", "每季度听取工会汇报", "任命主席"]}, "key_frequency", "choices.2"),
        ({"choices": ["批准章程", "听取工会汇报2次", "任命主席"]}, "key_number", "choices.2"),
        ({"choices": ["批准章程", "不听取工会汇报", "任命主席"]}, "negation", "choices.2"),
        ({"choices": ["批准章程", "应该听取汇报", "任命主席"]}, "key_shortened", "choices.2"),
        ({"choices": ["批准章程", "推动事业长远发展", "任命主席"]}, "key_words", "choices.2"),
        ({"choices": ["认真研究问题", "应该听取工会汇报", "任命主席"]}, "distractor", "choices.1"),
        ({"choices": ["丰富职工生活", "应该听取工会汇报", "任命主席"]}, "distractor", "choices.1"),
        (
            {"explanation": "原文是“应该听取工会汇报”（§1¶1s1），主语是人大。"},
            "explanation_organ",
            "explanation",
        ),
        (
            {"explanation": "原文是“应该听取工会汇报”（§1¶1s1），力度词是可以。"},
            "explanation_force",
            "explanation",
        ),
    ],
)
def test_one_thing_wrong_is_one_finding_at_its_place(changes: dict[str, Any], check: str, where: str) -> None:
    assert (check, where) in found(item(**changes))


def test_a_distractor_from_elsewhere_is_admitted_where_the_stem_does_not_ask_which() -> None:
    choices = ["丰富职工生活", "应该听取工会汇报", "任命主席"]
    assert found(item(stem="各级党委每年做什么？", choices=choices)) == []


def test_a_distractor_that_the_explanation_deals_with_is_admitted() -> None:
    choices = ["认真研究问题", "应该听取工会汇报", "任命主席"]
    explanation = "原文是“应该听取工会汇报”（§1¶1s1）；认真研究问题说的是另一件事。"
    assert found(item(choices=choices, explanation=explanation)) == []


def test_a_distractor_within_the_quotation_for_the_key_is_not_dealt_with() -> None:
    choices = ["认真研究问题", "应该听取工会汇报", "任命主席"]
    explanation = "原文是“应该听取工会汇报，认真研究问题”（§1¶1s1）。"
    assert found(item(choices=choices, explanation=explanation)) == [("distractor", "choices.1")]


def test_the_verdict_of_the_explanation_has_to_agree_with_the_key() -> None:
    statement, why = "听取工会汇报的是各级党委。", "主语是“各级党委”（§1¶1s1）。"
    assert found(true_false(statement, True, f"正确。{why}")) == []
    assert found(true_false(statement, False, f"正确。{why}")) == [("verdict", "key")]
    assert found(true_false(statement, True, f"不正确。{why}")) == [("verdict", "key")]
    assert found(true_false(statement, True, why)) == [("verdict", "key")]


def test_a_statement_held_true_may_not_name_another_organ() -> None:
    explanation = "正确。主语是“各级党委”（§1¶1s1）。"
    assert found(true_false("听取工会汇报的是人大。", True, explanation)) == [("key_organ", "stem")]


def test_a_false_statement_may_name_what_is_wrong_with_it() -> None:
    assert found(true_false("听取工会汇报的是人大。", False, "不正确。是“各级党委”（§1¶1s1）。")) == []


@pytest.mark.parametrize(
    ("key", "is_sound"), [("听取工会汇报", True), ("工会汇报", False), ("审阅汇报", False)]
)
def test_a_blank_has_to_read_as_the_clause_does(key: str, is_sound: bool) -> None:
    filled = {"type": "fill_blank", "choices": None, "stem": "各级党委每年应该____，认真研究问题。"}
    assert ("key_blank" not in {check for check, _ in found(item(**filled, key=[[key]]))}) is is_sound


def test_entries_to_be_ordered_keep_the_order_of_the_clause() -> None:
    choices = ["听取工会汇报", "各级党委", "认真研究问题"]
    shown = item(type="ordering", stem="按原文先后排列。", choices=choices, key=None)
    assert found(shown) == [("order", "choices.2")]


def test_a_situation_may_name_one_of_the_organisations_that_the_clause_means() -> None:
    clauses = CLAUSES | {"1.3": "群团组织要主动服务。", "1.3s1": "群团组织要主动服务。"}
    applied = {"clauses": ["1.3s1"], "explanation": "原文是“群团组织要主动服务”（§1¶3s1）。"}
    choices = ["县妇联等候通知", "县妇联主动服务", "县政府代为服务"]
    assert lint([item(**applied, choices=choices, difficulty=4)], clauses) == []
    assert [each.check for each in lint([item(**applied, choices=choices)], clauses)] == ["key_organ"]


def test_every_part_of_a_case_is_checked_at_its_own_place() -> None:
    part = {
        "type": "single_choice",
        "stem": "哪一项正确？",
        "choices": ["应该听取工会汇报", "不必听取"],
        "key": "A",
        "clauses": ["1.1s1"],
        "explanation": "原文是“必须听取工会汇报”（§1¶1s1）。",
    }
    parts = [part | {"explanation": "原文是“应该听取工会汇报”（§1¶1s1）。"}, part, part]
    case = item(type="case_analysis", stimulus="某县的情况。", choices=None, key=None, parts=parts)
    assert ("quotation", "parts.2.explanation") in found(case)
    assert all(not where.startswith("parts.1.") for _, where in found(case))


def test_nearly_the_same_question_is_named_with_its_twin() -> None:
    twin = item(code="t-2", stem="请问，各级党委每年的工作，下列哪一项与文件一致？")
    finding = lint([item(), twin], CLAUSES)[0]
    assert (finding.item, finding.check, finding.problem.params) == ("t-2", "duplicate", {"other": "t-1"})


def test_an_exception_lets_only_the_finding_stand_that_was_looked_at() -> None:
    bad = item(choices=["批准章程", "必须听取工会汇报", "任命主席"])
    reviewed = Reviewed("t-1", "key_force", "必须", "why")
    assert lint([bad], CLAUSES, [reviewed]) == []
    worse = item(choices=["批准章程", "不得听取工会汇报", "任命主席"])
    assert "key_force" in {finding.check for finding in lint([worse], CLAUSES, [reviewed])}


def test_an_exception_that_covers_nothing_is_a_finding() -> None:
    left = lint([item()], CLAUSES, [Reviewed("t-1", "key_force", "必须", "why")])
    assert [(finding.item, finding.check) for finding in left] == [("t-1", "exception_unused")]


def test_every_exception_of_the_built_in_bank_gives_its_reason() -> None:
    assert all(len(each.reason) > 20 for each in read_reviewed())


def test_an_exception_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "exceptions.toml"
    path.write_text('[[exception]]\nitem = "a"\ncheck = "b"\ntext = "c"\n', encoding="utf-8")
    with pytest.raises(TypeError):
        read_reviewed(path)


def test_the_longest_name_at_a_place_counts() -> None:
    assert terms("地方党委和党委常委会", "organ") == {"地方党委", "党委常委会"}
    assert terms("每届任期内定期", "frequency") == {"每届任期内", "定期"}


def test_a_word_within_another_word_has_no_force() -> None:
    assert terms("重要的是可能需要", "force") == set()
    assert terms("要做，可做，应该做", "force") == {"要", "可", "应该"}


def test_marks_are_no_numbers_of_the_text() -> None:
    assert terms("每点1分，共90学时", "number") == {"90"}
