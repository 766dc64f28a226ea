"""Show an item as learners see it, and what they see once results are released."""

from dataclasses import dataclass
from typing import Any

from question_bank import types
from question_bank.items import Item


@dataclass(frozen=True)
class Preview:
    """What the templates of the item's type are given."""

    item: Item
    label: str
    answer: dict[str, Any]
    review: dict[str, Any]
    key: str


def preview_of(item: Item) -> Preview | None:
    """Return the preview of an item, None while its content cannot be shown."""
    type_ = types.find(item.type)
    if type_ is None or type_.problems(item.content, item.stem):
        return None
    order = type_.plain_arrangement(item.content)
    return Preview(
        item=item,
        label=type_.label,
        answer=type_.present(item.content, order),
        review=type_.review(item.content, order, None),
        key=type_.key_text(item.content),
    )
