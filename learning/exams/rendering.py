"""Render the questions of a paper: what all learners see alike once, what is a learner's own in each request.

A page with fifty questions is the largest of the site, and a thousand learners open it in the same minute.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from flask import current_app, request
from markupsafe import Markup

from learning.core.kept import Kept
from learning.core.translations import spoken
from learning.exams import papers
from learning.exams.papers import Asked
from question_bank import types
from question_bank.types.protocol import Fields

#: Marks in the kept pieces that each request replaces; made anew in each process, so that no text of a
#: question can hold one.
_NUMBER, _KEY, _ANSWER, _MORE = (f"~{secrets.token_hex(8)}~" for _ in range(4))
#: Longer answers are essays: nobody else has the same, and they would fill the memory.
_LONGEST_KEPT = 200

#: Language, version, marks, state, and whether it holds what was typed and not saved.
_FrameKey = tuple[str, int, str, str, bool]
#: Language, version, and as text: the arrangement and the fields that are filled in; whether it is final.
_AnswerKey = tuple[str, int, str, str, bool]

#: Only published versions stand on papers, and those never change; a restart brings new templates.
_FRAMES: Kept[_FrameKey, str] = Kept(2048)
#: Likewise: the same version in the same order with the same fields looks the same.
_ANSWERS: Kept[_AnswerKey, str] = Kept(8192)


@dataclass(frozen=True)
class Own:
    """What is special about a question in one request."""

    #: What a form without JavaScript brought and was not saved.
    typed: Fields | None = None
    is_refused: bool = False
    #: Checked for the last time in a practice paper.
    is_final: bool = False
    #: What follows on the question.
    more: str = ""


_NOTHING = Own()


def script_parts() -> Markup:
    """Return the words and dialogs of the exam page: they say the same to all who read a language."""
    return _script_parts(spoken(), request.script_root)


@lru_cache(maxsize=8)
def _script_parts(_language: str, _root: str) -> Markup:
    html = current_app.jinja_env.get_template("exams/_exam_script.html").render()
    return Markup(html)  # noqa: S704 - a template of ours, which is given nothing


def articles(questions: Sequence[Asked], own: Mapping[int, Own]) -> dict[int, Markup]:
    """Return each question of a paper as HTML, by its number."""
    pieces = [_pieces(question, own.get(question.number, _NOTHING), spoken()) for question in questions]
    frames = {each.frame: each.question for each in pieces}
    shells = _FRAMES.get(frames.keys(), lambda missing: {key: _frame(key, frames[key]) for key in missing})
    fillings = _fillings({each.answer: each for each in pieces})
    return {each.question.number: _put_together(each, shells, fillings) for each in pieces}


class _Pieces(NamedTuple):
    """What a question is put together from."""

    question: Asked
    fields: Fields
    frame: _FrameKey
    answer: _AnswerKey
    more: str


def _pieces(question: Asked, mine: Own, language: str) -> _Pieces:
    is_typed = mine.typed is not None
    fields = mine.typed
    if fields is None:
        fields = types.get(question.item.type).form_fields(question.response)
    version_id = question.version_id
    frame = (language, version_id, str(question.max_mark), _state(question, mine), is_typed)
    answer = (language, version_id, repr(question.arrangement), repr(fields), mine.is_final)
    return _Pieces(question, fields, frame, answer, mine.more)


def _put_together(
    piece: _Pieces, shells: Mapping[_FrameKey, str], fillings: Mapping[_AnswerKey, str]
) -> Markup:
    html = (
        shells[piece.frame]
        .replace(_ANSWER, fillings[piece.answer])
        .replace(_NUMBER, str(piece.question.number))
        # The key was chosen by the page, of letters, digits, - and _ alone.
        .replace(_KEY, piece.question.last_key)
        .replace(_MORE, piece.more)
    )
    return Markup(html)  # noqa: S704 - all pieces come from templates, which escape what they are given


def _state(question: Asked, mine: Own) -> str:
    if mine.is_refused:
        return "refused"
    return "saved" if question.last_key else "unanswered"


def _fillings(answers: Mapping[_AnswerKey, _Pieces]) -> dict[_AnswerKey, str]:
    def render(keys: Iterable[_AnswerKey]) -> dict[_AnswerKey, str]:
        return {key: _answer(answers[key], is_final=key[-1]) for key in keys}

    short = [key for key in answers if len(key[3]) <= _LONGEST_KEPT]
    return _ANSWERS.get(short, render) | render(answers.keys() - short)


def _frame(key: _FrameKey, question: Asked) -> str:
    type_ = types.get(question.item.type)
    template = current_app.jinja_env.get_template("exams/_question.html")
    return template.render(
        number=_NUMBER,
        last_key=_KEY,
        answer=_ANSWER,
        more=_MORE,
        type=type_.name,
        label=type_.label,
        max_mark=question.max_mark,
        stem=question.item.stem,
        state=key[3],
        is_typed=key[4],
    )


def _answer(piece: _Pieces, is_final: bool) -> str:
    question, type_ = piece.question, types.get(piece.question.item.type)
    template = current_app.jinja_env.get_template(f"types/{type_.name}/answer.html")
    return template.render(
        shown=type_.present(question.item.content, question.arrangement),
        response_fields=papers.grouped(piece.fields),
        disabled=is_final,
        name=f"slot-{_NUMBER}",
        labelled_by=f"question-{_NUMBER}-stem",
    )
