"""Where the clauses of a text lead."""

import pytest
from flask import Flask

from courses.clauses import ClauseRef
from courses.rendering import render_people_text
from learning.materials.addresses import clause_href, linked
from learning.materials.rules import Passage

BESIDE = [Passage(ClauseRef.parse("3.7"), (("一句。", False),))]


def test_a_text_is_shown_with_the_addresses_of_each_page(app: Flask) -> None:
    text = "见 §3¶7s2 和 §11¶1。"
    with app.test_request_context():
        away, beside = clause_href("opinion-2015"), clause_href("opinion-2015", BESIDE)
        for href in (away, beside, away):
            assert linked(text, href) == render_people_text(text, href)
        assert 'href="/clauses/opinion-2015/3.7s2"' in linked(text, away)
        assert 'href="#clause-3.7s2"' in linked(text, beside)
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/learning"}):
        assert 'href="/learning/clauses/opinion-2015/11.1"' in linked(text, clause_href("opinion-2015"))


@pytest.mark.parametrize(
    "text",
    [
        'href="#clause-99.99.99"',
        'src="#figure-a.svg"',
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](#clause-3.7)",
    ],
)
def test_what_a_text_says_about_addresses_stays_what_it_says(app: Flask, text: str) -> None:
    with app.test_request_context():
        href = clause_href("opinion-2015")
        assert linked(text, href) == render_people_text(text, href)
