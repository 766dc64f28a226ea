"""The main job in a real browser: a cadre studies, sits an exam, and the completion report shows it.

The tests of this file are one story on one site, told in order.
"""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from learning.app import create_app
from learning.core.clock import SHANGHAI
from learning.core.db import transaction
from learning.demonstration import MEMBERS, PASSWORD, SIGN_INS
from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt
from tests.journeys.conftest import Site

pytestmark = [pytest.mark.browser]

Open = Callable[..., Page]
COURSE = "/courses/opinion-2015"
ENGLISH = re.compile(r"[A-Za-z]{4,}")
#: Words of English that may stand on a Chinese page: file types, programs, accounts of the demonstration.
ALLOWED = {"JavaScript", "xlsx", "Excel"} | {name for name, _ in SIGN_INS} | {each.number for each in MEMBERS}


def sign_in(page: Page, name: str) -> None:
    """Sign in as one of the demonstration."""
    page.goto("/sign-in")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")


def look(page: Page) -> None:
    """Check what must hold on every page: axe finds nothing, no sideways scroll, no English left over."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
    if page.evaluate("document.documentElement.lang") == "zh-CN":
        text = page.locator("main").inner_text()
        left_over = set(ENGLISH.findall(text)) - ALLOWED
        assert not left_over, f"{page.url}: {left_over}"


def answer_practice(page: Page) -> None:
    """Answer every practice question of the unit on the page, with whatever comes first."""
    while page.get_by_role("button", name="提交答案").count():
        question = page.locator("article, section, li, div").filter(
            has=page.get_by_role("button", name="提交答案")
        )
        form = page.locator("form").filter(has=page.get_by_role("button", name="提交答案")).first
        assert question.count()
        answer(form)
        form.get_by_role("button", name="提交答案").click()
        expect(page.get_by_text("解析").first).to_be_visible()


def answer(box: object) -> None:
    """Fill in all controls of a question: the first choice, the next option, some words."""
    names: set[str] = set()
    for radio in box.locator("input[type=radio]").all():  # type: ignore[attr-defined]
        name = radio.get_attribute("name") or ""
        if name not in names:
            names.add(name)
            radio.check()
    for tick in box.locator("input[type=checkbox]").all()[:2]:  # type: ignore[attr-defined]
        tick.check()
    for number, list_ in enumerate(box.locator("select").all()):  # type: ignore[attr-defined]
        list_.select_option(index=1 + number % (list_.locator("option").count() - 1))
    for field in box.locator("input[type=text], textarea").all():  # type: ignore[attr-defined]
        field.fill("群众")


def test_1_a_cadre_studies_a_module_beside_the_original(page_of: Open) -> None:
    page = page_of()
    sign_in(page, "xuexi")
    look(page)
    expect(page.get_by_role("heading", name="对您的学习要求")).to_be_visible()
    page.get_by_role("link", name="开始学习").click()
    for number in range(3):
        expect(page.get_by_role("complementary", name="原文")).to_contain_text("群团")
        answer_practice(page)
        if number == 0:
            look(page)
        page.get_by_role("button", name="本单元已读，继续").click()
    page.goto(COURSE)
    expect(page.get_by_role("main")).to_contain_text("1 / 12")
    look(page)


def test_2_the_reader_goes_on_where_it_stopped(page_of: Open) -> None:
    page = page_of(390)
    sign_in(page, "xuexi")
    look(page)
    page.get_by_role("link", name="继续学习").click()
    expect(page).to_have_url(re.compile("/courses/opinion-2015/importance-and-urgency/"))
    look(page)


def test_3_an_exam_is_begun_on_one_device_and_handed_in_on_another(page_of: Open) -> None:
    desk = page_of()
    sign_in(desk, "xuexi")
    desk.goto("/exams")
    look(desk)
    desk.get_by_role("listitem").or_(desk.locator("section, article")).filter(
        has_text="章节测试"
    ).get_by_role("link", name="查看考试须知并开始").first.click()
    look(desk)
    desk.get_by_role("button", name="开始考试").click()
    questions = desk.locator("[data-slot]")
    expect(questions).to_have_count(10)
    for question in questions.all()[:6]:
        answer(question)
    expect(desk.locator("#exam-state")).to_have_text("作答均已保存")
    for question in questions.all()[:6]:
        expect(question.locator(".question-state")).to_have_attribute("data-state", "saved")
    look(desk)
    source = desk.content()
    # Whoever leaves the page gives up its place: no other device has to ask for it.
    desk.goto("/exams")
    desk.context.close()

    phone = page_of(390)
    sign_in(phone, "xuexi")
    phone.goto("/exams")
    phone.get_by_role("link", name="继续作答").click()
    look(phone)
    expect(phone.locator("[data-slot] input:checked").first).to_be_checked()
    for question in phone.locator("[data-slot]").all()[6:]:
        answer(question)
    expect(phone.locator("#exam-state")).to_have_text("作答均已保存")
    look(phone)
    phone.get_by_role("button", name="交卷").first.click()
    expect(phone.get_by_role("dialog")).to_contain_text("全部题目均已作答。")
    look(phone)
    phone.get_by_role("button", name="确认交卷").click()
    expect(phone.get_by_label("回执码")).to_be_visible()
    look(phone)
    phone.get_by_role("dialog").get_by_role("link", name="查看结果").click()
    expect(phone.get_by_role("heading", name="答题回顾")).to_be_visible()
    look(phone)
    explanation = phone.locator("main .explanation > div").first.inner_text().strip()
    assert explanation
    assert explanation not in source


def test_4_an_instructor_sets_up_an_exam_and_the_bank_must_fill_it(page_of: Open) -> None:
    page = page_of()
    sign_in(page, "jiaoyuan")
    look(page)
    page.goto("/questions?clause=3.7&type=single_choice")
    look(page)
    page.locator("main table tbody a").first.click()
    look(page)
    page.goto("/materials")
    look(page)
    page.goto("/exams/manage/new")
    page.get_by_label("名称").fill("一分钟小测")
    page.get_by_label("考试时长").fill("1")
    page.get_by_label("条款").fill("11.2")
    page.get_by_label("题数").fill("300")
    page.get_by_role("button", name="对照题库检查").click()
    look(page)
    expect(page.get_by_role("main")).to_contain_text("差")
    page.get_by_label("题数").fill("3")
    page.get_by_label("单选题").check()
    page.get_by_role("button", name="保存草稿").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="发布").click()
    page.get_by_role("link", name="新增场次").click()
    look(page)
    moment = datetime.now(SHANGHAI)
    page.get_by_label("开放时间（北京时间）").fill(f"{moment - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.get_by_label("截止时间（北京时间）").fill(f"{moment + timedelta(days=1):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="公布场次").click()
    expect(page.get_by_role("main")).to_contain_text("开放中")
    look(page)


def let_time_pass(site: Site, seconds: int) -> None:
    """Let running attempts end earlier, instead of waiting."""
    app = create_app({"DATABASE_URL": site.database_url, "SECRET_KEY": "journey"})
    with app.app_context(), transaction() as session:
        for attempt in session.scalars(select(Attempt).where(Attempt.state == AttemptState.OPEN)):
            for end in ("closes_at", "saves_until", "hand_in_until"):
                setattr(attempt, end, getattr(attempt, end) - timedelta(seconds=seconds))


def test_5_an_attempt_left_behind_is_closed_by_the_server(page_of: Open, site: Site) -> None:
    learner = page_of()
    sign_in(learner, "lianxi")
    learner.goto("/exams")
    learner.locator("main section, main article").filter(has_text="一分钟小测").get_by_role(
        "link", name="查看考试须知并开始"
    ).first.click()
    learner.get_by_role("button", name="开始考试").click()
    answer(learner.locator("[data-slot]").first)
    expect(learner.locator("#exam-state")).to_have_text("作答均已保存")
    learner.context.close()
    let_time_pass(site, 55)

    teacher = page_of()
    sign_in(teacher, "jiaoyuan")
    teacher.goto("/exams/manage")
    teacher.get_by_role("link", name="一分钟小测").click()
    teacher.locator("main table tbody a").first.click()
    expect(teacher.get_by_role("main")).to_contain_text("1 / 3")
    for _ in range(100):
        if "到时自动交卷" in teacher.get_by_role("main").inner_text():
            break
        teacher.wait_for_timeout(1000)
        teacher.reload()
    expect(teacher.get_by_role("main")).to_contain_text("到时自动交卷")
    look(teacher)


def test_6_a_unit_administrator_imports_people_and_every_refused_row_has_its_reason(
    page_of: Open, tmp_path: Path
) -> None:
    page = page_of()
    sign_in(page, "guanli")
    page.goto("/people")
    look(page)
    page.goto("/people/import")
    look(page)
    roster = tmp_path / "名单.csv"
    rows = [
        "姓名,工号,单位,职务",
        "冯　新来,0101,示范县妇联,干事",
        "褚无单位,0102,没有的单位,干事",
        ",0103,示范县妇联,",
    ]
    roster.write_bytes("\n".join(rows).encode("gb18030"))
    page.get_by_label("人员名单").set_input_files(roster)
    page.get_by_role("button", name="上传并核对").click()
    look(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text("冯新来")
    expect(main).to_contain_text("没有的单位")
    page.get_by_role("button", name=re.compile("确认导入")).click()
    look(page)
    page.goto("/people?text=冯新来")
    expect(page.get_by_role("main")).to_contain_text("0101")


def test_7_a_school_records_a_class_and_a_committee_a_session(page_of: Open) -> None:
    page = page_of()
    sign_in(page, "xiaoban")
    page.goto("/training")
    look(page)
    page.goto("/training/classes/new")
    look(page)
    page.goto("/training/classes")
    expect(page.get_by_role("main")).to_contain_text("新任群团干部任职培训班")
    other = page_of(390)
    sign_in(other, "guanli")
    other.goto("/training/sessions")
    expect(other.get_by_role("main")).to_contain_text("新形势下党的群团工作")
    look(other)


def test_8_the_completion_report_shows_it_with_clause_basis_and_evidence(page_of: Open) -> None:
    page = page_of()
    sign_in(page, "tongji")
    page.goto("/reports/completion")
    look(page)
    row = page.locator("tr").filter(has_text="王学习").first
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    expect(page.get_by_role("main")).to_contain_text("无记录")
    page.get_by_role("link", name="王学习").first.click()
    main = page.get_by_role("main")
    for words in ("§3¶7", "§11¶1", "§11¶2", "公务员法", "系统默认值", "序言"):
        expect(main).to_contain_text(words)
    look(page)
    page.goto("/reports/basis")
    look(page)
    page.goto("/reports/completion")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Excel|xlsx")).first.click()
    workbook = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    names = {cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row}
    assert "王学习" in names


def test_9_english_is_a_switch_and_large_type_too(page_of: Open) -> None:
    page = page_of(390)
    sign_in(page, "qiuzhi")
    page.get_by_role("button", name="大字版").click()
    look(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Welcome")
    look(page)
