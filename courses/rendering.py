"""Markdown to safe HTML: text of the course, and text that people type into forms."""

import re
from collections.abc import Callable
from itertools import groupby

import nh3
from markdown import Markdown

from courses.clauses import ClauseRef
from courses.markdown_extensions import CourseText, PlainText
from courses.problems import N_, Problem

ClauseHref = Callable[[ClauseRef], str | None]
FigureSrc = Callable[[str], str | None]

LARGEST_TEXT = 40_000  # bytes
# Python-Markdown takes minutes over a few kilobytes of these (its issue 798): brackets and backticks cost the
# square of their number, as do the lines of one block, and nested lists or quotations exhaust the stack.
_MOST_MARKS = 300
_MOST_BLOCK_LINES = 200
_DEEPEST_INDENT = 32
_DEEP_NESTING = re.compile(r"^[ \t]*(?:(?:>|[-*+](?=[ \t])|[0-9]{1,9}\.(?=[ \t]))[ \t]*){7}", re.MULTILINE)
_DEEP_INDENT = re.compile(rf"^(?: |\t){{{_DEEPEST_INDENT + 1}}}", re.MULTILINE)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_BLOCKS = {"p", "br", "hr", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre"}
_INLINE = {"strong", "em", "code", "a", "sup"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_CLASSES = {
    *("clause", "table-scroll", "figure", "note", "note-title"),
    *("note-note", "note-case", "note-warning", "note-question"),
    *("footnote", "footnote-ref", "footnote-backref"),
}
_HREF = re.compile(r"(?:https?://|mailto:|#|/(?![/\\]))[^\s\x00-\x1f\x7f\\]*")
# What an attribute may say, whatever element it sits on; ids are prefixed so that none can pass for a field
# or anchor of the page around the text.
_VALUES = {
    "id": re.compile(r"(?:s-|fn:|fnref:)[^\s\"'<>]+"),
    "href": _HREF,
    "src": _HREF,
    "scope": re.compile("col"),
    "role": re.compile("region"),
    "tabindex": re.compile("0"),
    "start": re.compile("[0-9]{1,9}"),
}


def refusals(where: str, markdown: str) -> list[Problem]:
    """Name what would make rendering a text dear; a text with none of it renders within a second."""
    size = len(markdown.encode(errors="replace"))
    found = []
    if size > LARGEST_TEXT:
        message = N_("The text has %(size)s bytes; no more than %(largest)s are allowed.")
        found.append(Problem("text-too-large", where, message, {"size": size, "largest": LARGEST_TEXT}))
    if max(markdown.count("["), markdown.count("`")) > _MOST_MARKS:
        message = N_("The text has more than %(most)s square brackets or backticks.")
        found.append(Problem("too-many-marks", where, message, {"most": _MOST_MARKS}))
    if _DEEP_NESTING.search(markdown) or _DEEP_INDENT.search(markdown):
        message = N_("Lists or quotations are nested too deep, or a line is indented too far.")
        found.append(Problem("nested-too-deep", where, message))
    if _longest_block(markdown) > _MOST_BLOCK_LINES:
        message = N_("More than %(most)s lines follow each other without a blank line.")
        found.append(Problem("block-too-long", where, message, {"most": _MOST_BLOCK_LINES}))
    return [*found, *control_characters(where, markdown)]


def control_characters(where: str, text: str) -> list[Problem]:
    """Name characters that are no text, and that neither Markdown nor every database will take."""
    if not _CONTROL.search(text):
        return []
    return [Problem("control-character", where, N_("The text has control characters or half characters."))]


def _longest_block(markdown: str) -> int:
    """Count the lines of the longest run without a blank one."""
    runs = groupby(markdown.splitlines(), key=lambda line: bool(line.strip()))
    return max((sum(1 for _ in lines) for is_text, lines in runs if is_text), default=0)


def render(markdown: str, clause_href: ClauseHref, figure_src: FigureSrc, top_heading: int = 3) -> str:
    """Render the text of a unit; raise ValueError for a text that `refusals` refuses.

    `clause_href` and `figure_src` give addresses for a clause and for a figure's file name; where they give
    None, the clause stays text and the figure is replaced by its alternative text.  `##` becomes a heading
    of level `top_heading`.
    """
    _refuse(markdown)
    extension = CourseText(clause_href, figure_src, top_heading)
    # A new object each time: footnotes and the numbers of repeated ids would carry over from text to text.
    return _COURSE_CLEANER.clean(Markdown(extensions=[extension], output_format="html").convert(markdown))


def render_people_text(markdown: str, clause_href: ClauseHref | None = None) -> str:
    """Render text typed into a form: paragraphs, lists, emphasis, links, code; no headings, no pictures."""
    _refuse(markdown)
    extension = PlainText(clause_href or (lambda ref: None))
    return _PEOPLE_CLEANER.clean(Markdown(extensions=[extension], output_format="html").convert(markdown))


def _refuse(markdown: str) -> None:
    found = refusals("", markdown)
    if found:
        raise ValueError(f"check a text before rendering it: {found[0].code}")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep what an attribute may say; the last word after the Markdown extensions have had theirs."""
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES) or None
    pattern = _VALUES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


_COURSE_CLEANER = nh3.Cleaner(
    tags=_BLOCKS | _INLINE | _TABLE | _HEADINGS | {"div", "img", "span"},
    attributes={
        "*": set(),
        **{heading: {"id"} for heading in _HEADINGS},
        "a": {"href", "class"},
        "div": {"class", "tabindex", "role", "aria-label"},
        "img": {"src", "alt", "class"},
        "span": {"class"},
        "p": {"class"},
        "li": {"id"},
        "ol": {"start"},
        "sup": {"id"},
        "th": {"scope"},
    },
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)
_PEOPLE_CLEANER = nh3.Cleaner(
    tags=(_BLOCKS - {"hr"}) | (_INLINE - {"sup"}),
    attributes={"*": set(), "a": {"href", "class"}, "ol": {"start"}},
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)
