"""The style guide as a page: every part of the design, filled with samples."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from learning.core import pages
from learning.core.forms import Form, choices_of
from question_bank import types

NAVIGATION = ["首页", "我的课程", "我的考试", "题库", "人员与任职", "完成情况报表", "学习台账"]
LONG = "探索，并且这是一个比较长的选项，用来检查在手机上换行以后是否仍然整齐"

#: A stem, a content and a response of every item type.
ITEMS: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "single_choice": (
        "四类院校对群团工作理论政策课程的义务，原文用的是哪个力度词？",
        {"choices": ["可以", "应该", "必须", LONG], "key": "B"},
        [("", "C")],
    ),
    "multiple_choice": (
        "下列哪些属于群团组织的职能？",
        {"choices": ["组织群众", "引导群众", "服务群众", LONG], "key": "ABC"},
        [("", "A"), ("", "D")],
    ),
    "true_false": ("列入目录等于已经授课。", {"key": False}, [("", "false")]),
    "fill_blank": (
        "群团组织实行____和以____领导为主的体制。",
        {"key": [["分级管理"], ["同级党委", "同级的党委"]]},
        [("1", "分级管理"), ("2", "上级党委")],
    ),
    "matching": (
        "把主体与要求对应起来。",
        {"left": ["各级党委", "四类院校"], "right": ["开设课程", "组织学习", LONG], "key": [2, 1]},
        [("1", "B"), ("2", "C")],
    ),
    "ordering": (
        "按原文顺序排列。",
        {"choices": ["重视", "研究", "解决"]},
        [("A", "1"), ("B", "3"), ("C", "2")],
    ),
    "short_answer": (
        "简述院校的义务。",
        {"model_answer": "开设课程，纳入教学安排。", "points": [{"text": "开设课程", "marks": 2}]},
        [("", "应该开设课程。\n并且安排教师。")],
    ),
    "case_analysis": (
        "阅读材料，回答问题。",
        {
            "stimulus": "某县总工会换届后，一名新进班子成员到任已经十个月，尚未参加培训。",
            "parts": [
                {
                    "type": "true_false",
                    "stem": "他还有时间完成培训。",
                    "key": True,
                    "explanation": "任职一年内完成即可。",
                    "clauses": ["11.1"],
                },
                {
                    "type": "single_choice",
                    "stem": "应由谁安排？",
                    "choices": ["本人", "单位"],
                    "key": "B",
                    "explanation": "单位安排。",
                    "clauses": ["11.1"],
                },
            ],
        },
        [("1", "true"), ("2", "A")],
    ),
}


class SampleForm(Form):
    """A field of every kind."""

    name = StringField(
        "姓名",
        [DataRequired("请填写姓名。"), Length(max=40)],
        description="与任职文件上的写法一致。",
    )
    appointed = DateField("任职时间", description="例如 2025-06-01。")
    unit = SelectField(
        "单位", [DataRequired("请选择单位。")], choices=choices_of({"1": "某市总工会", "2": "某县总工会"})
    )
    tenure = RadioField(
        "任职方式",
        [DataRequired("请选择一项。")],
        choices=choices_of({"f": "专职", "s": "挂职", "p": "兼职"}),
        description="专职、挂职、兼职任选一项。",
    )
    roles = SelectMultipleField(
        "角色",
        choices=choices_of({"a": "教员", "b": "单位管理员"}),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    note = TextAreaField("备注", description="不要填写涉密信息。")
    file = FileField("名单文件")
    leader = BooleanField("是领导班子成员")
    version = HiddenField(default="3")


class FilterForm(Form):
    """Two filters."""

    query = StringField("姓名或工号")
    below = SelectField("所属单位", choices=choices_of({"": "全部", "1": "某市总工会"}))


class SignInForm(Form):
    """A sign-in form."""

    account = StringField("账号", render_kw={"autocomplete": "username"})
    password = PasswordField("密码", render_kw={"autocomplete": "current-password"})


def sample(name: str) -> dict[str, Any]:
    """Return what the templates of an item type are given for its sample."""
    stem, content, fields = ITEMS[name]
    kind = types.get(name)
    assert not kind.problems(content, stem), kind.problems(content, stem)
    order = kind.plain_arrangement(content)
    return {
        "type": name,
        "label": kind.label,
        "stem": stem,
        "shown": kind.present(content, order),
        "review": kind.review(content, order, kind.read_response(fields)),
        "fields": kind.editor.to_fields(content),
    }


def style_guide() -> str:
    """Render the style guide; with ?errors=1 its form has been sent empty."""
    form = SampleForm(MultiDict() if "errors" in request.args else None)
    if "errors" in request.args:
        form.validate()
    return render_template(
        "style_guide.html",
        sample_form=form,
        filter_form=FilterForm(None),
        sign_in_form=SignInForm(None),
        page=SimpleNamespace(number=3, pages=7, total=128),
        page_url=lambda number: f"?page={number}",
        samples=[sample(name) for name in ITEMS],
        navigation=[("/", label, label == "首页") for label in NAVIGATION],
        breadcrumbs=[("/", "首页"), ("/", "我的课程"), ("/", "模块三　加强党委对群团工作的组织领导")],
        current_user=SimpleNamespace(is_authenticated=True, display_name="学员甲"),
        server_now=datetime(2026, 3, 5, 6, 30, tzinfo=UTC),
    )


def error_page(code: int) -> str:
    """Render an error page as for somebody signed in."""
    return render_template(
        f"errors/{code}.html",
        code=code,
        request_id="7f3a9c21",
        navigation=[("/", label, False) for label in NAVIGATION],
        current_user=SimpleNamespace(is_authenticated=True, display_name="学员甲"),
    )


def style_guide_app() -> Flask:
    """Return an application of nothing but the frame, the style guide and the error pages."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.wsgi_app = pages.static_files(app.wsgi_app)  # type: ignore[method-assign]
    app.config.update(TESTING=True, SECRET_KEY="only-for-tests", BABEL_DEFAULT_LOCALE="zh")
    pages.init_app(app)
    CSRFProtect(app)
    for endpoint in ("home.index", "home.help", "home.privacy", "accounts.sign_in", "accounts.account"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    for endpoint in ("home.set_display", "accounts.sign_out"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "", methods=["POST"])
    app.add_url_rule("/style-guide", "style_guide", style_guide, methods=["GET", "POST"])
    app.add_url_rule("/errors/<int:code>", "error_page", error_page)
    return app
