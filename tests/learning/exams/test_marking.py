"""Marking by people: one or two, blind, without names, again, and decided by a third."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.accounts.models import AuditEntry
from learning.exams.marks import MarkRefusal, MarkState
from learning.exams.models import AttemptResult, Exam, Mark
from learning.exams.queries import marking as queries_of_marking
from learning.exams.queries.marking import Asking
from learning.exams.services import handing_in, managing
from learning.people.models import Notice
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.markers import (
    also_instructor,
    finished,
    give,
    marker,
    marks_of,
    results,
    settle,
    with_third_marker,
)
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]
ONE = stories.ONE_SHORT_ANSWER


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    """An instructor of the school."""
    return sign_in("chen")


@pytest.fixture
def zhou(sign_in: SignIn) -> FlaskClient:
    """Another one."""
    return sign_in("zhou")


# ---- one marker ----


def test_the_result_is_there_with_the_last_mark(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, ONE))
    assert results(attempt_id) == []
    assert give(marker(cast, "chen"), attempt_id, "4.5", comment="要点齐全") is None
    (result,) = results(attempt_id)
    assert (result.score, result.max_score, result.scorer) == (Decimal("4.5"), 10, "scorer/1")


def test_the_same_marker_can_mark_again_and_says_why(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, ONE))
    chen = marker(cast, "chen")
    assert give(chen, attempt_id, 1) is None
    (first,) = marks_of(attempt_id)
    assert give(chen, attempt_id, 5, seen=first.id) is MarkRefusal.NO_CAUSE
    assert give(chen, attempt_id, 5, seen=first.id, cause="看漏了一段") is None
    assert [mark.mark for mark in marks_of(attempt_id)] == [1, 5]
    assert [result.score for result in results(attempt_id)] == [1, 5]
    detail = looking().scalars(select(AuditEntry.detail).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert detail["cause"] == "看漏了一段"


def test_a_mark_sent_twice_is_added_once(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, ONE))
    for _ in range(2):
        assert give(marker(cast, "chen"), attempt_id, 3, comment="好") is None
    assert len(marks_of(attempt_id)) == 1
    assert give(marker(cast, "chen"), attempt_id, 4) is MarkRefusal.CHANGED


def test_another_marker_does_not_mark_over_the_first(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, ONE))
    assert give(marker(cast, "chen"), attempt_id, 3) is None
    assert give(marker(cast, "zhou"), attempt_id, 5) is MarkRefusal.ALL_MARKED
    assert len(marks_of(attempt_id)) == 1


def test_after_the_release_nobody_marks_again_but_somebody_else_can_decide(
    cast: Cast, client: FlaskClient
) -> None:
    story = stories.sitting(cast, ONE)
    attempt_id = finished(client, cast, story)
    chen, zhou = marker(cast, "chen"), marker(cast, "zhou")
    give(chen, attempt_id, 3)
    managing.release_results(chen, story.sitting_id, stories.now())
    (first,) = marks_of(attempt_id)
    assert give(chen, attempt_id, 5, seen=first.id, cause="重看") is MarkRefusal.RELEASED
    assert settle(chen, attempt_id, 5) is MarkRefusal.OWN_MARK
    assert settle(zhou, attempt_id, 5, cause="") is MarkRefusal.NO_CAUSE
    assert settle(zhou, attempt_id, 5, cause="学员申诉成立") is None
    assert [result.score for result in results(attempt_id)] == [3, 5]
    wang = select(func.count()).where(Notice.person_id == cast.persons["wang"], Notice.text.contains("anew"))
    assert looking().scalar(wang) == 1


def test_before_the_release_nobody_is_told_of_a_decision(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, ONE))
    give(marker(cast, "chen"), attempt_id, 3)
    assert settle(marker(cast, "zhou"), attempt_id, 5) is None
    assert looking().scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.parametrize("share", ["-1", "5.5"])
def test_marks_beyond_the_full_marks_are_refused(cast: Cast, client: FlaskClient, share: str) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, ONE))
    assert give(marker(cast, "chen"), attempt_id, share) is MarkRefusal.OUT_OF_RANGE


def test_what_the_key_marks_is_not_for_people(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, stories.sitting(cast, ONE))
    assert give(marker(cast, "chen"), attempt_id, 5, slot=1) is MarkRefusal.NOT_FOR_PEOPLE
    running = stories.start(cast, stories.sitting(cast, ONE), "li")
    assert give(marker(cast, "chen"), running, 5) is MarkRefusal.NOT_ENDED


def test_nobody_marks_an_answer_of_their_own(cast: Cast, client: FlaskClient, sign_in: SignIn) -> None:
    story = stories.sitting(cast, ONE)
    attempt_id = finished(client, cast, story)
    also_instructor(cast, "wang")
    assert give(marker(cast, "wang"), attempt_id, 5) is MarkRefusal.OWN_ANSWER
    path = f"/sittings/{story.sitting_id}/marking/{version_of(attempt_id)}"
    assert sign_in("wang").get(path).headers["Location"] == f"/sittings/{story.sitting_id}/marking"
    assert sign_in("chen").get(path).headers["Location"].startswith(f"{path}/")


# ---- two markers ----


def two(cast: Cast, tolerance: int = 20) -> stories.Story:
    """Return a sitting of an exam whose answers two people mark."""
    return stories.sitting(cast, ONE, markers=2, marker_tolerance_percent=tolerance)


def test_of_two_markers_close_enough_the_mean_counts(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, two(cast))
    assert give(marker(cast, "chen"), attempt_id, 3) is None
    assert results(attempt_id) == []
    assert give(marker(cast, "zhou"), attempt_id, 4) is None
    (result,) = results(attempt_id)
    assert result.score == Decimal("3.5")
    assert [mark.kind for mark in marks_of(attempt_id)] == ["first", "second"]


def test_two_markers_too_far_apart_wait_for_a_third(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, two(cast))
    chen, zhou, third = marker(cast, "chen"), marker(cast, "zhou"), with_third_marker(cast)
    give(chen, attempt_id, 1)
    give(zhou, attempt_id, 4)
    assert results(attempt_id) == []
    assert give(third, attempt_id, 3) is MarkRefusal.ALL_MARKED
    assert settle(chen, attempt_id, 3) is MarkRefusal.OWN_MARK
    assert settle(third, attempt_id, 3) is None
    (result,) = results(attempt_id)
    assert result.score == 3
    # The marks of the two stay on record, and they mark no more.
    assert [mark.mark for mark in marks_of(attempt_id)] == [1, 4, 3]
    assert give(chen, attempt_id, 3, seen=marks_of(attempt_id)[0].id, cause="重看") is MarkRefusal.ALL_MARKED


def test_where_there_is_nobody_else_one_of_the_two_decides(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, two(cast))
    give(marker(cast, "chen"), attempt_id, 1)
    give(marker(cast, "zhou"), attempt_id, 4)
    assert settle(marker(cast, "chen"), attempt_id, 3) is None


def test_the_two_may_come_to_agree_by_marking_again(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, two(cast))
    give(marker(cast, "chen"), attempt_id, 1)
    give(marker(cast, "zhou"), attempt_id, 4)
    first = marks_of(attempt_id)[0].id
    assert give(marker(cast, "chen"), attempt_id, 4, seen=first, cause="同意第二评") is None
    assert results(attempt_id)[-1].score == 4


def test_marks_that_stand_are_not_parted_again(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, two(cast))
    give(marker(cast, "chen"), attempt_id, 3)
    give(marker(cast, "zhou"), attempt_id, 4)
    first = marks_of(attempt_id)[0].id
    again = give(marker(cast, "chen"), attempt_id, 0, seen=first, cause="重看")
    assert again is MarkRefusal.TOO_FAR_APART
    assert give(marker(cast, "chen"), attempt_id, "3.5", seen=first, cause="重看") is None
    assert [result.score for result in results(attempt_id)] == [Decimal("3.5"), Decimal("3.75")]


def test_nobody_is_both_markers(cast: Cast, client: FlaskClient) -> None:
    attempt_id = finished(client, cast, two(cast))
    give(marker(cast, "chen"), attempt_id, 3)
    seen = marks_of(attempt_id)[0].id
    assert give(marker(cast, "chen"), attempt_id, 3, seen=seen, cause="再看一次") is None
    assert {mark.kind for mark in marks_of(attempt_id)} == {"first"}
    assert results(attempt_id) == []


# ---- pages ----


def codes(browser: FlaskClient, sitting_id: int, version_id: int) -> list[str]:
    """Return the codes of a question's answers in the order in which somebody is led through them."""
    path = f"/sittings/{sitting_id}/marking/{version_id}"
    found = [browser.get(path).headers["Location"].rsplit("/", 1)[1]]
    while after := re.search(r'rel="next" href="([^"]+)"', browser.get(f"{path}/{found[-1]}").text):
        found.append(after[1].rsplit("/", 1)[1])
    return found


def version_of(attempt_id: int, slot: int = 2) -> int:
    """Return the question version in a slot."""
    return next(slot_.question_version_id for slot_, _ in stories.paper(attempt_id) if slot_.number == slot)


@pytest.fixture
def crowd(cast: Cast, client: FlaskClient) -> tuple[stories.Story, int]:
    """Three who answered the same question in writing; the story and the question."""
    only = {"cells": [{"types": ["short_answer"], "clauses": ["3"], "count": 1, "marks": "4"}]}
    story = stories.sitting(cast, only)
    made: dict[int, int] = {}
    for name in ("wang", "li", "zhao"):
        attempt_id = stories.start(cast, story, name)
        stories.send(
            client, attempt_id, stories.pass_of(attempt_id), [stories.entry("k", 1, f"作答甲乙丙{len(made)}")]
        )
        handing_in.submit(stories.LEARNER, attempt_id, f"browser-of-{name}", 1, stories.now())
        made[attempt_id] = version_of(attempt_id, 1)
    assert len(set(made.values())) == 1
    return story, next(iter(made.values()))


def test_marking_goes_through_all_answers_without_a_name(
    chen: FlaskClient, crowd: tuple[stories.Story, int]
) -> None:
    story, version = crowd
    path = f"/sittings/{story.sitting_id}/marking/{version}"
    seen = []
    for _ in range(3):
        address = chen.get(path).headers["Location"]
        page = chen.get(address).text
        seen += re.findall("作答甲乙丙[0-9]", page)
        content = page.split("<main", 1)[1]
        for word in ("王学习", "李求知", "赵认真", "SF00", "示范县妇联", "/attempts/"):
            assert word not in content
        assert chen.post(address, data={"seen": "", "mark": "2", "comment": "尚可"}).status_code == 302
    assert sorted(seen) == ["作答甲乙丙0", "作答甲乙丙1", "作答甲乙丙2"]
    assert chen.get(path).headers["Location"] == f"/sittings/{story.sitting_id}/marking"
    assert looking().scalar(select(func.count()).select_from(AttemptResult)) == 3


def test_every_marker_has_an_order_and_codes_of_the_own(
    chen: FlaskClient, zhou: FlaskClient, crowd: tuple[stories.Story, int]
) -> None:
    story, version = crowd
    one, other = (codes(browser, story.sitting_id, version) for browser in (chen, zhou))
    assert len(one) == len(other) == 3
    assert set(one).isdisjoint(other)
    path = f"/sittings/{story.sitting_id}/marking/{version}"
    assert chen.get(f"{path}/{other[0]}").status_code == 404


def test_the_points_ticked_add_up_to_the_mark(chen: FlaskClient, crowd: tuple[stories.Story, int]) -> None:
    story, version = crowd
    path = f"/sittings/{story.sitting_id}/marking/{version}"
    address = chen.get(path).headers["Location"]
    page = chen.get(address).text
    points = re.findall(r'name="points"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="points"', page)
    assert len(points) >= 2
    form = {"seen": "", "mark": "", "comment": "", "points": ["0"]}
    assert chen.post(address, data=form).status_code == 302
    mark = looking().scalars(select(Mark).where(Mark.marked_by_id.is_not(None))).one()
    item = stories.paper(mark.attempt_id)[0][1]
    weights = [Fraction(point["marks"]) for point in item.content["points"]]
    assert mark.points["value"] == ["1", *["0"] * (len(weights) - 1)]
    assert mark.fraction == weights[0] / sum(weights)
    again = chen.get(address).text
    assert re.search(r'(checked[^>]*name="points"|name="points"[^>]*checked)', again)
    assert "重新评分的原因" in again


def test_other_marks_than_those_of_the_points_need_a_comment(
    chen: FlaskClient, crowd: tuple[stories.Story, int]
) -> None:
    story, version = crowd
    address = chen.get(f"/sittings/{story.sitting_id}/marking/{version}").headers["Location"]
    refused = chen.post(address, data={"seen": "", "mark": "3.5", "points": ["0"]})
    assert refused.status_code == 200
    assert "field-error" in refused.text
    assert looking().scalar(select(func.count()).select_from(Mark)) == 0
    said = {"seen": "", "mark": "3.5", "points": ["0"], "comment": "另有见地"}
    assert chen.post(address, data=said).status_code == 302
    mark = looking().scalars(select(Mark)).one()
    assert (mark.mark, mark.points) == (Decimal("3.5"), {})


@pytest.mark.parametrize("mark", ["-1", "4.01", "1e400", "NaN", "Infinity", "1.005", "abc", "9" * 500])
def test_marks_out_of_range_are_refused_at_the_field(
    chen: FlaskClient, crowd: tuple[stories.Story, int], mark: str
) -> None:
    story, version = crowd
    address = chen.get(f"/sittings/{story.sitting_id}/marking/{version}").headers["Location"]
    reply = chen.post(address, data={"seen": "", "mark": mark, "comment": "x"})
    assert reply.status_code == 200
    assert "field-error" in reply.text
    assert looking().scalar(select(func.count()).select_from(Mark)) == 0


def test_the_overview_shows_how_far_it_is(
    cast: Cast, client: FlaskClient, chen: FlaskClient, zhou: FlaskClient
) -> None:
    story = two(cast)
    attempts = [finished(client, cast, story, name) for name in ("wang", "li")]
    for mark, attempt_id in zip((1, 3), attempts, strict=True):
        give(marker(cast, "chen"), attempt_id, mark)
    give(marker(cast, "zhou"), attempts[0], 5)
    exam = looking().get_one(Exam, story.exam_id)
    rows = queries_of_marking.queue(looking(), exam, story.sitting_id, Asking(cast.accounts["zhou"]))
    assert sum(row.states[MarkState.TO_RECONCILE] for row in rows) == 1
    assert sum(row.states[MarkState.TO_MARK_AGAIN] for row in rows) == 1
    assert (sum(row.mine for row in rows), sum(row.for_me for row in rows)) == (1, 1)
    page = zhou.get(f"/sittings/{story.sitting_id}/marking").text
    assert "陈讲授" in page
    assert "/deciding/" in page
    assert f"/sittings/{story.sitting_id}/marking" in chen.get(f"/sittings/{story.sitting_id}").text


def test_a_second_marker_does_not_see_what_the_first_gave(
    cast: Cast, client: FlaskClient, zhou: FlaskClient
) -> None:
    story = two(cast)
    attempt_id = finished(client, cast, story)
    give(marker(cast, "chen"), attempt_id, "4.75", comment="第一评的意见")
    page = zhou.get(
        f"/sittings/{story.sitting_id}/marking/{version_of(attempt_id)}", follow_redirects=True
    ).text
    assert "wang 的作答" in page
    assert "4.75" not in page
    assert "第一评的意见" not in page


def test_a_third_person_sees_both_marks_and_decides(
    cast: Cast, client: FlaskClient, chen: FlaskClient, sign_in: SignIn
) -> None:
    story = two(cast)
    attempt_id = finished(client, cast, story)
    with_third_marker(cast)
    give(marker(cast, "chen"), attempt_id, "0.25", comment="离题")
    give(marker(cast, "zhou"), attempt_id, "4.75", comment="切题")
    path = f"/sittings/{story.sitting_id}/deciding/{version_of(attempt_id)}"
    # Who is one of the two finds nothing to decide.
    assert chen.get(path).headers["Location"] == f"/sittings/{story.sitting_id}/marking"
    third = sign_in("sanwei")
    address = third.get(path).headers["Location"]
    page = third.get(address).text
    for word in ("0.25", "4.75", "离题", "切题"):
        assert word in page
    assert "王学习" not in page.split("<main", 1)[1]
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', page)
    assert seen
    form = {"seen": seen[1], "mark": "4", "comment": "酌情"}
    assert "field-error" in third.post(address, data=form).text
    assert third.post(address, data=form | {"cause": "以要点为准"}).status_code == 302
    assert results(attempt_id)[-1].score == 4


@pytest.mark.parametrize("name", ["wang", "zheng", "wu", "qian"])
def test_only_instructors_mark(cast: Cast, client: FlaskClient, sign_in: SignIn, name: str) -> None:
    story = stories.sitting(cast, ONE)
    version = version_of(finished(client, cast, story))
    browser = sign_in(name)
    for path in ("marking", f"marking/{version}", f"deciding/{version}", f"marking/{version}/x"):
        assert browser.get(f"/sittings/{story.sitting_id}/{path}").status_code == 403


def test_marking_takes_as_few_queries_for_many_answers_as_for_one(
    cast: Cast, client: FlaskClient, chen: FlaskClient, queries: list[str]
) -> None:
    story, counts = stories.sitting(cast, ONE), []
    for names in (["wang"], ["li", "zhao"]):
        for name in names:
            finished(client, cast, story, name)
        queries.clear()
        chen.get(f"/sittings/{story.sitting_id}/marking")
        counts.append(len(queries))
    assert counts[0] == counts[1]
