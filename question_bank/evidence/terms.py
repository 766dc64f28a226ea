"""Find the words that must not be blurred: organs, force words, frequencies, numbers, negations."""

from __future__ import annotations

import re
from collections.abc import Iterable

ORGANS = (
    "工会", "共青团", "妇联", "科协", "侨联", "残联", "文联", "少先队",
    "党委", "党委常委会", "党委中心组", "常委会",
    "地方党委", "各级党委", "各级党委和政府", "基层党委", "县级以上党委",
    "上级党委", "同级党委", "各级党组织", "基层党组织", "上级党组织", "党组织", "党组", "党支部",
    "党校", "行政学院", "干部学院", "社会主义学院", "党委理论学习中心组", "组织部门", "统战部门", "宣传部门",
    "政府", "各级政府", "人大", "各级人大", "政协", "各级政协", "各级财政", "主要新闻媒体", "新闻出版等部门",
    "群团组织", "上级群团组织", "下级群团组织", "基层群团组织", "人民团体", "基层单位",
)  # fmt: skip
FORCES = ("必须", "应该", "应当", "不得", "探索", "可以", "鼓励", "严禁", "要", "可")
FREQUENCIES = (
    "每届任期内", "每届任期", "每届", "任期内", "每年", "每年度", "年度", "每两年", "每三年", "每五年",
    "每半年", "每季度", "每月", "每周", "定期", "不定期", "经常", "随时", "逐步", "及时",
)  # fmt: skip
#: What a clause on mass organisations speaks of when a situation names one of them.
MEMBERS = frozenset({"工会", "共青团", "妇联", "科协", "侨联", "残联", "文联"})
OF_MEMBERS = ("群团组织", "人民团体", "群团工作")
#: Force words that are also plain words: they count only within the words of the clause.
PLAIN_WORDS = frozenset({"要", "可", "可以"})
NEGATION = re.compile("没有|并非|不|未|无")
#: Denials by which one judges or tells apart, and which need no counterpart in the text.
ORDINARY_DENIAL = re.compile(
    "不(?:一致|成立|符合|合|能|是|等于|属于|限于|必|再|同|在)|没有(?:规定|写|把|提)|拒不|无故|无关"
)

# 重要, 要求 and 可能 hold no force, 不得已 no prohibition: a force word is one that stands by itself.
_NO_FORCE = (
    "重要|主要|需要|要求|要素|要点|只要|首要|纲要|概要|必要|要害|还要|即可|便可"
    "|可能|认可|许可|可见|可行|可靠|宁可|不得(?=满?分)"
)
_NO_ORGAN = "党组织关系"


def _pattern(words: Iterable[str], passed_over: str = "") -> re.Pattern[str]:
    """Return a pattern that takes the longest word first and what is no such word before all."""
    longest_first = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(f"(?:{passed_over})|({longest_first})" if passed_over else f"({longest_first})")


_KINDS = {
    "organ": _pattern(ORGANS, _NO_ORGAN),
    "force": _pattern(FORCES, _NO_FORCE),
    "frequency": _pattern(FREQUENCIES),
    "number": re.compile("([0-9]+(?!分)|百分之[一二三四五六七八九十]+)"),
}
KINDS = tuple(_KINDS)


def terms(text: str, kind: str) -> set[str]:
    """Return the words of one kind that stand in a text, the longest that fits at each place."""
    return {match[1] for match in _KINDS[kind].finditer(text) if match[1]}
