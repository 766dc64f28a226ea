"""Read what a reader's page sends: an answer to a practice question."""

from werkzeug.datastructures import MultiDict

from question_bank import types
from question_bank.types.protocol import BadResponse, Response

#: What the fields of a practice question are called in its form: answer, answer-1, answer-2 …
NAME = "answer"


def answer_fields(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return the fields of the answer in a form, without their common name."""
    return [
        (name[len(NAME) :].lstrip("-"), value)
        for name, value in form.items(multi=True)
        if name == NAME or name.startswith(f"{NAME}-")
    ]


def read_answer(type_name: str, fields: list[tuple[str, str]]) -> Response | None:
    """Return the response, or None where nothing was answered or nothing that an honest page sends."""
    response = types.get(type_name).read_response(fields)
    return None if isinstance(response, BadResponse) else response
