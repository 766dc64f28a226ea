"""Hold what one version of a question says, and check what is common to all types."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from question_bank import types
from question_bank.checks import (
    clauses_problems,
    line_problems,
    lines_problems,
    missing,
    text_problems,
    unknown_fields,
)
from question_bank.marks import print_marks, read_marks
from question_bank.problems import N_, Problem
from question_bank.texts import trimmed
from question_bank.types.protocol import ItemType

USES = ("exam", "practice")  #: drawn for exams, or closing a unit with an explanation on the spot
DIFFICULTIES = range(1, 6)
COMMON_FIELDS = ("code", "type", "use", "clauses", "difficulty", "tags", "stem", "explanation", "marks")
LONGEST_CODE = 64
MOST_TAGS = 10
LONGEST_TAG = 40
DEEPEST = 8  #: lists and tables within each other

_TEXTS = ("code", "type", "use", "stem", "explanation")
_LISTS = ("clauses", "tags")


@dataclass(frozen=True)
class Item:
    """Hold one version of a question.

    ``content`` is JSON and belongs to the type; everything the type does not know of stands beside it.
    """

    code: str
    type: str
    use: str
    clauses: tuple[str, ...]
    difficulty: int
    tags: tuple[str, ...]
    stem: str
    content: Mapping[str, Any]
    explanation: str
    marks: Decimal


def from_dict(mapping: Mapping[str, object]) -> Item | list[Problem]:
    """Return the item that a mapping from TOML, JSON or a form states, or why it is none.

    Texts are cleaned and trimmed and marks written in one way, so that equal items have equal digests.
    An item that can be held may still have problems(): a half-finished question can be kept and looked at.
    """
    try:
        read = plain(mapping)
    except ValueError as error:
        return [
            Problem("not_json", str(error), N_("This cannot be kept: only texts, numbers and lists can."))
        ]
    found = _shape_problems(read)
    if found:
        return found
    content = {name: value for name, value in read.items() if name not in COMMON_FIELDS}
    return Item(
        code=read["code"],
        type=read["type"],
        use=read.get("use", "exam"),
        clauses=tuple(read.get("clauses", [])),
        difficulty=read["difficulty"],
        tags=tuple(read.get("tags", [])),
        stem=read["stem"],
        content=content,
        explanation=read.get("explanation", ""),
        marks=read_marks(read.get("marks")) or _default_marks(read["type"], content),
    )


def to_dict(item: Item) -> dict[str, Any]:
    """Return the item as JSON in the form that from_dict reads."""
    return {
        "code": item.code,
        "type": item.type,
        "use": item.use,
        "clauses": list(item.clauses),
        "difficulty": item.difficulty,
        "tags": list(item.tags),
        "stem": item.stem,
        **item.content,
        "explanation": item.explanation,
        "marks": print_marks(item.marks),
    }


def digest(item: Item) -> str:
    """Return the SHA-256 of all that the item says, in hexadecimal."""
    canonical = json.dumps(to_dict(item), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def problems(item: Item) -> list[Problem]:
    """Return all that has to be mended before the item can be published."""
    type_ = types.find(item.type)
    if type_ is None:
        return [Problem("unknown_type", "type", N_("There is no such type of question."))]
    return [
        *_common_problems(item),
        *_practice_problems(item, type_),
        *unknown_fields(item.content, type_.content_fields),
        *type_.problems(item.content, item.stem),
    ]


def _common_problems(item: Item) -> list[Problem]:
    """Check what every item has whatever its type."""
    found = line_problems(item.code, "code", LONGEST_CODE)
    if " " in item.code:
        found.append(Problem("code", "code", N_("A code has no spaces.")))
    if item.use not in USES:
        found.append(Problem("use", "use", N_("The use has to be exam or practice.")))
    if item.difficulty not in DIFFICULTIES:
        found.append(Problem("difficulty", "difficulty", N_("The difficulty goes from 1 to 5.")))
    found += clauses_problems(list(item.clauses), "clauses")
    found += lines_problems(list(item.tags), "tags", 0, MOST_TAGS)
    if any(len(tag) > LONGEST_TAG for tag in item.tags):
        message = N_("A knowledge point has at most %(longest)s characters.")
        found.append(Problem("long_tag", "tags", message, {"longest": LONGEST_TAG}))
    found += text_problems(item.stem, "stem")
    return found + (text_problems(item.explanation, "explanation") if item.explanation else [])


def _practice_problems(item: Item, type_: ItemType) -> list[Problem]:
    """Check what a practice question needs beside: it is marked and explained on the spot."""
    if item.use != "practice":
        return []
    found = [] if item.explanation else [missing("explanation")]
    if type_.marked_by_people:
        message = N_("A practice question has to be of a type that is marked at once.")
        found.append(Problem("practice_type", "use", message))
    return found


def _shape_problems(plain: Mapping[str, Any]) -> list[Problem]:
    """Return why an item could not even be held: a common field missing or of the wrong kind."""
    found = [missing(name) for name in ("code", "type", "difficulty", "stem") if name not in plain]
    wrong = [name for name in _TEXTS if not isinstance(plain.get(name, ""), str)]
    wrong += [name for name in _LISTS if not _is_list_of_texts(plain.get(name, []))]
    if isinstance(plain.get("difficulty", 1), bool) or not isinstance(plain.get("difficulty", 1), int):
        wrong.append("difficulty")
    if "marks" in plain and read_marks(plain["marks"]) is None:
        wrong.append("marks")
    return found + [Problem("wrong_kind", name, N_("This value is of the wrong kind.")) for name in wrong]


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _default_marks(type_name: str, content: Mapping[str, Any]) -> Decimal:
    type_ = types.find(type_name)
    return type_.default_marks(content) if type_ else Decimal(1)


def plain(value: Any, name: str = "", depth: int = 0) -> Any:
    """Return a value as plain JSON, texts trimmed, marks as text wherever they stand.

    :raises ValueError: with the name of the field whose value JSON cannot keep.
    """
    if depth > DEEPEST:
        raise ValueError(name)
    if name == "marks" and (marks := read_marks(value)) is not None:
        return print_marks(marks)
    if isinstance(value, str):
        return trimmed(value)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError(name)
        return {key: plain(entry, key, depth + 1) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry, "", depth + 1) for entry in value]
    raise ValueError(name)
