"""State what an item type has to offer: everything the platform knows about a kind of question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple, Protocol, runtime_checkable

from question_bank.problems import Problem

Content = Mapping[str, Any]  #: what an item of the type says beside its stem, as JSON
Arrangement = list[Any]  #: the order in which one learner sees the parts of an item, as JSON
Response = Any  #: what a learner answered, as JSON in one canonical form; None is unanswered
Shown = dict[str, Any]  #: what a template is given
Fields = Sequence[tuple[str, str]]  #: the form fields of one slot, the prefix of the slot taken off


class Policy(StrEnum):
    """Name what a partly right multiple choice or ordering is worth."""

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL = "partial"


class BadResponse(Enum):
    """Name why form fields are no response: nothing that an honest page sends."""

    NOT_FIELDS = "not_fields"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_VALUE = "unknown_value"
    TWO_VALUES = "two_values"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"


class Editor(Protocol):
    """Turn the content into the fields of a plain form and back.

    A half-finished question is kept too, so both ways have to work for content that has problems.
    """

    def to_fields(self, content: Content) -> dict[str, str]:
        """Return the form fields that state the content."""

    def from_fields(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Return the content that the fields state; it may have problems, but reading never fails."""


class ItemType(Protocol):
    """Know one kind of question. All methods are pure.

    ``problems`` and ``default_marks`` take any JSON mapping, the editor what it has read itself; all others
    expect content without problems, and any response that ``read_response`` returned: what that names
    beyond the content counts as wrong.
    The folder of the type also holds the templates answer.html, review.html and editor.html.
    """

    name: str
    label: str  #: English message id
    position: int  #: where lists of types name it; those of one position go by name
    marked_by_people: bool  #: may score() leave the mark to a person?
    content_fields: frozenset[str]
    editor: Editor

    def problems(self, content: Content, stem: str) -> list[Problem]:
        """Return what is wrong with the content, ``where`` relative to it."""

    def default_marks(self, content: Content) -> Decimal:
        """Return the marks of an item that does not state them."""

    def arrange(self, content: Content, rng: Random) -> Arrangement:
        """Return a shuffled order for one learner."""

    def plain_arrangement(self, content: Content) -> Arrangement:
        """Return the order for previews and for exams without shuffling."""

    def present(self, content: Content, arrangement: Arrangement) -> Shown:
        """Return what answer.html needs and nothing that tells the key: picked, never copied whole."""

    def read_response(self, fields: Fields) -> Response | BadResponse:
        """Return the canonical response of form fields, None for unanswered.

        Needs no content, so that an answer can be saved without loading the question.
        """

    def form_fields(self, response: Response) -> list[tuple[str, str]]:
        """Return the form fields that read_response reads as this response."""

    def right_response(self, content: Content) -> Response:
        """Return a response that earns all marks; where people mark, the model answer."""

    def with_accepted(self, content: Content, response: Response, accepted: Response) -> Response:
        """Return the response as if the accepted one were right as well: the key stands where they agree.

        Scored like any other it then earns what the key earns there; ``accepted`` is never None.
        """

    def is_complete(self, content: Content, response: Response) -> bool:
        """Tell whether no part of the question is left unanswered."""

    def score(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> Fraction | None:
        """Return the share of the marks earned, 0 to 1; None where a person has to decide.

        Unanswered is 0 in every type, so that nobody has to mark an empty page.
        """

    def review(self, content: Content, arrangement: Arrangement, response: Response) -> Shown:
        """Return what review.html needs: the key, and what of the response is right."""

    def key_text(self, content: Content) -> str:
        """Return the key in short for tables."""

    def response_text(self, content: Content, response: Response) -> str:
        """Return the response in short for tables, empty for unanswered."""


class MarkingPoint(NamedTuple):
    """Hold one thing that people look for in an answer."""

    text: str
    weight: Fraction  #: as a share of the marks of the item; those of all points make 1
    part: str = ""  #: of a question in parts, the number of the part it belongs to
    given: Fraction | None = None  #: what the key gives for it, 0 to 1; None where people look


@runtime_checkable
class MarkedByPeople(ItemType, Protocol):
    """Know a kind of question of which people mark answers along marking points."""

    def marking_points(
        self, content: Content, response: Response, policy: Policy = Policy.ALL_OR_NOTHING
    ) -> list[MarkingPoint]:
        """Return what people look for in this response, with what the key has marked already."""
