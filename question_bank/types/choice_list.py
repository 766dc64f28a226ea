"""Handle a list of lettered choices: what single and multiple choice have in common."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from question_bank.checks import lines_problems
from question_bank.problems import N_, Problem
from question_bank.texts import trimmed
from question_bank.types.letters import LETTERS, MOST_CHOICES, by_position
from question_bank.types.protocol import Arrangement, Content, Shown


def problems(content: Content) -> list[Problem]:
    """Check the choices, and that the key names some of them, each once and in order."""
    choices, key = content.get("choices"), content.get("key")
    found = lines_problems(choices, "choices", 2, MOST_CHOICES)
    if not isinstance(key, str) or not key:
        return [*found, Problem("no_key", "key", N_("No right answer is marked."))]
    if isinstance(choices, list) and not set(key) <= set(LETTERS[: len(choices)]):
        message = N_("The key %(key)s names a choice that does not exist.")
        return [*found, Problem("key_unknown", "key", message, {"key": key[:20]})]
    if list(key) != sorted(set(key)):
        message = N_("The letters of the key have to stand in order, each once.")
        return [*found, Problem("key_order", "key", message)]
    return found


def arrange(content: Content, rng: Random) -> Arrangement:
    """Return the letters of the choices in a random order."""
    letters = plain_arrangement(content)
    rng.shuffle(letters)
    return letters


def plain_arrangement(content: Content) -> Arrangement:
    """Return the letters of the choices as written."""
    return list(by_position(content["choices"]))


def present(content: Content, arrangement: Arrangement) -> Shown:
    """Return the choices as one learner sees them: the letter on the screen, and the letter to send."""
    texts = by_position(content["choices"])
    return {
        "choices": [
            {"letter": shown, "value": letter, "text": texts[letter]}
            for shown, letter in zip(LETTERS, arrangement, strict=False)
        ]
    }


def review(content: Content, arrangement: Arrangement, chosen: str) -> Shown:
    """Return the choices as the learner saw them, with the key and what was chosen."""
    shown = present(content, arrangement)
    for choice in shown["choices"]:
        choice["is_key"] = choice["value"] in content["key"]
        choice["is_chosen"] = choice["value"] in chosen
    return shown


def text_of(content: Content, letters: str) -> str:
    """Return the named choices with their letters."""
    texts = by_position(content["choices"])
    return "；".join(f"{letter}. {texts[letter]}" if letter in texts else letter for letter in letters)


def lines_to_fields(choices: list[str]) -> dict[str, str]:
    """Return a form field for each choice there may be."""
    padded = choices + [""] * (MOST_CHOICES - len(choices))
    return {f"choice-{number}": text for number, text in enumerate(padded, 1)}


def lines_from_fields(fields: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the choices that were filled in, and for each letter of the form its letter among them."""
    lines = [trimmed(fields.get(f"choice-{number}", "")) for number in range(1, MOST_CHOICES + 1)]
    filled = [letter for letter, text in zip(LETTERS, lines, strict=True) if text]
    return [text for text in lines if text], dict(zip(filled, LETTERS, strict=False))


def content_of(choices: list[str], key: str) -> dict[str, Any]:
    """Return the content in its one order of fields."""
    return {"choices": choices, "key": key}
