"""What comes from outside in addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.core.urls import LARGEST_KEY, key_from, local_target


@pytest.mark.parametrize("text", ["", None, "-1", "1.5", "²", "١", "9" * 30, str(LARGEST_KEY + 1), "1 "])
def test_what_is_no_key_is_none(text: str | None) -> None:
    assert key_from(text) is None


@given(st.integers(0, LARGEST_KEY))
def test_every_key_is_read(key: int) -> None:
    assert key_from(str(key)) == key


@pytest.mark.parametrize(
    "target",
    ["//evil.example/x", "https://evil.example", "/\\evil", "\\\\evil", "javascript:alert(1)", "", "/a\nb"],
)
def test_a_target_elsewhere_is_refused(target: str) -> None:
    assert local_target(target) is None


@given(st.text())
def test_a_target_is_either_a_path_of_this_site_or_nothing(text: str) -> None:
    target = local_target(text)
    assert target is None or (target.startswith("/") and not target.startswith(("//", "/\\")))


@pytest.mark.parametrize("target", ["/", "/study/units/3?x=1", "/课程"])
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert local_target(target) == target
