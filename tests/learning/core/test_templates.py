"""Templates are compiled once in each language, with what is fixed there put in."""

import re

import pytest
from flask import Flask, render_template, render_template_string


def rendered(app: Flask, language: str, source: str, **values: object) -> str:
    """Return what a template says in a language."""
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        return render_template_string(source, **values)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("{{ _('Sign in') }}", "登录"),
        ("{{ _('Sign in') ~ '<' }}", "登录&lt;"),
        ("{{ [_('Sign in'), _('Sign out')]|join(', ') }}", "登录, 退出登录"),
        ("{{ _(word) }}", "登录"),
        ("{% macro say(text) %}<b>{{ text }}</b>{% endmacro %}{{ say(_('Sign in')) }}", "<b>登录</b>"),
        ("{{ _('Question %(number)s', number='<3') }}", "第 &lt;3 题"),
        ("{{ _('No such message') }}", "No such message"),
    ],
)
def test_a_message_is_said_wherever_it_stands(app: Flask, source: str, page: str) -> None:
    assert rendered(app, "zh", source, word="Sign in") == page


def test_one_template_says_the_same_in_each_language_in_turn(app: Flask) -> None:
    for language, word in (("zh", "登录"), ("en", "Sign in"), ("zh", "登录"), ("en", "Sign in")):
        with app.test_request_context(headers={"Cookie": f"language={language}"}):
            assert f"<summary>{word}</summary>" not in render_template("home/help.html")
            assert word in render_template(["no-such-template.html", "home/help.html"])


def test_what_is_fixed_is_not_asked_for_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context():
        page = render_template("errors/404.html")
        monkeypatch.setitem(app.jinja_env.globals, "_", lambda message, **_places: f"asked: {message}")
        monkeypatch.setitem(app.jinja_env.globals, "asset", lambda name: f"asked: {name}")
        assert "asked" not in page
        asked = re.findall(r"asked: ([^<\n]+)", render_template("errors/404.html"))
        # Only what has places, which differ from one request to the next.
        assert {found.strip() for found in asked} == {
            "Server time: %(moment)s (Beijing time)",
            "Error %(code)s",
        }


def test_an_address_without_values_is_that_of_the_mount_point(app: Flask) -> None:
    source = "{{ url_for('home.help') }} {{ url_for('study.course', unsafe_course='x') }}"
    for root in ("", "/learning", ""):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            assert render_template_string(source) == f"{root}/help {root}/courses/x"
