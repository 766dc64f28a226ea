"""The paper: the same bytes each time, tagged, with its fonts, and never with a character missing."""

import io
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from learning.certificates import fonts, paper
from tests.learning.certificates.test_files import CONTENT

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def bundled_fonts_only(app: Flask) -> None:
    """Use what the project brings along and nothing else."""
    app.config["CERTIFICATE_FONTS"] = "/nowhere"


def text_of(pdf: bytes) -> str:
    """Return the text of a paper without its line breaks and spaces."""
    return (
        "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
        .replace("\n", "")
        .replace(" ", "")
    )


def with_name(name: str, **changes: Any) -> dict[str, Any]:
    return {**CONTENT, "person": {**CONTENT["person"], "name": name}, **changes}


@pytest.mark.usefixtures("bundled_fonts_only")
def test_a_paper_shows_name_number_and_code_with_embedded_fonts() -> None:
    pdf = paper.printed([with_name("王㐂䶮·买买提")])[0]
    text = text_of(pdf)
    for shown in (
        "结业证书",
        "王㐂䶮·买买提",
        "SF-005-2026-000001",
        "ABCD-2345-EFGH-6789",
        "示范市委党校",
        "https://xuexi.example/verify/ABCD2345EFGH6789",
    ):
        assert shown in text
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("zh")
    used = reader.pages[0]["/Resources"]["/Font"]
    assert used
    for font in used.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(inner), "a font that is not embedded"


@pytest.mark.usefixtures("bundled_fonts_only")
def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = paper.printed([with_name("王学习"), with_name("王学习")])
    assert first == second == paper.printed([with_name("王学习")])[0]


@pytest.mark.usefixtures("bundled_fonts_only")
def test_a_statement_lists_its_records_over_several_pages() -> None:
    records = [
        {
            "kind": "course", "title": f"第{number}模块", "by": "课程", "starts_on": "2026-01-01",
            "ends_on": "2026-01-02", "hours": "0.25",
        }
        for number in range(60)
    ]  # fmt: skip
    changes = {"kind": "hours_statement", "records": records, "total_hours": "15"}
    pdf = paper.printed([with_name("王学习", **changes)])[0]
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
    assert "学时证明" in text_of(pdf)
    assert "第59模块" in text_of(pdf)


@pytest.mark.usefixtures("bundled_fonts_only")
def test_typst_code_in_a_name_stays_text() -> None:
    name = '#read("/etc/passwd") $x$ *a*'
    assert name.replace(" ", "") in text_of(paper.printed([with_name(name)])[0])


@pytest.mark.usefixtures("bundled_fonts_only")
def test_the_fonts_of_the_project_have_rare_characters_but_not_all() -> None:
    assert fonts.missing("王㐂䶮𬱖 （）“”·。ABC") == []
    assert fonts.missing("王𠮷𡋾") == ["𠮷", "𡋾"]


def test_further_fonts_add_characters(app: Flask) -> None:
    folder = fonts.DEBIAN[0]
    app.config["CERTIFICATE_FONTS"] = folder
    assert folder in fonts.folders(), "the tests need the package fonts-noto-cjk"
    assert fonts.missing("𠮷") == []
    assert "王𠮷" in text_of(paper.printed([with_name("王𠮷")])[0])


@pytest.mark.usefixtures("bundled_fonts_only")
def test_a_content_that_cannot_be_printed_is_an_error_and_no_broken_paper() -> None:
    with pytest.raises(paper.CannotPrint):
        paper.printed([{"verify_url": "https://xuexi.example", "kind": "class_completion"}])
