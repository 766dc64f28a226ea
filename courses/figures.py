"""Pictures of a course: which files are taken for one."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field

from courses.problems import N_, Problem

LARGEST_FIGURE = 500_000
FIGURE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:svg|png)")
LONGEST_FIGURE_NAME = 80

_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
# A drawing opened by itself is a page of ours, so it may hold shapes and words and nothing that acts,
# loads or styles.
_ELEMENTS = {
    *("svg", "g", "defs", "title", "desc", "text", "tspan", "marker", "linearGradient", "stop"),
    *("rect", "circle", "ellipse", "line", "polyline", "polygon", "path"),
}
_ATTRIBUTES = {
    *(
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "dx",
        "dy",
    ),
    *("d", "points", "transform", "id", "role", "aria-label", "aria-labelledby", "offset"),
    *("fill", "fill-opacity", "opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap"),
    *("stroke-linejoin", "stroke-opacity", "stop-color", "stop-opacity"),
    *("font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline"),
    *("marker-start", "marker-mid", "marker-end", "markerWidth", "markerHeight", "refX", "refY", "orient"),
    *("markerUnits", "gradientUnits", "preserveAspectRatio", "version", "letter-spacing"),
}
_FOREIGN_ADDRESS = re.compile(r"url\(\s*['\"]?(?!#)|:|//", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """Hold a picture of the course."""

    name: str
    data: bytes = field(repr=False)


def figure_problems(figure: Figure) -> Iterator[Problem]:
    """Say why a file cannot be a figure."""
    where = f"figures/{figure.name}"
    if not FIGURE_NAME.fullmatch(figure.name) or len(figure.name) > LONGEST_FIGURE_NAME:
        message = N_("A figure is called by small letters, digits and hyphens, and ends in .svg or .png.")
        yield Problem("figure-name", where, message)
    elif len(figure.data) > LARGEST_FIGURE:
        message = N_("The figure has %(size)s bytes; no more than %(largest)s are allowed.")
        params = {"size": len(figure.data), "largest": LARGEST_FIGURE}
        yield Problem("figure-too-large", where, message, params)
    elif figure.name.endswith(".png"):
        if not figure.data.startswith(_PNG):
            yield Problem("figure-not-png", where, N_("This is not a PNG file."))
    else:
        yield from _svg_problems(where, figure.data)


def _svg_problems(where: str, data: bytes) -> Iterator[Problem]:
    root = _drawing(data)
    if root is None:
        yield Problem("figure-not-svg", where, N_("This is not an SVG drawing, or it has declarations."))
        return
    foreign = sorted({name for element in root.iter() for name in _foreign(element)})
    for name in foreign:
        message = N_("A drawing may not contain %(name)s.")
        yield Problem("figure-foreign", where, message, {"name": name[:40]})


def _drawing(data: bytes) -> ElementTree.Element | None:
    try:
        text = data.decode("utf-8-sig")
        if "<!DOCTYPE" in text:
            return None
        root = ElementTree.fromstring(text)  # noqa: S314 - without declarations there is nothing to expand
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError):
        return None
    return root if root.tag == f"{_SVG}svg" else None


def _foreign(element: ElementTree.Element) -> Iterator[str]:
    name = str(element.tag).removeprefix(_SVG)
    if name not in _ELEMENTS:
        yield name
    for attribute, value in element.attrib.items():
        if attribute not in _ATTRIBUTES or (attribute != "aria-label" and _FOREIGN_ADDRESS.search(value)):
            yield attribute
