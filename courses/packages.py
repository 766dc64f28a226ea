"""A course as a folder or a zip file: read it, write it, tell one edition from another."""

import hashlib
import io
import re
import stat
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from courses.figures import Figure
from courses.module_files import parse_module, toml_string, write_module
from courses.modules import Course, Module, problems
from courses.problems import N_, Problem
from courses.seal import Seal, parse_seal, write_seal

MOST_FILES = 300
LARGEST_FILE = 1_000_000
LARGEST_PACKAGE = 20_000_000
LARGEST_ZIP = 10_000_000

_COURSE_FILE, _SEAL_FILE = "course.toml", "clauses.csv"
_MODULE_FILE = re.compile(r"[0-9]{2}-[^/]+\.md")
_FIGURE_FILE = re.compile(r"figures/([^/]+)")
_FIELDS = {"slug", "title", "description", "language"}
# Every file in a zip carries a date; a course has none, and the same course is to be the same bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class CourseReading:
    """Hold a course as far as it could be read, and all that is wrong with it."""

    course: Course | None
    problems: tuple[Problem, ...]


class _Unreadable(Exception):
    """Carry out of the reading of files why it was given up."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_folder(folder: Path) -> CourseReading:
    """Read a course from a folder; whatever is in it, raise nothing."""
    try:
        return _read(_limited(folder.name, _folder_files(folder)))
    except _Unreadable as unreadable:
        return CourseReading(None, (unreadable.problem,))
    except OSError:
        return CourseReading(None, (Problem("unreadable", str(folder), N_("The folder cannot be read.")),))


def read_zip(file_name: str, data: bytes) -> CourseReading:
    """Read a course from the bytes of a zip file; whatever the bytes, raise nothing."""
    try:
        files = _unzipped(file_name, data)
    except _Unreadable as unreadable:
        return CourseReading(None, (unreadable.problem,))
    return _read(_without_top_folder(files))


def write_zip(course: Course) -> bytes:
    """Write a course as a zip file; the same course gives the same bytes, on any machine."""
    file = io.BytesIO()
    # Stored, not compressed: what zlib makes of the same bytes depends on its version.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(course_files(course).items()):
            info = zipfile.ZipInfo(name, _NO_DATE)
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return file.getvalue()


def edition_digest(course: Course) -> str:
    """Return the SHA-256 of all that a course says, figures and seal included."""
    digest = hashlib.sha256()
    for name, data in sorted(course_files(course).items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def course_files(course: Course) -> dict[str, bytes]:
    """Return the canonical files of a course by name."""
    files = {_COURSE_FILE: _course_toml(course)} | {
        module.file_name: write_module(module) for module in course.modules
    }
    if course.seal:
        files[_SEAL_FILE] = write_seal(course.seal)
    figures = {f"figures/{figure.name}": figure.data for figure in course.figures}
    return {name: text.encode() for name, text in files.items()} | figures


def _course_toml(course: Course) -> str:
    fields = {
        "slug": course.slug,
        "title": course.title,
        "description": course.description,
        "language": course.language,
    }
    return "".join(f"{name} = {toml_string(text)}\n" for name, text in fields.items())


def _folder_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                yield path.relative_to(folder).as_posix(), file.read(LARGEST_FILE + 1)


def _unzipped(file_name: str, data: bytes) -> dict[str, bytes]:
    if len(data) > LARGEST_ZIP:
        raise _Unreadable(_too_large(file_name, LARGEST_ZIP))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _limited(file_name, _zip_files(file_name, archive))
    except _Unreadable:
        raise
    except Exception as error:
        # Of broken data zipfile raises BadZipFile, but also zlib.error, EOFError, struct.error, IndexError,
        # UnicodeDecodeError, and RuntimeError where it is encrypted; no list of them is documented.
        message = N_("The zip file is broken, encrypted or compressed in an unusual way.")
        raise _Unreadable(Problem("broken-zip", file_name, message)) from error


def _zip_files(file_name: str, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        if info.is_dir():
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        path = PurePosixPath(info.filename)
        if "\\" in info.orig_filename or ":" in info.filename or path.is_absolute() or ".." in path.parts:
            raise _Unreadable(_bad_path(file_name, info.filename))
        if kind not in (0, stat.S_IFREG):
            raise _Unreadable(_bad_path(file_name, info.filename))
        # Python unpacks the others without a bound on what comes out of one step.
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError
        # The size that the zip file states may be a lie; what counts is how much comes out.
        with archive.open(info) as file:
            yield str(path), file.read(LARGEST_FILE + 1)


def _limited(where: str, files: Iterator[tuple[str, bytes]]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    for name, data in files:
        total += len(data)
        if len(data) > LARGEST_FILE:
            raise _Unreadable(_too_large(f"{where}/{name[:80]}", LARGEST_FILE))
        if total > LARGEST_PACKAGE:
            raise _Unreadable(_too_large(where, LARGEST_PACKAGE))
        if name in found:
            raise _Unreadable(_bad_path(where, name))
        found[name] = data
        if len(found) > MOST_FILES:
            message = N_("There are more than %(most)s files.")
            raise _Unreadable(Problem("too-many-files", where, message, {"most": MOST_FILES}))
    return found


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Look inside when everything lies in one folder, as it does when a folder was zipped by hand."""
    tops = {name.split("/")[0] for name in files}
    if len(tops) != 1 or not all("/" in name for name in files):
        return files
    return {name.split("/", 1)[1]: data for name, data in files.items()}


def _read(files: Mapping[str, bytes]) -> CourseReading:
    found: list[Problem] = []
    texts = {name: _text(name, data, found) for name, data in files.items() if not _is_figure(name)}
    fields = _fields(texts.get(_COURSE_FILE))
    if fields is None:
        message = N_("The course has no readable course.toml.")
        return CourseReading(None, (*found, Problem("no-course-file", _COURSE_FILE, message)))
    found += [_unknown(name) for name in sorted(files) if not _is_known(name)]
    found += [_unknown(f"{_COURSE_FILE}: {name[:40]}") for name in sorted(fields.keys() - _FIELDS)]
    course = Course(
        slug=_string(fields.get("slug")),
        title=_string(fields.get("title")),
        description=_string(fields.get("description")),
        language=_string(fields.get("language")),
        modules=tuple(_modules(texts, found)),
        figures=tuple(
            Figure(match[1], files[name]) for name in sorted(files) if (match := _FIGURE_FILE.fullmatch(name))
        ),
        seal=_seal(texts.get(_SEAL_FILE), found),
    )
    return CourseReading(course, (*found, *problems(course)))


def _is_figure(name: str) -> bool:
    return _FIGURE_FILE.fullmatch(name) is not None


def _is_known(name: str) -> bool:
    return name in (_COURSE_FILE, _SEAL_FILE) or _is_figure(name) or _MODULE_FILE.fullmatch(name) is not None


def _text(name: str, data: bytes, found: list[Problem]) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found.append(Problem("not-utf-8", name[:80], N_("The file is not UTF-8 text.")))
        return ""


def _fields(text: str | None) -> dict[str, object] | None:
    try:
        return tomllib.loads(text.replace("\r\n", "\n")) if text else None
    except (ValueError, RecursionError):
        return None


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _modules(texts: Mapping[str, str], found: list[Problem]) -> Iterator[Module]:
    for name in sorted(texts):
        if _MODULE_FILE.fullmatch(name):
            reading = parse_module(name, texts[name])
            found += reading.problems
            if reading.module:
                yield reading.module


def _seal(text: str | None, found: list[Problem]) -> Seal | None:
    try:
        return parse_seal(text) if text is not None else None
    except ValueError:
        message = N_("This is not the seal of an original.")
        found.append(Problem("bad-seal", _SEAL_FILE, message))
        return None


def _unknown(name: str) -> Problem:
    return Problem("unknown-file", name[:80], N_("A course has no such file or field."))


def _bad_path(where: str, name: str) -> Problem:
    message = N_("The file name %(name)s leads out of the course, or is there twice.")
    return Problem("bad-path", where, message, {"name": name[:80]})


def _too_large(where: str, largest: int) -> Problem:
    message = N_("More than %(largest)s bytes are not read.")
    return Problem("too-large", where, message, {"largest": largest})
