"""The pages of the bank, through the browser's door."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.accounts.models import RoleGrant
from learning.accounts.roles import SYSTEM, Actor, Role
from learning.core.db import reading, transaction
from learning.questions import queries as bank
from learning.questions import services
from learning.questions.models import Question, QuestionVersion
from learning.questions.services import Saved
from question_bank import types
from question_bank.bank import read_bank
from question_bank.items import Item
from tests.cast import LONG_AGO, Cast
from tests.learning.questions.making import item
from tests.stock import SMALL_BANK

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
HUGE = 2**63 - 1

SignIn = Callable[[str], FlaskClient]

FORM = {
    "use": "exam",
    "stem": "哪一类院校也要开课？",
    "clauses-0": "§3¶7s2",
    "difficulty": "2",
    "tags": "院校开课、课程",
    "explanation": "点名的是社会主义学院。",
    "content-choice-1": "社会主义学院",
    "content-choice-2": "职业中学",
    "content-choice-3": "老年大学",
    "content-key": "A",
}
NEW = "/questions/new/single_choice"
STOCKED = read_bank(SMALL_BANK).items


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    client = sign_in("chen")
    client.set_cookie("language", "en")
    return client


@pytest.fixture
def zhou(sign_in: SignIn) -> FlaskClient:
    client = sign_in("zhou")
    client.set_cookie("language", "en")
    return client


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    reply = client.get(url)
    assert reply.status_code == status, reply.status
    return unescape(reply.text)


def send(client: FlaskClient, url: str, data: dict[str, str], status: int = 200) -> str:
    reply = client.post(url, data=data, follow_redirects=True)
    assert reply.status_code == status, reply.status
    return unescape(reply.text)


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).strip()


def saved_question(
    app: Flask, cast: Cast, school: str = "school", author: str = "chen", **changes: object
) -> Saved:
    with app.app_context():
        writer = Actor(cast.accounts[author], author)
        made = services.save_draft(writer, cast.organisations[school], None, item(**changes), NOW)
    assert isinstance(made, Saved)
    return made


def published_question(app: Flask, cast: Cast, school: str = "school") -> Saved:
    made = saved_question(app, cast, school)
    with app.app_context():
        assert services.publish_version(SYSTEM, made.version_id, NOW) is None
    return made


def builtin_id(app: Flask, code: str = "small-03-001") -> int:
    with app.app_context():
        return reading().scalars(select(Question.id).where(Question.code == code)).one()


def drafts(app: Flask) -> list[QuestionVersion]:
    with app.app_context():
        query = select(QuestionVersion).where(QuestionVersion.published_at.is_(None))
        return list(reading().scalars(query))


# ---- searching ----


def cites(item: Item, beginning: str) -> bool:
    below = re.compile(rf"{re.escape(beginning)}([.s].*)?")
    return any(below.fullmatch(clause) for clause in item.clauses)


SEARCHES: list[tuple[str, Callable[[Item], bool]]] = [
    ("", lambda _: True),
    ("clause=3", lambda item: cites(item, "3")),
    ("clause=§3", lambda item: cites(item, "3")),
    ("clause=3.7", lambda item: cites(item, "3.7")),
    ("clause=3.7s2", lambda item: "3.7s2" in item.clauses),
    ("clause=§11¶2s3&type=single_choice", lambda item: item.code in {"small-11-003", "small-11-004"}),
    ("clause=99", lambda _: False),
    ("type=matching", lambda item: item.type == "matching"),
    ("difficulty=5", lambda item: item.difficulty == 5),
    ("use=practice", lambda item: item.use == "practice"),
    ("use=exam", lambda item: item.use == "exam"),
    ("text=任职培训", lambda item: "任职培训" in item.stem or "任职培训" in item.tags),
    ("text=SMALL-03", lambda item: "small-03" in item.code),
    ("text=%25", lambda _: False),
    ("state=draft", lambda _: False),
    ("state=retired", lambda _: False),
    ("state=", lambda _: True),
]


def test_the_bank_is_searched_by_clause_type_difficulty_use_and_words(chen: FlaskClient) -> None:
    for conditions, is_meant in SEARCHES:
        assert found_by(chen, conditions) == sum(is_meant(item) for item in STOCKED), conditions


def found_by(client: FlaskClient, conditions: str) -> int:
    text = page(client, f"/questions?{conditions}")
    found = re.search(r">Questions found: (\d+)<", text)
    assert found or "No question found" in text
    return int(found[1]) if found else 0


def test_a_condition_that_means_nothing_finds_nothing_and_says_so(chen: FlaskClient) -> None:
    for conditions in (
        "clause=瞎写",
        "clause=3.",
        "clause=99999999999999999999",
        "type=nonsense",
        "difficulty=9",
        "state=x",
        "use=x",
        f"text={'长' * 100}",
    ):
        text = page(chen, f"/questions?{conditions}")
        assert "No question found" in text
        assert "field-error" in text


def test_strange_addresses_do_no_harm(chen: FlaskClient) -> None:
    for address in (
        "/questions?page=0",
        "/questions?page=99999999999999999999",
        "/questions?page=x",
        "/questions?text=%00",
        "/questions?text=%ED%A0%80",
        "/questions/matrix?difficulty=%00&use=%00",
        "/questions?text=a&text=b",
    ):
        page(chen, address)


def test_the_search_takes_as_many_queries_for_one_question_as_for_fifty(
    chen: FlaskClient, queries: list[str]
) -> None:
    page(chen, "/questions?clause=3.4s3")
    few = len(queries)
    queries.clear()
    page(chen, "/questions")
    assert len(queries) == few


def test_the_matrix_takes_the_same_queries_for_one_clause_as_for_all(
    app: Flask, cast: Cast, chen: FlaskClient, queries: list[str]
) -> None:
    page(chen, "/questions/matrix")
    before = len(queries)
    for number in range(5):
        saved_question(app, cast, stem=f"第{number}问？", clauses=["5.1", "6.1", f"7.{number % 4 + 1}"])
    queries.clear()
    page(chen, "/questions/matrix")
    assert len(queries) == before
    queries.clear()
    page(chen, "/questions/drafts")
    many = len(queries)
    for draft in drafts(app)[1:]:
        send(chen, f"/questions/versions/{draft.id}/discard", {})
    queries.clear()
    page(chen, "/questions/drafts")
    assert len(queries) == many


def test_a_long_bank_is_shown_in_pages_that_keep_the_conditions(
    app: Flask, cast: Cast, chen: FlaskClient
) -> None:
    for number in range(51):
        saved_question(app, cast, stem=f"第{number}问？")
    text = page(chen, "/questions?state=draft&clause=3.7s2")
    assert ">Questions found: 51<" in text
    following = re.search(r'rel="next" href="([^"]+)"', text)
    assert following
    second = page(chen, following[1])
    assert len(re.findall(r'<th scope="row">', second)) == 1


def test_the_matrix_keeps_its_navigation_where_paragraphs_lack_questions(chen: FlaskClient) -> None:
    text = page(chen, "/questions/matrix?difficulty=5")
    assert 'class="site-nav' in text
    assert "Paragraphs that nothing asks about:" in text


def test_the_matrix_counts_a_question_once_for_the_bank_and_for_each_clause_it_cites(
    app: Flask, cast: Cast, chen: FlaskClient
) -> None:
    text = page(chen, "/questions/matrix?difficulty=5")
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', text, re.S)
    totals = {
        re.sub(r"<[^>]+>", "", head).strip(): re.sub(
            r"<[^>]+>", "", row.split("<strong>")[1].split("</strong>")[0]
        ).strip()
        for head, row in rows
    }
    assert len(rows) == 1 + 12 + 49
    assert totals["Whole bank"] == "3"
    assert totals["Section 3"] == "1"
    assert totals["Section 11"] == "2"
    assert totals["§11¶1"] == "2"
    assert totals["§11¶2"] == "1"
    assert totals["Preamble"] == "–"
    assert "Paragraphs that nothing asks about" in text


# ---- one question ----


def test_a_built_in_question_is_shown_with_key_and_explanation_and_can_only_be_copied(
    app: Flask, chen: FlaskClient
) -> None:
    text = page(chen, f"/questions/{builtin_id(app)}")
    for shown in (
        "领导责任由谁承担？",
        "A. 各级党委",
        "解说：责任落在各级党委",
        "§3¶1s1",
        "Built-in bank",
        "Copy to the own school",
    ):
        assert shown in text
    for hidden in ("Retire", "Write a new version", "Publish</button>"):
        assert hidden not in text


@pytest.mark.parametrize("type_", [each.name for each in types.all_types()])
def test_every_type_is_shown_and_edited_as_a_copy(
    app: Flask, cast: Cast, chen: FlaskClient, type_: str
) -> None:
    with app.app_context():
        query = select(QuestionVersion).where(QuestionVersion.type == type_)
        version = reading().scalars(query).first()
        assert version
        stated = bank.item_from(version.item)
    assert stated.explanation in page(chen, f"/questions/versions/{version.id}")
    schools = {"organisation": str(cast.organisations["school"])}
    editor = send(chen, f"/questions/versions/{version.id}/copy", schools)
    assert stated.stem in editor
    assert "Save draft" in editor
    # What the form shows, sent back as it is, states the same question.
    copy = drafts(app)[0]
    again = send(chen, f"/questions/{copy.question_id}/edit", form_data(editor) | {"action": "save"})
    assert "Saved as a draft" in again
    assert [draft.digest for draft in drafts(app)] == [copy.digest]


def form_data(text: str) -> dict[str, str]:
    """Return what a browser would send of the form of a question."""
    form = text[text.index('action="#preview"') :].split("</form>")[0]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        at = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        is_ticked = at.get("type") not in {"radio", "checkbox"} or " checked" in tag
        if "name" in at and is_ticked:
            data[at["name"]] = at.get("value", "")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S):
        data[name] = value
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    return data


def test_a_second_click_on_copy_makes_no_second_copy(app: Flask, cast: Cast, chen: FlaskClient) -> None:
    with app.app_context():
        version_id = reading().get_one(Question, builtin_id(app)).published_version_id
    for _ in range(2):
        send(
            chen,
            f"/questions/versions/{version_id}/copy",
            {"organisation": str(cast.organisations["school"])},
        )
    assert len(drafts(app)) == 1


def test_nothing_is_copied_to_a_school_of_others(app: Flask, cast: Cast, chen: FlaskClient) -> None:
    version_id = saved_question(app, cast).version_id
    for organisation in (str(cast.organisations["city"]), "", "x", str(HUGE), "9" * 30):
        send(chen, f"/questions/versions/{version_id}/copy", {"organisation": organisation}, 404)
    assert len(drafts(app)) == 1


def test_questions_of_another_school_are_not_found(app: Flask, cast: Cast, chen: FlaskClient) -> None:
    other = published_question(app, cast, "county")
    draft = saved_question(app, cast, "county", stem="别处的草稿？")
    for address in (
        f"/questions/{other.question_id}",
        f"/questions/{other.question_id}/edit",
        f"/questions/versions/{other.version_id}",
    ):
        page(chen, address, 404)
    for address in (
        f"/questions/{other.question_id}/edit",
        f"/questions/{other.question_id}/retired",
        f"/questions/versions/{other.version_id}/copy",
        f"/questions/versions/{draft.version_id}/publish",
        f"/questions/versions/{draft.version_id}/discard",
    ):
        send(chen, address, FORM | {"retired": "1"}, 404)
    assert "别处的草稿" not in page(chen, "/questions/drafts")
    assert found_by(chen, "") == len(STOCKED)


def test_a_number_that_is_nobodys_is_not_found(chen: FlaskClient) -> None:
    for number in (
        0,
        10**9,
        HUGE,
        HUGE + 1,
        10**30,
    ):
        for address in (f"/questions/{number}", f"/questions/{number}/edit", f"/questions/versions/{number}"):
            page(chen, address, 404)


@pytest.mark.parametrize("name", ["wang", "zheng", "wu", "sun", "qian"])
def test_only_instructors_see_the_bank(app: Flask, sign_in: SignIn, name: str) -> None:
    client = sign_in(name)
    for address in (
        "/questions",
        "/questions/matrix",
        "/questions/drafts",
        "/questions/new",
        NEW,
        f"/questions/{builtin_id(app)}",
    ):
        page(client, address, 403)


def test_the_built_in_bank_is_neither_edited_nor_retired(app: Flask, chen: FlaskClient) -> None:
    key = builtin_id(app)
    page(chen, f"/questions/{key}/edit", 404)
    send(chen, f"/questions/{key}/edit", FORM | {"action": "save"}, 404)
    send(chen, f"/questions/{key}/retired", {"retired": "1"}, 404)


# ---- writing ----


def test_a_new_question_is_previewed_without_saving_then_saved_then_published_by_a_second_person(
    app: Flask, chen: FlaskClient, zhou: FlaskClient
) -> None:
    preview = send(chen, NEW, FORM | {"action": "preview"})
    assert "As learners see it" in preview
    assert "Nothing is saved yet" in preview
    assert "Right answer, not chosen" in preview
    assert drafts(app) == []
    assert "Saved as a draft" in send(chen, NEW, FORM | {"action": "save"})
    send(chen, NEW, FORM | {"action": "save"})
    (draft,) = drafts(app)
    with app.app_context():
        stated = bank.item_from(draft.item)
    assert stated.clauses == ("3.7s2",)
    assert stated.tags == ("院校开课", "课程")
    own = page(chen, f"/questions/versions/{draft.id}")
    assert "A second instructor has to review" in own
    assert f"/questions/versions/{draft.id}/publish" not in own
    address = f"/questions/versions/{draft.id}/publish"
    assert "A second instructor has to review" in send(chen, address, {"seen": draft.digest})
    assert "was changed after you opened" in send(zhou, address, {"seen": "other"})
    assert "Published: exams" in send(zhou, address, {"seen": draft.digest})
    assert "published already" in send(zhou, address, {"seen": draft.digest})
    assert drafts(app) == []


def test_problems_stand_at_their_fields_and_a_draft_with_problems_is_kept(
    app: Flask, chen: FlaskClient
) -> None:
    faulty = FORM | {"clauses-0": "3.8", "clauses-1": "瞎写", "content-choice-2": "", "content-choice-3": ""}
    text = send(chen, NEW, faulty | {"action": "preview"})
    assert "The document has no clause 3.8." in text
    assert "瞎写 is no clause" in text
    assert "Choices: 1 entries are given; 2 to 8 are possible." in text
    assert "once the problems named above are mended" in text
    kept = send(chen, NEW, faulty | {"action": "save"})
    assert "To be mended before this can be published" in kept
    assert "Publish</button>" not in kept
    again = page(chen, f"/questions/{drafts(app)[0].question_id}/edit")
    assert 'value="瞎写"' in again


@pytest.mark.parametrize("type_", [each.name for each in types.all_types()])
def test_a_form_of_any_type_that_was_hardly_begun_can_be_saved_and_opened_again(
    app: Flask, chen: FlaskClient, type_: str
) -> None:
    begun = {"stem": "刚开头", "use": "exam", "difficulty": "3", "action": "save"}
    text = send(chen, f"/questions/new/{type_}", begun | {"content-parts": "[[part"})
    assert "To be mended" in text
    assert "刚开头" in page(chen, f"/questions/{drafts(app)[0].question_id}/edit")


def test_what_cannot_be_kept_is_refused_with_a_reason_and_nothing_is_lost(
    app: Flask, chen: FlaskClient
) -> None:
    for wrong in (
        {"stem": ""},
        {"stem": "长" * 4001},
        {"difficulty": "6"},
        {"difficulty": ""},
        {"difficulty": "9" * 40},
        {"use": "other"},
        {"marks": "很多"},
        {"marks": "-1"},
        {"marks": "1e9"},
        {"tags": "长" * 201},
    ):
        text = send(chen, NEW, FORM | wrong | {"action": "save"})
        assert "Not saved yet" in text
        assert "社会主义学院" in text
        assert drafts(app) == []


def test_characters_that_no_database_keeps_are_left_out(app: Flask, chen: FlaskClient) -> None:
    send(chen, NEW, FORM | {"stem": "前\x00后？", "content-choice-1": "甲\x00乙", "action": "save"})
    (draft,) = drafts(app)
    assert draft.stem == "前后？"
    assert draft.item["choices"][0] == "甲乙"


def test_a_huge_form_is_refused_by_a_page(chen: FlaskClient) -> None:
    reply = chen.post(NEW, data=FORM | {"explanation": "长" * 2_000_000})
    assert reply.status_code == 413
    assert "<h1" in reply.text


def test_two_values_for_one_field_do_no_harm(chen: FlaskClient) -> None:
    reply = chen.post(
        NEW, data={**FORM, "stem": ["一", "二"], "content-key": ["A", "B"], "difficulty": ["1", "2"]}
    )
    assert reply.status_code == 200


def test_an_unknown_type_is_not_found(chen: FlaskClient) -> None:
    page(chen, "/questions/new/essay", 404)
    send(chen, "/questions/new/..%2Fessay", FORM, 404)


def test_editing_what_somebody_else_changed_meanwhile_is_refused_and_the_text_kept(
    app: Flask, cast: Cast, chen: FlaskClient, zhou: FlaskClient
) -> None:
    made = saved_question(app, cast)
    address = f"/questions/{made.question_id}/edit"
    mine, others = form_data(page(chen, address)), form_data(page(zhou, address))
    assert "Saved" in send(zhou, address, others | {"stem": "别人先改？", "action": "save"})
    text = send(chen, address, mine | {"stem": "我后改？", "action": "save"})
    assert "Somebody else changed this question" in text
    assert "我后改？" in text
    assert drafts(app)[0].stem == "别人先改？"


def test_a_published_question_is_edited_as_a_new_version_and_the_reviewer_sees_what_differs(
    app: Flask, cast: Cast, chen: FlaskClient, zhou: FlaskClient
) -> None:
    made = published_question(app, cast)
    address = f"/questions/{made.question_id}"
    sent = form_data(page(chen, f"{address}/edit")) | {
        "stem": "新的问法？",
        "difficulty": "4",
        "action": "save",
    }
    send(chen, f"{address}/edit", sent)
    assert "哪一类院校也要开课？" in page(zhou, address)
    assert "Go to the draft" in page(zhou, address)
    (draft,) = drafts(app)
    review = page(zhou, f"/questions/versions/{draft.id}")
    assert re.search(r"Differs from version 1 in:\s+Difficulty,\s+Question", review)
    assert "with a newer draft" in page(zhou, "/questions?text=哪一类院校也要开课")
    assert "new version 2" in page(zhou, "/questions/drafts")


def test_a_question_is_retired_and_put_back(app: Flask, cast: Cast, chen: FlaskClient) -> None:
    made = published_question(app, cast)
    address = f"/questions/{made.question_id}"
    assert "The question is retired." in send(chen, f"{address}/retired", {"retired": "1"})
    assert "The question is retired." not in send(chen, f"{address}/retired", {"retired": "1"})
    assert found_by(chen, "state=retired") == 1
    assert "question is retired; put it back" in send(
        chen, f"{address}/edit", FORM | {"stem": "新？", "action": "save"}
    )
    assert "in use again" in send(chen, f"{address}/retired", {"retired": "0"})


def test_an_instructor_of_several_schools_says_for_which_one_writes(
    app: Flask, cast: Cast, chen: FlaskClient
) -> None:
    with app.app_context(), transaction() as session:
        session.add(
            RoleGrant(
                account_id=cast.accounts["chen"],
                role=Role.INSTRUCTOR,
                organisation_id=cast.organisations["county"],
                granted_at=LONG_AGO,
            )
        )
    assert 'name="organisation"' in page(chen, NEW)
    assert "Not saved yet" in send(chen, NEW, FORM | {"action": "save"})
    foreign = {"organisation": str(cast.organisations["neighbour"])}
    assert "Not saved yet" in send(chen, NEW, FORM | foreign | {"action": "save"})
    county = {"organisation": str(cast.organisations["county"])}
    assert "Saved as a draft" in send(chen, NEW, FORM | county | {"action": "save"})
    assert "示范县委" in page(chen, "/questions/drafts")
