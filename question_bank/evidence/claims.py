"""Take items apart into claims: what is asked, what is held to be right and wrong, and on what ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.items import Item

Place = tuple[str, str]  #: a field, as in a Problem, and the text that stands there


@dataclass(frozen=True)
class Claim:
    """Hold one question with its key: an item, or a part of a case."""

    item: str
    prefix: str  #: the place of the part in the item: "parts.2." or empty
    type: str
    clauses: tuple[str, ...]
    difficulty: int
    stem: str
    stimulus: str
    explanation: str
    content: Mapping[str, Any]
    keys: tuple[Place, ...] = field(default=())
    wrong: tuple[Place, ...] = field(default=())

    @property
    def asked(self) -> str:
        """Return all that the learner is told: situation and question."""
        return f"{self.stimulus}\n{self.stem}"

    @property
    def is_applied(self) -> bool:
        """Tell whether a situation is judged, so that the key may speak of it rather than of the text."""
        return self.difficulty >= 4 or bool(self.stimulus)

    @property
    def offered(self) -> str:
        """Return all that the learner may choose from."""
        return "\n".join(text for _, text in (*self.keys, *self.wrong))


def claims(item: Item) -> Iterator[Claim]:
    """Yield the claims of an item: one for each part of a case, else one."""
    parts = item.content.get("parts") if item.type == "case_analysis" else None
    if not isinstance(parts, list):
        yield _claim(item, "", item.type, item.clauses, item.stem, item.explanation, item.content)
        return
    for number, part in enumerate(parts, 1):
        if isinstance(part, dict):
            clauses = tuple(part.get("clauses") or item.clauses)
            texts = part.get("stem", ""), part.get("explanation", "")
            yield _claim(item, f"parts.{number}.", part.get("type", ""), clauses, *texts, part)


def _claim(
    item: Item,
    prefix: str,
    type_name: str,
    clauses: tuple[str, ...],
    stem: str,
    explanation: str,
    content: Mapping[str, Any],
) -> Claim:
    keys, wrong = _ANSWERS.get(type_name, _no_answers)(content)
    return Claim(
        item=item.code,
        prefix=prefix,
        type=type_name,
        clauses=clauses,
        difficulty=item.difficulty,
        stem=stem,
        stimulus=item.content.get("stimulus", ""),
        explanation=explanation,
        content=content,
        keys=tuple((f"{prefix}{where}", text) for where, text in keys),
        wrong=tuple((f"{prefix}{where}", text) for where, text in wrong),
    )


Answers = tuple[list[Place], list[Place]]


def _no_answers(content: Mapping[str, Any]) -> Answers:
    return [], []


def _chosen(content: Mapping[str, Any]) -> Answers:
    sides: Answers = ([], [])
    for at, (letter, text) in enumerate(zip("ABCDEFGH", content.get("choices", []), strict=False), 1):
        sides[letter not in str(content.get("key", ""))].append((f"choices.{at}", text))
    return sides


def _matched(content: Mapping[str, Any]) -> Answers:
    sides: Answers = ([], [])
    for at, text in enumerate(content.get("right", []), 1):
        sides[at not in content.get("key", [])].append((f"right.{at}", text))
    return sides


def _filled(content: Mapping[str, Any]) -> Answers:
    return [(f"key.{at}", text) for at, texts in enumerate(content.get("key", []), 1) for text in texts], []


def _ordered(content: Mapping[str, Any]) -> Answers:
    return [(f"choices.{at}", text) for at, text in enumerate(content.get("choices", []), 1)], []


def _pointed(content: Mapping[str, Any]) -> Answers:
    return [(f"points.{at}", point["text"]) for at, point in enumerate(content.get("points", []), 1)], []


_ANSWERS = {
    "single_choice": _chosen,
    "multiple_choice": _chosen,
    "matching": _matched,
    "fill_blank": _filled,
    "ordering": _ordered,
    "short_answer": _pointed,
}
