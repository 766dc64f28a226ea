"""A course travels as a folder or a zip file; a hostile one is refused without harm."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import packages
from courses.figures import LARGEST_FIGURE, Figure, figure_problems
from courses.modules import Course
from courses.packages import CourseReading, edition_digest, read_folder, read_zip, write_zip
from tests.courses.test_modules import good_course, module_text

COURSE_FILE = 'slug = "s"\ntitle = "课程"\ndescription = "说明"\nlanguage = "zh"\n'
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>x</title><path d="M0 0"/></svg>'
FILES = {
    "course.toml": COURSE_FILE.encode(),
    "03-leadership.md": module_text().encode(),
    "figures/x.svg": DRAWING,
}


def zip_of(files: dict[str, bytes], **options: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:  # type: ignore[arg-type]
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def codes(reading: CourseReading) -> list[str]:
    return [problem.code for problem in reading.problems]


def test_a_folder_is_read(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    reading = read_folder(tmp_path)
    assert reading.problems == ()
    assert reading.course is not None
    assert (reading.course.slug, reading.course.title, reading.course.language) == ("s", "课程", "zh")
    assert [module.slug for module in reading.course.modules] == ["leadership"]
    assert reading.course.figures == (Figure("x.svg", DRAWING),)
    assert reading == read_zip("x.zip", zip_of(FILES))


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert codes(read_folder(tmp_path / "nowhere")) == ["no-course-file"]


def test_modules_come_in_the_order_of_their_file_names() -> None:
    second = module_text().replace("number = 3", "number = 1").replace("op15-03", "op15-01")
    course = read_zip("x.zip", zip_of(FILES | {"01-first.md": second.encode()})).course
    assert course is not None
    assert [module.number for module in course.modules] == [1, 3]


def test_a_folder_zipped_by_hand_is_read_as_well() -> None:
    inside = {f"my-course/{name}": data for name, data in FILES.items()}
    assert read_zip("x.zip", zip_of(inside)) == read_zip("x.zip", zip_of(FILES))


def test_a_compressed_zip_is_read_as_well() -> None:
    compressed = zip_of(FILES, compression=zipfile.ZIP_DEFLATED)
    assert read_zip("x.zip", compressed) == read_zip("x.zip", zip_of(FILES))


def test_the_built_in_course_goes_through_a_zip_unchanged(course: Course) -> None:
    written = write_zip(course)
    reading = read_zip("x.zip", written)
    assert reading.problems == ()
    assert reading.course == course
    assert write_zip(reading.course) == written


def test_the_digest_of_an_edition_tells_every_change() -> None:
    module = good_course().modules[0]
    unit = module.units[0]
    changed = [
        good_course(),
        good_course(title="别的"),
        good_course(figures=(Figure("x.svg", DRAWING),)),
        good_course(figures=(Figure("x.svg", DRAWING + b" "),)),
        good_course(figures=(Figure("y.svg", DRAWING),)),
        good_course(modules=(replace(module, objectives=("别的",)),)),
        good_course(modules=(replace(module, units=(replace(unit, markdown="别的"),)),)),
        good_course(modules=(replace(module, units=(replace(unit, practice=()),)),)),
    ]
    assert len({edition_digest(course) for course in changed}) == len(changed)


def test_the_digest_does_not_depend_on_how_a_file_was_typed() -> None:
    typed = module_text().replace("number = 3", "# a remark\nnumber   =   3").replace("\n", "\r\n")
    first = read_zip("x.zip", zip_of(FILES)).course
    second = read_zip("y.zip", zip_of(FILES | {"03-leadership.md": typed.encode()})).course
    assert first is not None
    assert second is not None
    assert edition_digest(first) == edition_digest(second)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"course.toml": b"slug ="}, "no-course-file"),
        ({"course.toml": b"\xff"}, "not-utf-8"),
        ({"course.toml": b""}, "no-course-file"),
        ({"course.toml": COURSE_FILE.encode() + b"price = 1\n"}, "unknown-file"),
        ({"course.toml": b"slug = 1\n"}, "bad-key"),
        ({"03-leadership.md": b"\xff\xfe"}, "not-utf-8"),
        ({"03-leadership.md": b"x"}, "front-matter"),
        ({"clauses.csv": b"x"}, "bad-seal"),
        ({"clauses.csv": b"\xff"}, "bad-seal"),
        ({"figures/x.svg": b"<html/>"}, "figure-not-svg"),
        ({"setup.py": b"x"}, "unknown-file"),
        ({"figures/deep/x.svg": DRAWING}, "unknown-file"),
        ({"03-leadership.md": b"x" * (packages.LARGEST_FILE + 1)}, "too-large"),
        ({f"figures/{number}.png": b"" for number in range(packages.MOST_FILES)}, "too-many-files"),
    ],
)
def test_what_is_wrong_with_the_files_is_named(files: dict[str, bytes], code: str) -> None:
    assert code in codes(read_zip("x.zip", zip_of(FILES | files)))


@pytest.mark.parametrize(
    "name",
    [
        "../course.toml",
        "/etc/passwd",
        "a/../../x",
        "C:/x",
        "figures\\x.svg",
        "..\\x",
        "figures/..",
        "//host/x",
    ],
)
def test_a_name_that_leads_out_of_the_course_is_refused(name: str) -> None:
    reading = read_zip("x.zip", zip_of(FILES | {name: b"x"}))
    assert reading.course is None
    assert codes(reading) == ["bad-path"]


def test_a_name_twice_is_refused() -> None:
    twice = zip_of({"course.toml": b"a", "course.tomm": b"b"}).replace(b"course.tomm", b"course.toml")
    assert codes(read_zip("x.zip", twice)) == ["bad-path"]


def test_a_symbolic_link_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("course.toml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert codes(read_zip("x.zip", file.getvalue())) == ["bad-path"]


def test_a_bomb_is_not_unpacked() -> None:
    zeros = {f"figures/{number}.png": bytes(packages.LARGEST_FILE) for number in range(60)}
    bomb = zip_of(zeros, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert codes(read_zip("x.zip", bomb)) == ["too-large"]


def test_a_file_larger_than_it_says_is_refused() -> None:
    honest = zip_of({"course.toml": bytes(2 * packages.LARGEST_FILE)}, compression=zipfile.ZIP_DEFLATED)
    lying = honest.replace((2 * packages.LARGEST_FILE).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert codes(read_zip("x.zip", lying))[0] in ("broken-zip", "too-large")


def test_an_encrypted_zip_is_refused() -> None:
    data = bytearray(zip_of(FILES))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 1)
    assert codes(read_zip("x.zip", bytes(data))) == ["broken-zip"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_rare_compression_is_refused(method: int) -> None:
    assert codes(read_zip("x.zip", zip_of(FILES, compression=method))) == ["broken-zip"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip", b"\0" * 100, zip_of(FILES)[:-30]])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert codes(read_zip("x.zip", data)) == ["broken-zip"]


def test_a_huge_upload_is_refused_unread() -> None:
    assert codes(read_zip("x.zip", bytes(packages.LARGEST_ZIP + 1))) == ["too-large"]


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_however_a_zip_is_damaged_nothing_is_raised(data: st.DataObject) -> None:
    method = data.draw(
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    )
    damaged = bytearray(zip_of(FILES, compression=method))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    reading = read_zip("x.zip", bytes(damaged))
    assert reading.course or reading.problems


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<rect style="fill:url(//example.org)"/>',
        "<style>*{}</style>",
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<image href="https://example.org/x.png"/>',
        '<use xlink:href="https://example.org/x.svg#a"/>',
        '<rect fill="url(https://example.org/x.svg#a)"/>',
        '<rect fill="url( x.svg#a )"/>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
    ],
)
def test_a_drawing_with_anything_but_shapes_and_words_is_refused(inside: str) -> None:
    drawing = Figure("x.svg", SVG.format(inside).encode())
    assert [problem.code for problem in figure_problems(drawing)][:1] == ["figure-foreign"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.svg", b"", "figure-not-svg"),
        ("x.svg", b"\xff", "figure-not-svg"),
        ("x.svg", b"<svg/>", "figure-not-svg"),
        ("x.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING, "figure-not-svg"),
        ("x.svg", b"<!DOCTYPE svg>" + DRAWING, "figure-not-svg"),
        (
            "x.svg",
            ('<?xml version="1.0" encoding="UTF-16"?>' + DRAWING.decode()).encode("utf-16"),
            "figure-not-svg",
        ),
        ("x.svg", b" " * (LARGEST_FIGURE + 1), "figure-too-large"),
        ("x.png", DRAWING, "figure-not-png"),
        ("x.html", b"<html>", "figure-name"),
        ("X.svg", DRAWING, "figure-name"),
        ("x" * 80 + ".svg", DRAWING, "figure-name"),
    ],
)
def test_what_is_no_figure_is_refused(name: str, data: bytes, code: str) -> None:
    assert [problem.code for problem in figure_problems(Figure(name, data))] == [code]


def test_a_plain_drawing_and_a_png_are_figures() -> None:
    gradient = SVG.format('<defs><linearGradient id="g"/></defs><rect fill="url(#g)" aria-label="一：二"/>')
    assert not list(figure_problems(Figure("x.svg", DRAWING)))
    assert not list(figure_problems(Figure("x.svg", gradient.encode())))
    assert not list(figure_problems(Figure("x.png", b"\x89PNG\r\n\x1a\n...")))
