"""Markdown becomes HTML that is right, safe, and cheap to make."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.clauses import ClauseRef
from courses.rendering import refusals, render, render_people_text


def html_of(markdown: str, top_heading: int = 3) -> str:
    return render(
        markdown,
        clause_href=lambda ref: f"/clauses/{ref}" if ref.section < 12 else None,
        figure_src=lambda name: f"/figures/{name}" if name != "missing.svg" else None,
        top_heading=top_heading,
    )


def test_headings_start_at_the_level_asked_for() -> None:
    assert re.findall("<h[1-6]", html_of("## 甲\n\n### 乙")) == ["<h3", "<h4"]
    assert re.findall("<h[1-6]", html_of("## 甲\n\n### 乙", top_heading=4)) == ["<h4", "<h5"]


def test_headings_have_chinese_anchors_that_no_page_uses() -> None:
    html = html_of("## 谁的义务？\n\n## 谁的义务？\n\n## ？！")
    assert re.findall('id="([^"]*)"', html) == ["s-谁的义务", "s-谁的义务_1", "s-x"]


def test_a_clause_becomes_a_link() -> None:
    assert '<a class="clause" href="/clauses/3.7s2" rel="noopener noreferrer">§3¶7s2</a>' in html_of(
        "见§3¶7s2。"
    )
    assert 'href="/clauses/3H"' in html_of("见§3。")


@pytest.mark.parametrize("markdown", ["`§3¶7`", "    §3¶7", "§12¶1", "[§3¶7](https://example.org/)"])
def test_a_clause_stays_text_in_code_in_links_and_where_there_is_none(markdown: str) -> None:
    html = html_of(markdown)
    assert "§" in html
    assert "/clauses/" not in html


def test_a_table_scrolls_by_itself_and_ties_headers_to_columns() -> None:
    html = html_of("前\n\n| 谁 | 做**什么** |\n| --- | --- |\n| 党委 | §3¶1 |\n\n后")
    assert re.search(r'<div [^>]*class="table-scroll"[^>]*>\s*<table>', html)
    for attribute in ('tabindex="0"', 'role="region"', 'aria-label="谁、做什么"'):
        assert attribute in html
    assert html.count('<th scope="col">') == 2
    assert 'href="/clauses/3.1"' in html
    assert html.index("前") < html.index("<table>") < html.index("后")


def test_an_admonition_becomes_a_note_of_its_kind() -> None:
    html = html_of('!!! case "情境"\n    某县。')
    assert '<div class="note note-case">\n<p class="note-title">情境</p>\n<p>某县。</p>' in html


def test_an_unknown_kind_of_admonition_is_a_plain_note() -> None:
    assert '<div class="note">' in html_of('!!! btn-danger "x"\n    y')


def test_a_figure_comes_from_the_address_given_for_its_name() -> None:
    assert '<img alt="三层" class="figure" src="/figures/a-b.svg">' in html_of("![三层](figures/a-b.svg)")


@pytest.mark.parametrize(
    "source",
    [
        *("figures/missing.svg", "https://example.org/a.svg", "//example.org/a.svg", "/a.svg", "a.svg"),
        *("figures/../a.svg", "figures/a.svg?x", "data:image/svg+xml,x", "figures/a.html"),
    ],
)
def test_of_any_other_picture_only_the_words_remain(source: str) -> None:
    html = html_of(f"![三层]({source})")
    assert "<img" not in html
    assert "三层" in html


def test_footnotes_and_definitions_work_twice_alike() -> None:
    markdown = "甲[^1]\n\n[^1]: 注 §3¶7\n\n词\n:   义\n"
    html = html_of(markdown)
    assert 'href="#fn:1"' in html
    assert "<dd>义</dd>" in html
    assert html == html_of(markdown)


@pytest.mark.parametrize("address", ["https://example.org/a", "mailto:a@example.org", "#s-甲"])
def test_links_lead_out_of_the_site_or_to_a_heading(address: str) -> None:
    assert f'href="{address}"' in html_of(f"## 甲\n\n[x]({address})")
    assert f'href="{address}"' in render_people_text(f"[x]({address})")


@pytest.mark.parametrize("address", ["/accounts/sign-out", "#clause-9", "#answer-form", "?next=x", "a/b", ""])
def test_links_to_other_places_of_the_site_are_only_text(address: str) -> None:
    """What clauses and figures are called in stored text cannot be imitated either."""
    for html in (html_of(f"[x]({address})"), render_people_text(f"[x]({address})")):
        assert ">x</a>" in html
        assert "href" not in html


# After "XSS filter evasion" lists: every way a browser may be talked into running or loading something.
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//example.org/)",
    "[x](/\\example.org/)",
    "[x](/\t/example.org/)",
    "[x](\\\\example.org/)",
    "[x](https:example.org)",
    "[x](https:/\\example.org)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](figures/a.svg)',
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://example.org "a" onclick="alert(1)")',
    "<style>*{}</style>",
    "<iframe src=//example.org></iframe>",
    "<form action=//example.org><input name=csrf_token>",
    "<base href=//example.org>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "## x {: #csrf_token .position-fixed onclick=alert(1) }",
    "{: onclick=alert(1) }",
    '!!! note onclick=alert(1) "<script>alert(1)</script>"\n    x',
    '!!! "><script>alert(1)</script>"\n    x',
    "| <script>alert(1)</script> |\n| --- |\n| <img src=x onerror=alert(1)> |",
    '| "onmouseover="alert(1) |\n| --- |\n| x |',
    "x[^<script>]\n\n[^<script>]: <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
]

_TAG = re.compile(r"<[^>]*>")
_LIVE = re.compile(
    r"<(script|style|iframe|form|input|base|svg|math|object|embed|link|meta)|\son\w+=|\sstyle=|srcdoc", re.I
)
_ADDRESS = re.compile(r'(?:href|src)="([^"]*)"')


def assert_is_harmless(html: str) -> None:
    for tag in _TAG.findall(html):
        # A quoted value cannot end its attribute, so what is inside the quotation marks is only text.
        bare = re.sub(r'="[^"]*"', '=""', tag)
        assert not _LIVE.search(bare), tag
    for address in _ADDRESS.findall(html):
        assert re.match(r"(https?://[^/\\]|mailto:|#|/[^/\\])", address), address


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("renderer", [html_of, render_people_text])
def test_no_attack_gets_through(renderer: object, attack: str) -> None:
    assert callable(renderer)
    assert_is_harmless(renderer(attack))
    assert_is_harmless(renderer(f"x **{attack}** y"))
    assert_is_harmless(renderer(f"- {attack}\n\n> {attack}"))


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.sampled_from([*ATTACKS, "\n", "`", "*", "[", "](", ")", '"', " ", "\n\n    "]), max_size=12)
)
def test_no_mixture_of_attacks_gets_through(parts: list[str]) -> None:
    assert_is_harmless(html_of("".join(parts)))
    assert_is_harmless(render_people_text("".join(parts)))


def test_what_people_type_has_no_headings_pictures_or_tables() -> None:
    html = render_people_text("# 甲\n第二行\n\n![图](figures/a.svg)\n\n- 项\n\n**重** `码` §3¶7")
    assert not re.search("<h[1-6]|<img|<table", html)
    for kept in ("# 甲<br>", "<li>项</li>", "<strong>重</strong>", "<code>码</code>", "§3¶7"):
        assert kept in html


def test_what_people_type_may_cite_a_clause() -> None:
    def address(ref: ClauseRef) -> str:
        return f"/clauses/{ref}"

    assert 'class="clause" href="/clauses/3.7"' in render_people_text("§3¶7", clause_href=address)


BOMBS = {
    "brackets": "[" * 2_000,
    "pictures": "![" * 2_000,
    "links into nothing": "[a](<" * 8_000,
    "code that never ends": "``^\\" * 9_000,
    "footnotes": "[^1]" * 2_000,
    "rules": "***\n" * 10_000,
    "headings": "# a\n" * 10_000,
    "definitions": "a\n: b\n" * 6_000,
    "quotation in quotation": ">" * 20_000,
    "list in list in a line": "1. " * 13_000,
    "list in list": "\n".join("    " * depth + "- a" for depth in range(140)),
    "size": "甲" * 20_000,
    "a placeholder of Markdown's own": "\x02klzzwxh:0000\x03",
    "a character no database takes": "甲\x00",
    "half a character": "\ud800",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_text_that_would_break_something_is_refused(bomb: str) -> None:
    assert refusals("x.md:1", bomb)
    with pytest.raises(ValueError, match="check a text"):
        html_of(bomb)
    with pytest.raises(ValueError, match="check a text"):
        render_people_text(bomb)


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_nesting_as_deep_as_anybody_needs_is_allowed_and_no_deeper(mark: str) -> None:
    assert refusals("", mark * 6 + "甲") == []
    assert [problem.code for problem in refusals("", mark * 7 + "甲")] == ["nested-too-deep"]


def test_lines_may_end_as_browsers_send_them() -> None:
    assert refusals("", "甲\r\n\r\n乙\t丙") == []
    assert html_of("甲\r\n\r\n乙") == "<p>甲</p>\n<p>乙</p>"


_MARKS = "[]()*_`>#-|!:\\<&^~=\"' \n\t1.a甲§¶"


@settings(deadline=None, max_examples=30)
@given(st.text(alphabet=_MARKS, min_size=1, max_size=6), st.sampled_from([50, 5_000, 40_000]))
def test_what_is_not_refused_renders_quickly(piece: str, size: int) -> None:
    markdown = (piece * size)[:size]
    if refusals("", markdown):
        return
    started = time.process_time()
    html_of(markdown)
    render_people_text(markdown)
    assert time.process_time() - started < 5
