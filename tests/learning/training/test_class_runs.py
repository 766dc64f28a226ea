"""Class runs: entry, correction, withdrawal, roll."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.accounts.models import AuditEntry
from learning.core.db import reading
from learning.training.models import ClassRun, ClassRunLearner
from tests.cast import Cast

SignIn = Callable[[str], FlaskClient]


def entry(cast: Cast, **changes: str) -> dict[str, str]:
    """Return a form as a school's administrator fills it."""
    return {
        "organisation": str(cast.organisations["school"]),
        "title": "群团干部任职培训班",
        "covers_mass_work": "True",
        "training_kind": "appointment_training",
        "delivery_mode": "off_job",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-06",
        "lesson_hours": "30.5",
        "instructor_name": "陈讲授",
        "is_required": "y",
        "learner_count": "42",
        "note": "",
    } | changes


def record(client: FlaskClient, cast: Cast, **changes: str) -> str:
    """Record a class and return the address of its page."""
    reply = client.post("/training/classes/new", data=entry(cast, **changes))
    assert reply.status_code == 302, reply.text
    return reply.location


@pytest.mark.usefixtures("context")
def test_a_school_records_a_class_and_the_overview_shows_it(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    page = client.get(record(client, cast)).text
    assert "30.5" in page
    assert "群团干部任职培训班" in client.get("/training").text
    assert "群团干部任职培训班" in client.get("/training/classes").text
    actions = reading().scalars(select(AuditEntry.action)).all()
    assert "class_run.recorded" in actions


@pytest.mark.usefixtures("context")
def test_the_same_class_sent_twice_is_recorded_once(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    assert record(client, cast) == record(client, cast)
    assert len(reading().scalars(select(ClassRun)).all()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends_on", "2026-03-01"),
        ("ends_on", "0001-01-01"),
        ("starts_on", "gestern"),
        ("lesson_hours", "7.3"),
        ("lesson_hours", "0"),
        ("lesson_hours", "NaN"),
        ("lesson_hours", "1E+999999"),
        ("learner_count", "-1"),
        ("learner_count", "9" * 5000),
        ("title", ""),
        ("title", "班" * 201),
        ("title", "\x00"),
        ("note", "注" * 100_000),
        ("covers_mass_work", "perhaps"),
        ("training_kind", "magic"),
        ("organisation", "99999999999999999999"),
    ],
)
@pytest.mark.usefixtures("context")
def test_bad_input_is_told_and_nothing_is_stored(sign_in: SignIn, cast: Cast, field: str, value: str) -> None:
    reply = sign_in("he").post("/training/classes/new", data=entry(cast, **{field: value}))
    assert reply.status_code == 200
    assert f'id="{field}-' in reply.text, "the field tells what is wrong"
    assert "field-error" in reply.text
    assert not reading().scalars(select(ClassRun)).all()


def test_an_institution_outside_the_scope_cannot_be_chosen(sign_in: SignIn, cast: Cast) -> None:
    reply = sign_in("zheng").post("/training/classes/new", data=entry(cast))
    assert reply.status_code == 200
    assert "群团干部任职培训班" not in sign_in("he").get("/training").text


def test_another_units_class_is_not_found(sign_in: SignIn, cast: Cast) -> None:
    address = record(sign_in("he"), cast)
    stranger = sign_in("zheng")
    assert stranger.get(address).status_code == 404
    for act in ("edit", "roll"):
        assert stranger.get(f"{address}/{act}").status_code == 404
    assert stranger.post(f"{address}/withdraw", data={"reason": "不是我的"}).status_code == 404


@pytest.mark.parametrize("name", ["wang", "chen", "wu", "sun", "qian"])
def test_only_unit_administrators_come_in(sign_in: SignIn, name: str) -> None:
    for path in ("/training", "/training/classes", "/training/classes/new", "/training/sessions/new"):
        assert sign_in(name).get(path).status_code == 403


@pytest.mark.usefixtures("context")
def test_a_correction_keeps_what_stood_before_in_the_audit_log(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    address = record(client, cast)
    form = client.get(f"{address}/edit").text
    assert re.search(r'value="True"[^>]*checked|checked[^>]*value="True"', form), "the answer is kept"
    client.post(f"{address}/edit", data=entry(cast, lesson_hours="36", covers_mass_work="False"))
    run = reading().scalars(select(ClassRun)).one()
    assert (str(run.lesson_hours), run.covers_mass_work) == ("36", False)
    logged = reading().scalars(select(AuditEntry).where(AuditEntry.action == "class_run.changed")).one()
    assert logged.detail == {"lesson_hours": ["30.5", "36"], "covers_mass_work": [True, False]}


def test_a_class_is_not_corrected_into_another_one(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    record(client, cast)
    address = record(client, cast, title="另一个班")
    reply = client.post(f"{address}/edit", data=entry(cast))
    assert reply.status_code == 200
    assert "field-error" in reply.text


@pytest.mark.usefixtures("context")
def test_a_withdrawn_class_stays_with_its_cause_and_can_no_longer_change(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    address = record(client, cast)
    client.post(f"{address}/withdraw", data={"reason": ""})
    assert reading().scalars(select(ClassRun)).one().withdrawn_at is None
    client.post(f"{address}/withdraw", data={"reason": "重复录入"})
    client.post(f"{address}/withdraw", data={"reason": "再次撤回"})
    assert "重复录入" in client.get(address).text
    assert client.post(f"{address}/edit", data=entry(cast, title="改名")).status_code == 200
    client.post(f"{address}/roll", data={"lines": "SF0001 王学习", "state": "completed"})
    reading().expire_all()
    assert reading().scalars(select(ClassRun)).one().title == "群团干部任职培训班"
    assert not reading().scalars(select(ClassRunLearner)).all()
    assert record(client, cast) != address, "the same may be recorded anew"


@pytest.mark.usefixtures("context")
def test_persons_come_on_the_roll_by_staff_number_and_name(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    address = record(client, cast)
    lines = "SF0001 王 学习\nSF0005\nSF0002\nSF0003 李求知\nSF9999 无此人\n\n"
    page = client.post(f"{address}/roll", data={"lines": lines, "state": "pending"}).text
    for number in ("SF0002", "SF0003", "SF9999"):
        assert number in page
    standing = {row.person_id: row.outcome for row in reading().scalars(select(ClassRunLearner))}
    assert standing == {cast.persons["wang"]: "pending", cast.persons["chen"]: "pending"}


def test_a_staff_number_alone_does_not_reveal_whose_it_is(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    address = record(client, cast)
    replies = [
        client.post(f"{address}/roll", data={"lines": line, "state": "pending"}).text
        for line in ("SF0002", "SF0002 王学习", "SF9999")
    ]
    for reply in replies:
        assert "李求知" not in reply
        assert "Nobody of your unit" in reply or "本单位" in reply


@pytest.mark.usefixtures("context")
def test_outcomes_are_set_and_persons_taken_off_the_roll(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("he")
    address = record(client, cast)
    wang, chen = cast.persons["wang"], cast.persons["chen"]
    client.post(f"{address}/roll", data={"lines": "SF0001 王学习\nSF0005", "state": "pending"})
    sent = {
        f"state-{wang}": "completed",
        f"state-{chen}": "",
        "state-1234567": "completed",
        "state": "pending",
    }
    for _ in range(2):
        assert client.post(f"{address}/roll", data=sent).status_code == 302
    standing = {row.person_id: row.outcome for row in reading().scalars(select(ClassRunLearner))}
    assert standing == {wang: "completed"}
    saved = reading().scalars(select(AuditEntry).where(AuditEntry.action == "class_run.roll_saved")).all()
    assert saved[-1].detail == {str(wang): ["pending", "completed"], str(chen): ["pending", None]}
    assert len(saved) == 2, "saving what stands there already is no act"


def test_lists_take_the_same_number_of_queries_for_many_rows(
    sign_in: SignIn, cast: Cast, queries: list[str]
) -> None:
    client = sign_in("he")
    counts = []
    for number in range(1, 31):
        record(client, cast, title=f"第{number}期")
        if number in {1, 30}:
            queries.clear()
            client.get("/training")
            client.get("/training/classes")
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_administrator_without_a_school_is_told_so(sign_in: SignIn) -> None:
    assert sign_in("zheng").get("/training").status_code == 200
    assert sign_in("zheng").get("/training/classes/new").status_code == 200
