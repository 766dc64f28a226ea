"""Study sessions: entry, roll, withdrawal."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.accounts.models import AuditEntry
from learning.core import clock
from learning.core.db import reading
from learning.training.models import Attendance, StudyGroup, StudySession
from tests.cast import Cast

SignIn = Callable[[str], FlaskClient]


def entry(cast: Cast, **changes: str) -> dict[str, str]:
    """Return a form as a unit administrator fills it."""
    return {
        "organisation": str(cast.organisations["county_women"]),
        "held_on": "2026-04-02",
        "topic": "学习群团工作意见",
        "is_on_mass_work": "True",
        "place": "三楼会议室",
        "chair_name": "某主席",
        "materials": "意见全文",
    } | changes


def record(client: FlaskClient, cast: Cast, **changes: str) -> str:
    """Record a session and return the address of its page."""
    reply = client.post("/training/sessions/new", data=entry(cast, **changes))
    assert reply.status_code == 302, reply.text
    return reply.location.removesuffix("/roll")


@pytest.mark.parametrize(
    ("unit", "kind", "name"),
    [
        ("county", "party_centre_group", "示范县委理论学习中心组"),
        ("county_women", "leadership_group", "示范县妇联领导班子中心组"),
    ],
)
@pytest.mark.usefixtures("context")
def test_the_study_group_is_set_up_with_its_first_session(
    sign_in: SignIn, cast: Cast, unit: str, kind: str, name: str
) -> None:
    client = sign_in("zheng")
    for topic in ("第一次", "第二次"):
        record(client, cast, organisation=str(cast.organisations[unit]), topic=topic)
    group = reading().scalars(select(StudyGroup)).one()
    assert (group.kind, group.name) == (kind, name)
    assert len(reading().scalars(select(StudySession)).all()) == 2


def test_only_the_lines_refused_are_asked_for_again(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    address = record(client, cast)
    lines = {"lines": "SF0002\nNOBODY\n", "state": "present"}
    text = client.post(f"{address}/roll", data=lines).text
    assert re.search(r"<textarea[^>]*>\s*NOBODY\s*</textarea>", text)


@pytest.mark.usefixtures("context")
def test_the_same_session_sent_twice_is_recorded_once(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    assert record(client, cast) == record(client, cast)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("held_on", "2026-02-30"),
        ("held_on", "1899-01-01"),
        ("topic", ""),
        ("topic", "题\x07目"),
        ("materials", "料" * 4001),
        ("is_on_mass_work", ""),
        ("organisation", "0"),
    ],
)
@pytest.mark.usefixtures("context")
def test_bad_input_is_told_and_nothing_is_stored(sign_in: SignIn, cast: Cast, field: str, value: str) -> None:
    reply = sign_in("zheng").post("/training/sessions/new", data=entry(cast, **{field: value}))
    assert reply.status_code == 200
    assert "field-error" in reply.text
    assert not reading().scalars(select(StudySession)).all()


def test_a_session_still_to_come_cannot_be_recorded(sign_in: SignIn, cast: Cast) -> None:
    today = clock.day_of(clock.now())
    tomorrow = (today + timedelta(days=1)).isoformat()
    client = sign_in("zheng")
    assert client.post("/training/sessions/new", data=entry(cast, held_on=tomorrow)).status_code == 200
    assert record(client, cast, held_on=today.isoformat())


@pytest.mark.parametrize("unit", ["school", "neighbour_union"])
def test_units_without_study_group_or_outside_the_scope_cannot_be_chosen(
    sign_in: SignIn, cast: Cast, unit: str
) -> None:
    reply = sign_in("zheng").post(
        "/training/sessions/new", data=entry(cast, organisation=str(cast.organisations[unit]))
    )
    assert reply.status_code == 200


def test_another_units_session_is_not_found(sign_in: SignIn, cast: Cast) -> None:
    address = record(sign_in("zheng"), cast)
    stranger = sign_in("he")
    assert stranger.get(address).status_code == 404
    for act in ("edit", "roll"):
        assert stranger.get(f"{address}/{act}").status_code == 404
    assert stranger.post(f"{address}/withdraw", data={"reason": "不是我的"}).status_code == 404


@pytest.mark.usefixtures("context")
def test_the_roll_begins_with_the_members_of_that_day(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    before = record(client, cast, held_on="2026-03-09", topic="她任职前一天")
    assert "王学习" not in client.get(f"{before}/roll").text
    address = record(client, cast, held_on="2026-03-10")
    assert "王学习" in client.get(f"{address}/roll").text
    assert not reading().scalars(select(Attendance)).all(), "nothing counts before it is saved"


@pytest.mark.usefixtures("context")
def test_the_roll_keeps_states_and_observers(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    address = record(client, cast)
    wang, li = cast.persons["wang"], cast.persons["li"]
    sent = {f"state-{wang}": "made_up", f"state-{li}": "present", "lines": "SF0002", "state": "observer"}
    for _ in range(2):
        client.post(f"{address}/roll", data=sent)
    standing = {row.person_id: row.state for row in reading().scalars(select(Attendance))}
    assert standing == {wang: "made_up", li: "observer"}
    page = client.get(address).text
    assert "王学习" in page
    assert "李求知" in page


@pytest.mark.usefixtures("context")
def test_unknown_states_change_nothing(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    address = record(client, cast)
    wang = cast.persons["wang"]
    client.post(f"{address}/roll", data={f"state-{wang}": "asleep", "state": "observer"})
    client.post(f"{address}/roll", data={f"state-{wang}": "present", "state": "asleep"})
    assert not reading().scalars(select(Attendance)).all()


def test_too_many_lines_at_once_are_refused_whole(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    address = record(client, cast)
    reply = client.post(f"{address}/roll", data={"lines": "SF0002\n" * 301, "state": "observer"})
    assert reply.status_code == 200
    assert "field-error" in reply.text


@pytest.mark.usefixtures("context")
def test_a_session_is_corrected_and_withdrawn_with_its_cause(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    address = record(client, cast)
    assert client.post(f"{address}/edit", data=entry(cast, is_on_mass_work="False")).status_code == 302
    assert client.post(f"{address}/withdraw", data={"reason": "日期录错"}).status_code == 302
    held = reading().scalars(select(StudySession)).one()
    assert (held.is_on_mass_work, held.withdrawal_reason) == (False, "日期录错")
    assert "日期录错" in client.get(address).text
    actions = set(reading().scalars(select(AuditEntry.action)))
    assert {"study_group.set_up", "study_session.changed", "study_session.withdrawn"} <= actions
