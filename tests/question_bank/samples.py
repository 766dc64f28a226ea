"""Make content and responses of every item type: what the contract tests range over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from question_bank import types
from question_bank.types.letters import LETTERS, by_text

Content = dict[str, Any]
Fields = list[tuple[str, str]]

# Chinese, Latin, markup and template signs: whatever an author may type on one line.
_SIGNS = "党委群团组织工作0123ABCabc一二三，。“”《》<>&\"'{}%_=\\ "
LINES = st.text(_SIGNS, min_size=1, max_size=12).map(str.strip).filter(bool)
TEXTS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
#: What a learner may type into a text field.
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)


def _different(strategy: st.SearchStrategy[str], fewest: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(strategy, min_size=fewest, max_size=most, unique=True)


@st.composite
def _single_choice(draw: st.DrawFn) -> Content:
    choices = draw(_different(LINES, 2, 8))
    return {"choices": choices, "key": draw(st.sampled_from(LETTERS[: len(choices)]))}


@st.composite
def _multiple_choice(draw: st.DrawFn) -> Content:
    choices = draw(_different(LINES, 2, 8))
    key = draw(st.sets(st.sampled_from(LETTERS[: len(choices)]), min_size=2))
    return {"choices": choices, "key": "".join(sorted(key))}


@st.composite
def _fill_blank(draw: st.DrawFn) -> Content:
    variant = st.text("党委群团组织0123一二三 ", min_size=1, max_size=8).map(str.strip).filter(bool)
    key = draw(st.lists(_different(variant, 1, 3), min_size=1, max_size=4))
    return {"key": key, "exact_numerals": True} if draw(st.booleans()) else {"key": key}


@st.composite
def _matching(draw: st.DrawFn) -> Content:
    right = draw(_different(LINES, 2, 8))
    left = draw(_different(LINES, 2, len(right)))
    return {"left": left, "right": right, "key": draw(st.permutations(range(1, len(right) + 1)))[: len(left)]}


_POINTS = st.fixed_dictionaries({"text": LINES, "marks": st.sampled_from(["1", "2", "0.5"])})
_BY_TYPE: dict[str, st.SearchStrategy[Content]] = {
    "single_choice": _single_choice(),
    "multiple_choice": _multiple_choice(),
    "true_false": st.fixed_dictionaries({"key": st.booleans()}),
    "fill_blank": _fill_blank(),
    "matching": _matching(),
    "ordering": st.fixed_dictionaries({"choices": _different(LINES, 3, 8)}),
    "short_answer": st.fixed_dictionaries(
        {"model_answer": TEXTS, "points": st.lists(_POINTS, min_size=1, max_size=4)}
    ),
}


@st.composite
def _part(draw: st.DrawFn) -> Content:
    name = draw(st.sampled_from(sorted(_BY_TYPE)))
    content = draw(_BY_TYPE[name])
    return {
        "type": name,
        "stem": stem_of(content),
        "explanation": draw(LINES),
        "clauses": ["3.7s2"],
        **content,
    }


_BY_TYPE_AND_CASE = {
    **_BY_TYPE,
    "case_analysis": st.fixed_dictionaries(
        {"stimulus": TEXTS, "parts": st.lists(_part(), min_size=1, max_size=4)}
    ),
}


def contents(type_name: str) -> st.SearchStrategy[Content]:
    """Return a strategy of content without problems."""
    return _BY_TYPE_AND_CASE[type_name]


def has_samples(type_name: str) -> bool:
    """Tell whether somebody has thought of samples for the type."""
    return type_name in _BY_TYPE_AND_CASE


def stem_of(content: Mapping[str, Any]) -> str:
    """Return a stem with as many blanks as the content may ask for."""
    key = content.get("key")
    return "题干" + "____、" * (len(key) if isinstance(key, list) else 0)


@st.composite
def twins(draw: st.DrawFn, type_name: str) -> tuple[Content, Content]:
    """Return two contents that ask the same and differ in whatever a learner must not be told."""
    content = draw(contents(type_name))
    return content, _other_key(draw, type_name, content)


def _other_key(draw: st.DrawFn, type_name: str, content: Content) -> Content:
    if type_name == "case_analysis":
        parts = [
            {**_other_key(draw, part["type"], part), "explanation": draw(LINES)} for part in content["parts"]
        ]
        return {**content, "parts": parts}
    if type_name == "ordering":
        return {**content, "choices": draw(st.permutations(content["choices"]))}
    if type_name == "matching":
        numbers = range(1, len(content["right"]) + 1)
        return {**content, "key": draw(st.permutations(numbers))[: len(content["left"])]}
    if type_name == "fill_blank":
        return {**content, "key": [[draw(LINES)] for _ in content["key"]]}
    if type_name == "short_answer":
        return {**content, **draw(_BY_TYPE["short_answer"])}
    if type_name == "true_false":
        return {**content, "key": not content["key"]}
    letters = st.sampled_from(LETTERS[: len(content["choices"])])
    key = (
        draw(letters) if type_name == "single_choice" else "".join(sorted(draw(st.sets(letters, min_size=2))))
    )
    return {**content, "key": key}


def answers(type_name: str, content: Content) -> st.SearchStrategy[Fields]:
    """Return a strategy of the form fields that an honest page may send."""
    return _ANSWERS[type_name](content)


def _one_letter(content: Content) -> st.SearchStrategy[Fields]:
    return st.lists(st.sampled_from(LETTERS[: len(content["choices"])]), max_size=1).map(_unnamed)


def _several_letters(content: Content) -> st.SearchStrategy[Fields]:
    return st.lists(st.sampled_from(LETTERS[: len(content["choices"])]), unique=True).map(_unnamed)


def _blanks(content: Content) -> st.SearchStrategy[Fields]:
    accepted = [variant for variants in content["key"] for variant in variants]
    return _named(
        [str(number) for number in range(1, len(content["key"]) + 1)], TYPED | st.sampled_from(accepted)
    )


def _matches(content: Content) -> st.SearchStrategy[Fields]:
    numbers = [str(number) for number in range(1, len(content["left"]) + 1)]
    return _named(numbers, st.sampled_from(list(by_text(content["right"]))))


def _positions(content: Content) -> st.SearchStrategy[Fields]:
    letters = list(by_text(content["choices"]))
    return _named(letters, st.sampled_from([str(position) for position in range(1, len(letters) + 1)]))


def _written(content: Content) -> st.SearchStrategy[Fields]:
    return st.lists(st.lists(TYPED, min_size=1).map("\n".join), max_size=1).map(_unnamed)


@st.composite
def _of_parts(draw: st.DrawFn, content: Content) -> Fields:
    fields = []
    for number, part in enumerate(content["parts"], 1):
        for name, value in draw(answers(part["type"], part)):
            fields.append((f"{number}-{name}" if name else f"{number}", value))
    return fields


_ANSWERS: dict[str, Callable[[Content], st.SearchStrategy[Fields]]] = {
    "single_choice": _one_letter,
    "multiple_choice": _several_letters,
    "true_false": lambda _: st.lists(st.sampled_from(["true", "false"]), max_size=1).map(_unnamed),
    "fill_blank": _blanks,
    "matching": _matches,
    "ordering": _positions,
    "short_answer": _written,
    "case_analysis": _of_parts,
}


def _unnamed(values: list[str]) -> Fields:
    return [("", value) for value in values]


def _named(names: list[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[Fields]:
    return st.dictionaries(st.sampled_from(names), values).map(lambda chosen: list(chosen.items()))


def key_fields(type_name: str, content: Content) -> Fields:
    """Return the form fields of a wholly right answer."""
    key = content.get("key")
    if type_name == "true_false":
        return [("", "true" if key else "false")]
    if type_name == "fill_blank":
        return [(str(number), variants[-1]) for number, variants in enumerate(content["key"], 1)]
    if type_name == "matching":
        letters = {text: letter for letter, text in by_text(content["right"]).items()}
        return [
            (str(at), letters[content["right"][number - 1]]) for at, number in enumerate(content["key"], 1)
        ]
    if type_name == "ordering":
        letters = {text: letter for letter, text in by_text(content["choices"]).items()}
        return [(letters[text], str(position)) for position, text in enumerate(content["choices"], 1)]
    if type_name == "case_analysis":
        return [
            (f"{number}-{name}" if name else f"{number}", value)
            for number, part in enumerate(content["parts"], 1)
            for name, value in key_fields(part["type"], part)
        ]
    if type_name == "short_answer":
        return [("", content["model_answer"])]
    return [("", letter) for letter in content["key"]]


def type_names() -> list[str]:
    """Return the names of all types, for parametrised tests."""
    return [type_.name for type_ in types.all_types()]
