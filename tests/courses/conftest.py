"""The original, where it lies beside the checkout, and the built-in course."""

import os
from pathlib import Path

import pytest

from courses.documents import Document, read
from courses.modules import Course
from courses.packages import read_folder

CONTENT = Path(__file__).parents[2] / "courses" / "content" / "opinion-2015"
ORIGINAL = Path(__file__).parents[3] / "shared" / "opinion.txt"


@pytest.fixture(scope="session")
def original_bytes() -> bytes:
    """The file of the original; it is not in the repository."""
    if not ORIGINAL.exists():
        reason = "the original does not lie in ../shared/opinion.txt"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return ORIGINAL.read_bytes()


@pytest.fixture(scope="session")
def original(original_bytes: bytes) -> Document:
    """The original, read."""
    document = read("opinion.txt", original_bytes).document
    assert document is not None
    return document


@pytest.fixture(scope="session")
def course() -> Course:
    """The built-in course."""
    course = read_folder(CONTENT).course
    assert course is not None
    return course
