"""Damaged and forged bundles: every change is found, and none makes the verifier fail."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import bundles, verify
from question_bank.bundles.checks import Outcome, check
from question_bank.bundles.reading import Unreadable, loaded
from tests.question_bank.test_bundles import ATTEMPT, GENUINE, KEY, PUBLIC, wrong

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "A", "1/0", "1e999", "\ud800", "2026-11-23T09:00:00+00:00", "9" * 5000])
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "item", "content", "kind", "cells", "1", ""]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return each container with each of its keys or places."""
    if isinstance(value, dict):
        return [(value, name) for name in value] + [each for part in value.values() for each in _places(part)]
    if isinstance(value, list):
        return [(value, at) for at in range(len(value))] + [each for part in value for each in _places(part)]
    return []


@st.composite
def mutated(draw: st.DrawFn, bundle: dict[str, Any]) -> dict[str, Any]:
    mutant = copy.deepcopy(bundle)
    for _ in range(draw(st.integers(1, 3))):
        places = _places({**mutant, "signature": {}}) if draw(st.booleans()) else _places(mutant)
        container, name = draw(st.sampled_from(places))
        act = draw(st.sampled_from(["replace", "remove", "swap"]))
        if act == "replace" or not isinstance(container, list):
            container[name] = draw(JSON)
        elif act == "remove":
            del container[name]
        else:
            container[name], container[0] = container[0], container[name]
    return mutant


def _canonical(bundle: dict[str, Any]) -> bytes | None:
    try:
        return bundles.canonical(bundle)
    except ValueError:
        return None


@given(mutated(GENUINE))
def test_any_change_of_a_signed_bundle_is_found(bundle: dict[str, Any]) -> None:
    changed = _canonical(bundle) != _canonical(GENUINE)
    assert bool(wrong(bundle)) == changed


@given(mutated(ATTEMPT))
def test_no_change_makes_the_checks_fail_though_it_be_signed(bundle: dict[str, Any]) -> None:
    if _canonical(bundle) is None:
        return
    signature = {
        "algorithm": "Ed25519",
        "public_key": PUBLIC,
        "value": KEY.sign(bundles.canonical(bundle)).hex(),
    }
    for finding in check({**bundle, "signature": signature}, PUBLIC):
        assert finding.words
        assert not (finding.check == "signature" and finding.outcome is Outcome.WRONG)


@given(data=st.data())
def test_any_damage_to_the_file_is_found(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = bundles.canonical(GENUINE)
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(
        st.sampled_from([whole[:at], whole[:at] + whole[at + 1 :], whole[:at] + b"\xff" + whole[at + 1 :]])
        | st.binary(min_size=1, max_size=3).map(lambda new: whole[:at] + new + whole[at + len(new) :])
    )
    path = tmp_path_factory.getbasetemp() / "bundle.json"
    path.write_bytes(damaged)
    status = verify.main([str(path), "--key", PUBLIC])
    assert status in (0, 1, 2)
    if status == 0:
        assert bundles.canonical(loaded(damaged)) == whole


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"5",
        b"[]",
        b"{}",
        b'{"format":"attempt-evidence/2"}',
        b"[" * 100_000,
        b'{"format":"attempt-evidence/1","x":NaN}',
        b'{"format":"attempt-evidence/1","format":"attempt-evidence/1"}',
        b"9" * 10_000,
        "说明".encode("gbk"),
    ],
)
def test_what_is_no_bundle_cannot_be_read(data: bytes) -> None:
    with pytest.raises(Unreadable):
        loaded(data)
