"""What our Markdown has beyond Python-Markdown: clause links, figures, notes and scrolling tables."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from courses.clauses import CITATION, ClauseRef, citations
from courses.figures import FIGURE_NAME

_FIGURE = re.compile(f"figures/({FIGURE_NAME.pattern})")
# A text may be shown on any page of any installation: it knows its own headings and the world outside.
_LINK = re.compile(r"https?://|mailto:|#s-")
_OUR_LINKS = {"clause", "footnote-ref", "footnote-backref"}
_NOTES = {"note", "case", "warning", "question"}
_LONGEST_LABEL = 60

# Between the inline patterns (20), whose elements it reworks, and the table of contents (5).
_AFTER_INLINE = 15


class PlainText(Extension):
    """Leave out raw HTML, headings, rules and pictures; keep line breaks."""

    def __init__(self, clause_href: Callable[[ClauseRef], str | None]) -> None:
        super().__init__()
        self._clause_href = clause_href

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Take the parts out."""
        _ground(md, self._clause_href)
        for name in ("hashheader", "setextheader", "hr"):
            md.parser.blockprocessors.deregister(name)
        for name in ("image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)
        for extension in (Nl2BrExtension(), SaneListExtension()):
            extension.extendMarkdown(md)


class CourseText(Extension):
    """Put together the Markdown of a unit."""

    def __init__(
        self,
        clause_href: Callable[[ClauseRef], str | None],
        figure_src: Callable[[str], str | None],
        top_heading: int,
    ) -> None:
        super().__init__()
        self._clause_href, self._figure_src, self._top_heading = clause_href, figure_src, top_heading

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Take raw HTML out, and our parts in."""
        _ground(md, self._clause_href)
        for extension in (
            TableExtension(),
            FootnoteExtension(BACKLINK_TEXT="↑"),
            AdmonitionExtension(),
            DefListExtension(),
            SaneListExtension(),
            # `##` is the second level, and the marker for a table of contents is one that nobody can type.
            TocExtension(slugify=_slug, baselevel=self._top_heading - 1, marker=""),
        ):
            extension.extendMarkdown(md)
        md.treeprocessors.register(_Figures(md, self._figure_src), "figures", _AFTER_INLINE)
        md.treeprocessors.register(_Notes(md), "notes", _AFTER_INLINE)
        md.treeprocessors.register(_Tables(md), "tables", _AFTER_INLINE)


def _ground(md: Markdown, clause_href: Callable[[ClauseRef], str | None]) -> None:
    """Do what all texts need: `<` is an ordinary character, clauses are links, links are harmless."""
    md.preprocessors.deregister("html_block")
    md.inlinePatterns.deregister("html")
    md.inlinePatterns.deregister("automail")
    md.inlinePatterns.register(_ClauseLinks(md, clause_href), "clause", 65)
    md.treeprocessors.register(_Links(md), "links", _AFTER_INLINE)


def _slug(text: str, separator: str) -> str:
    """Name a heading by its words, Chinese ones too, behind a prefix no id of the page has."""
    return "s-" + (separator.join(re.findall(r"\w+", text.lower())) or "x")


class _ClauseLinks(InlineProcessor):
    """Make `§3¶7s2` a link to the clause."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, clause_href: Callable[[ClauseRef], str | None]) -> None:
        super().__init__(CITATION.pattern, md)
        self._clause_href = clause_href

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's own name and three results
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        citation = next(citations(m[0]), None)
        href = self._clause_href(citation.target) if citation else None
        if href is None:
            return None, None, None
        link = Element("a", {"href": href, "class": "clause"})
        link.text = m[0]
        return link, m.start(), m.end()


class _Links(Treeprocessor):
    """Take the address from a link that leads to another place of the site."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            if link.get("class") not in _OUR_LINKS and not _LINK.match(link.get("href", "")):
                link.attrib.pop("href", None)


class _Figures(Treeprocessor):
    """Show a figure of the course from the address it is given, and of any other picture only the words."""

    def __init__(self, md: Markdown, figure_src: Callable[[str], str | None]) -> None:
        super().__init__(md)
        self._figure_src = figure_src

    def run(self, root: Element) -> None:
        for image in root.iter("img"):
            match = _FIGURE.fullmatch(image.get("src", ""))
            src = self._figure_src(match[1]) if match else None
            alternative = image.get("alt", "")
            image.attrib.clear()
            if src is None:
                image.tag, image.text = "span", alternative
            else:
                image.attrib.update({"src": src, "alt": alternative, "class": "figure"})


class _Notes(Treeprocessor):
    """Call an admonition a note, and tell its kind by the class."""

    def run(self, root: Element) -> None:
        for block in root.iter("div"):
            classes = block.get("class", "").split()
            if "admonition" in classes:
                kinds = [f"note-{name}" for name in classes if name in _NOTES]
                block.set("class", " ".join(["note", *kinds]))
                for title in block.findall("p[@class='admonition-title']"):
                    title.set("class", "note-title")


class _Tables(Treeprocessor):
    """Let a wide table scroll by itself, by keyboard too, and tie its header cells to their columns."""

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, table in enumerate(parent):
                if table.tag == "table":
                    parent[index] = self._in_frame(table)

    def _in_frame(self, table: Element) -> Element:
        headers = list(table.iter("th"))
        for header in headers:
            header.set("scope", "col")
        label = "、".join(text for header in headers if (text := "".join(header.itertext()).strip()))
        frame = Element(
            "div",
            {
                "class": "table-scroll",
                "tabindex": "0",
                "role": "region",
                "aria-label": label[:_LONGEST_LABEL],
            },
        )
        frame.append(table)
        return frame
