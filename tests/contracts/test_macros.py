"""The macros all pages use, where a picture of them would not tell."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, StringField
from wtforms.validators import DataRequired

from learning.core import forms
from tests.contracts.style_guide import style_guide_app


class Line(Form):
    count = IntegerField("题数", [DataRequired("请填写题数。")])


class Lines(forms.Form):
    lines = FieldList(FormField(Line), "各行", min_entries=1)
    name = StringField("名称", [DataRequired("请填写名称。")], description="简短。")
    version = HiddenField(default="3")


@pytest.fixture
def app() -> Iterator[Flask]:
    app = style_guide_app()
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/style-guide", headers={"Cookie": "language=en"}):
        yield app


def rendered(template: str, **values: object) -> str:
    return " ".join(render_template_string("{% import '_macros.html' as ui %}" + template, **values).split())


def test_the_summary_says_errors_of_groups_in_words_and_links_to_single_fields(app: Flask) -> None:
    form = Lines(MultiDict())
    form.validate()
    page = rendered("{{ ui.error_summary(form) }}", form=form)
    assert "各行: Please check the entries marked below." in page
    assert '<a href="#name">名称: 请填写名称。</a>' in page
    assert "{" not in page


def test_a_field_is_tied_to_its_hint_and_errors(app: Flask) -> None:
    form = Lines(MultiDict())
    form.validate()
    page = rendered("{{ ui.field(form.name) }}", form=form)
    assert 'aria-describedby="name-hint name-error"' in page
    assert 'id="name-hint"' in page
    assert 'id="name-error"' in page


def test_a_hidden_field_is_written_once(app: Flask) -> None:
    page = rendered(
        "{% call ui.form(form) %}{{ ui.field(form.name) }}{{ ui.field(form.version) }}{% endcall %}",
        form=Lines(None),
    )
    assert page.count('name="version"') == 1


def test_a_lazy_heading_is_a_heading_and_a_pair_gives_its_kind(app: Flask) -> None:
    page = rendered("{% call ui.table('x', [lazy, ('成绩', 'number')]) %}{% endcall %}", lazy=_l("Met"))
    assert '<th scope="col">Met</th>' in page
    assert '<th scope="col" class="number">成绩</th>' in page


@pytest.mark.parametrize(
    ("number", "links"),
    [(1, ["next"]), (2, ["prev", "next"]), (4, ["prev"])],
)
def test_a_pager_leads_only_to_pages_that_exist(app: Flask, number: int, links: list[str]) -> None:
    page = rendered(
        "{{ ui.pager(page, url_of) }}",
        page=SimpleNamespace(number=number, pages=4, total=200),
        url_of=lambda number: f"?page={number}",
    )
    assert [rel for rel in ("prev", "next") if f'rel="{rel}"' in page] == links


def test_a_list_of_one_page_has_no_pager(app: Flask) -> None:
    assert rendered("{{ ui.pager(page, none) }}", page=SimpleNamespace(number=1, pages=1, total=3)) == ""


def test_progress_of_nothing_is_not_a_division_by_zero(app: Flask) -> None:
    assert "nothing to do" in rendered("{{ ui.progress(0, 0, '模块') }}")


def test_what_people_typed_is_escaped_everywhere(app: Flask) -> None:
    evil = "<script>alert(1)</script>"
    page = rendered(
        "{{ ui.page_head(evil, evil) }}{{ ui.cell(evil, evil) }}{{ ui.row_head(evil) }}"
        "{{ ui.flash('error', evil) }}{{ ui.clause_link(evil) }}{{ ui.progress(1, 2, evil) }}"
        "{{ ui.facts([(evil, evil)]) }}{{ ui.status('met', evil) }}{{ ui.empty(evil, evil) }}"
        "{{ ui.button(evil, confirm=evil, name=evil, value=evil) }}",
        evil=evil,
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 15


@pytest.mark.parametrize(("ref", "shown"), [("3.7s2", "§3¶7s2"), ("3H", "§3H"), ("0.1", "§0¶1")])
def test_a_clause_is_shown_as_readers_cite_it(app: Flask, ref: str, shown: str) -> None:
    assert rendered("{{ ui.clause_link(ref) }}", ref=ref) == f'<span class="clause">{shown}</span>'
