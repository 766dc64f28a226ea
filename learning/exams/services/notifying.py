"""Tell learners what became of their exams; always in the transaction of what they are told of."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from learning.core.texts import N_
from learning.exams.corrections import Outcome
from learning.exams.models import Exam, Sitting
from learning.exams.queries import results
from learning.exams.queries.attempts import Sat
from learning.people.services.notices import News, tell

RELEASED = N_("The results of “%(exam)s” are released.")
DECIDED = N_("An answer of yours in “%(exam)s” was marked anew, and your result has changed.")
VOIDED = N_("Your attempt at “%(exam)s” was voided; it has no result.")
GIVEN_BACK = N_("Your attempt at “%(exam)s” was voided; you may sit the exam again.")
CHANGED = N_("A question of “%(exam)s” was corrected. Your result: %(before)s before, %(after)s now.")
NOW_PASSED = N_(
    "A question of “%(exam)s” was corrected. Your result: %(before)s before, %(after)s now – passed."
)
NOW_FAILED = N_(
    "A question of “%(exam)s” was corrected. Your result: %(before)s before, %(after)s now – not passed."
)


def tell_of_release(session: Session, sitting: Sitting, exam: Exam, now: datetime) -> None:
    """Tell all who sat at a sitting that its results are released; each once, with the last attempt."""
    last = dict(results.sat_at(session, sitting.id))
    news = [
        News(person_id, RELEASED, {"exam": exam.title}, address_of(attempt_id))
        for person_id, attempt_id in last.items()
    ]
    tell(session, news, now)


def tell_of_decision(session: Session, sat: Sat, now: datetime) -> None:
    """Tell the learner of an attempt that an answer was marked anew after the release."""
    tell(session, [_news(sat, DECIDED)], now)


def tell_of_voiding(session: Session, sat: Sat, now: datetime) -> None:
    """Tell the learner of an attempt that it was voided, and whether it is given back."""
    tell(session, [_news(sat, GIVEN_BACK if sat.attempt.is_given_back else VOIDED)], now)


def tell_of_corrections(
    session: Session, exam: Exam, changed: Iterable[tuple[int, int, Outcome, Outcome]], now: datetime
) -> None:
    """Tell those whose results a correction changed: attempt, person, the result before and now."""
    news = [
        News(
            person_id,
            _changed(before, after),
            {"exam": exam.title, "before": str(before), "after": str(after)},
            address_of(attempt_id),
        )
        for attempt_id, person_id, before, after in changed
    ]
    tell(session, news, now)


def _changed(before: Outcome, after: Outcome) -> str:
    if before.is_passed == after.is_passed:
        return CHANGED
    return NOW_PASSED if after.is_passed else NOW_FAILED


def _news(sat: Sat, text: str) -> News:
    return News(sat.attempt.person_id, text, {"exam": sat.exam.title}, address_of(sat.attempt.id))


def address_of(attempt_id: int) -> str:
    """Return where a learner finds the result of an attempt; jobs have no request to build it from."""
    return f"/attempts/{attempt_id}/result"
