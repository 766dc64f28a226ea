"""Questions as instructors write them."""

from typing import Any

from question_bank import items
from question_bank.items import Item


def item(**changes: Any) -> Item:
    """Return a single choice that could be published, with changes."""
    stated: dict[str, Any] = {
        "code": "new",
        "type": "single_choice",
        "use": "exam",
        "clauses": ["3.7s2"],
        "difficulty": 2,
        "tags": ["院校开课"],
        "stem": "哪一类院校也要开课？",
        "choices": ["社会主义学院", "职业中学", "老年大学", "驾驶学校"],
        "key": "A",
        "explanation": "点名的是社会主义学院。",
    }
    made = items.from_dict(stated | changes)
    assert isinstance(made, Item), made
    return made
