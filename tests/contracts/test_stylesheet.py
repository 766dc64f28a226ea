"""Styles and scripts stay within what the oldest browser in use (Chromium 78) knows, and can be read."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
TEMPLATES = Path(__file__).parents[2] / "learning" / "templates"
SHEETS = sorted(STATIC.glob("css/*.css"))
SCRIPTS = sorted(STATIC.glob("js/**/*.js"))

#: What Chromium 78 does not know, by the version that does.
NEWER_CSS = {
    "flex gap (84)": r"(?<![\w-])(?:row-|column-)?gap\s*:",
    "inset (87)": r"(?<![\w-])inset(?:-block|-inline)?\s*:",
    "aspect-ratio (88)": r"(?<![\w-])aspect-ratio\s*:",
    "logical shorthands (87)": r"(?<![\w-])(?:margin|padding)-(?:block|inline)\s*:",
    "min(), max(), clamp() (79)": r"(?<![\w-])(?:min|max|clamp)\(",
    ":is(), :where() (88)": r":(?:is|where)\(",
    ":has() (105)": r":has\(",
    ":focus-visible (86)": r":focus-visible",
    "::file-selector-button (89)": r"::file-selector-button",
    ":not() with a list (88)": r":not\([^)]*,",
    "nesting (112)": r"(?<![\w-])&",
    "@container (105)": r"@container",
    "@layer (99)": r"@layer",
    "@property (85)": r"@property",
    "range media queries (104)": r"@media[^{]*[<>]",
    "subgrid (117)": r"subgrid",
    "oklch(), color-mix(), light-dark()": r"(?:oklch|oklab|color-mix|light-dark)\(",
    "modern colour syntax rgb(0 0 0 / 5%) needs no commas": r"rgba?\([^),]*\)",
    "dvh, svh, lvh (108)": r"\d[dsl]v[hw]\b",
    "content-visibility (85)": r"content-visibility",
    "overflow: clip (90)": r"overflow[\w-]*\s*:\s*clip",
}

#: What is newer than ES2019, or newer in the browser than Chromium 78.
NEWER_SCRIPT = {
    "optional chaining (80)": r"\?\.(?!\d)",
    "nullish coalescing (80)": r"\?\?",
    "logical assignment (85)": r"(?:\|\||&&)=",
    "replaceAll (85)": r"\.replaceAll\(",
    "at() (92)": r"\.at\(",
    "findLast (97)": r"\.findLast(?:Index)?\(",
    "toSorted and kin (110)": r"\.(?:toSorted|toReversed|toSpliced|with)\(",
    "Object.hasOwn (93)": r"Object\.hasOwn\(",
    "Object.groupBy (117)": r"\.groupBy\(",
    "Promise.any (85)": r"Promise\.any\b",
    "structuredClone (98)": r"structuredClone\(",
    "randomUUID (92)": r"randomUUID",
    "replaceChildren (86)": r"\.replaceChildren\(",
    "AbortSignal.timeout (103)": r"AbortSignal\.(?:timeout|any)\b",
    "submitter (81)": r"\.submitter\b",
    "class fields (72 to 84)": r"^\s*(?:static\s+)?#\w+",
    "numeric separators (75)": r"\b\d+_\d+",
    "BigInt literals": r"\b\d+n\b",
    "import.meta.resolve (105)": r"import\.meta\.resolve",
    "dynamic code, which the policy forbids": r"\beval\(|new Function\(|document\.write",
    "markup from strings": r"\.(?:inner|outer)HTML\b|insertAdjacentHTML",
}


def without_comments_and_texts(source: str) -> str:
    """Return the code alone, so that words in comments and messages are not taken for features."""
    source = re.sub(r"/\*.*?\*/", " ", source, flags=re.S)
    source = re.sub(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", '""', source)
    return re.sub(r"(?<!:)//[^\n]*", " ", source)


def without_css_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/", " ", source, flags=re.S)


def found(features: dict[str, str], code: str) -> list[str]:
    return [name for name, pattern in features.items() if re.search(pattern, code, flags=re.M)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_style_is_newer_than_the_oldest_browser(sheet: Path) -> None:
    code = without_css_comments(sheet.read_text()).replace("grid-gap:", "grid-space:")
    assert found(NEWER_CSS, code) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_is_newer_than_es2019(script: Path) -> None:
    assert found(NEWER_SCRIPT, without_comments_and_texts(script.read_text())) == []


@pytest.mark.parametrize(
    ("code", "features"),
    [
        ("a { gap: 1rem }", NEWER_CSS),
        ("a { width: min(1rem, 100%) }", NEWER_CSS),
        ("a:not(.b, .c) { color: red }", NEWER_CSS),
        ("a { color: rgb(0 0 0 / 50%) }", NEWER_CSS),
        ("const a = b?.c;", NEWER_SCRIPT),
        ("const a = b ?? c;", NEWER_SCRIPT),
        ("const a = b.at(-1);", NEWER_SCRIPT),
    ],
)
def test_newer_features_are_noticed(code: str, features: dict[str, str]) -> None:
    assert found(features, code)


@pytest.mark.parametrize(
    "code",
    [
        "a { grid-space: 1rem; min-width: 1rem }",
        "a { width: calc(100% - 1rem) }",
        "a { color: rgba(0, 0, 0, 0.1) }",
    ],
)
def test_what_the_oldest_browser_knows_is_let_through(code: str) -> None:
    assert found(NEWER_CSS, code) == []


def test_sizes_of_type_grow_with_the_large_type_switch() -> None:
    sizes = {
        (sheet.name, size)
        for sheet in SHEETS
        if sheet.name != "print.css"
        for size in re.findall(r"font-size\s*:\s*([^;]+);", without_css_comments(sheet.read_text()))
        if not re.fullmatch(r"[\d.]+r?em", size.strip())
    }
    assert sizes == {("site.css", "106.25%"), ("site.css", "170%")}


def test_nothing_is_fetched_from_another_host() -> None:
    for path in [*SHEETS, *SCRIPTS, *STATIC.glob("img/*.svg"), *TEMPLATES.rglob("*.html")]:
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:https?:)?//\w[\w.-]*\.\w{2,}/?|@import|url\(", text), path


def test_a_style_sheet_stays_short_enough_to_be_known() -> None:
    assert [sheet.name for sheet in SHEETS if len(sheet.read_text().splitlines()) > 600] == []


# ---- contrast (WCAG 2.1, 1.4.3 and 1.4.11) ----

COLOURS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", (STATIC / "css/site.css").read_text()))
GROUNDS = ("paper", "ground", "ground-deep")
TEXTS = ("ink", "ink-soft", "accent", "accent-deep", "link", "link-deep")
TEXT_ON_GROUND = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    ("accent-deep", "accent-wash"),
    ("ink", "ok-wash"),
    ("ink", "warn-wash"),
    ("ink", "error-wash"),
    ("ink", "info-wash"),
    ("link", "info-wash"),
    ("link", "warn-wash"),
    ("link", "error-wash"),
    ("link", "ok-wash"),
    ("ok", "ok-wash"),
    ("info", "info-wash"),
    ("warn", "warn-wash"),
    ("error", "error-wash"),
    ("error", "ground"),
    ("warn", "paper"),
    ("ok", "paper"),
    ("error", "paper"),
    ("paper", "accent"),
    ("paper", "accent-deep"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("line", ["line-strong", "focus"])
def test_the_edges_of_controls_and_the_focus_can_be_seen(line: str, ground: str) -> None:
    assert contrast(COLOURS[line], COLOURS[ground]) >= 3
