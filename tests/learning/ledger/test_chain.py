"""Whatever is changed in a chain afterwards is found, and the first place of it named."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.ledger import chain
from learning.ledger.chain import NOTHING, Checkpoint, Fault, Found, Sealed

KEY, OTHER = bytes(range(32)), bytes(32)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def sealed(count: int, key: bytes = KEY) -> list[Sealed]:
    """Return a chain of some entries."""
    contents = [
        {"token": f"{number:04}", "body": {"state": "present", "note": "群团"}} for number in range(count)
    ]
    return list(chain.sealed(key, NOTHING, 1, [(each, chain.code_of(key, each)) for each in contents]))


@given(st.lists(st.dictionaries(st.text(), JSON), max_size=5))
def test_an_untouched_chain_is_in_order(contents: list[dict[str, object]]) -> None:
    entries = list(chain.sealed(KEY, NOTHING, 1, [(each, chain.code_of(KEY, each)) for each in contents]))
    checkpoints = [Checkpoint(each.seq, each.digest) for each in entries]
    assert chain.first_fault(entries, KEY, checkpoints) is None
    assert chain.first_fault(entries) is None


@given(st.dictionaries(st.text(), JSON), st.randoms())
def test_the_order_of_names_changes_no_digest(content: dict[str, object], rng: Random) -> None:
    names = list(content)
    rng.shuffle(names)
    assert chain.canonical({name: content[name] for name in names}) == chain.canonical(content)


def changed_text(entries: list[Sealed], rng: Random) -> int:
    at = rng.randrange(len(entries))
    body = {"state": rng.choice(["absent", "leave", "Present", ""]), "note": "群团"}
    entries[at] = replace(entries[at], content={**entries[at].content, "body": body})
    return at + 1


def changed_digit(entries: list[Sealed], rng: Random) -> int:
    at, name = rng.randrange(len(entries)), rng.choice(["code", "digest", "seal"])
    text = getattr(entries[at], name)
    place = rng.randrange(64)
    digit = rng.choice([each for each in "0123456789abcdef" if each != text[place]])
    entries[at] = replace(entries[at], **{name: text[:place] + digit + text[place + 1 :]})
    return at + 1


def deleted(entries: list[Sealed], rng: Random) -> int:
    at = rng.randrange(len(entries))
    del entries[at]
    return at + 1


def inserted(entries: list[Sealed], rng: Random) -> int:
    at = rng.randrange(len(entries))
    forged = {"token": "ffff", "body": {"state": "present"}}
    entries.insert(at, replace(entries[at], content=forged))
    return at + 1


def swapped(entries: list[Sealed], rng: Random) -> int:
    one, other = sorted(rng.sample(range(len(entries)), 2))
    entries[one], entries[other] = entries[other], entries[one]
    return one + 1


def cut_off(entries: list[Sealed], rng: Random) -> int:
    at = rng.randrange(len(entries))
    del entries[at:]
    return at + 1


def chained_anew_without_the_key(entries: list[Sealed], rng: Random) -> int:
    at = rng.randrange(len(entries))
    contents = [each.content for each in entries]
    contents[at] = {**contents[at], "body": {"state": "absent"}}
    entries[:] = chain.sealed(OTHER, NOTHING, 1, [(each, chain.code_of(OTHER, each)) for each in contents])
    return 1


TAMPERINGS: list[Callable[[list[Sealed], Random], int]] = [
    changed_text, changed_digit, deleted, inserted, swapped, cut_off, chained_anew_without_the_key,
]  # fmt: skip


def test_of_ten_thousand_random_tamperings_none_is_missed() -> None:
    original, rng = sealed(12), Random(2015)
    known = [Checkpoint(original[-1].seq, original[-1].digest)]
    for _ in range(10_000):
        entries = list(original)
        first = rng.choice(TAMPERINGS)(entries, rng)
        found = chain.first_fault(entries, KEY, known)
        assert found is not None
        assert found.seq == first, (found, first)


def test_a_cut_off_end_shows_against_a_checkpoint_only() -> None:
    original = sealed(9)
    assert chain.first_fault(original[:5], KEY) is None
    known = [Checkpoint(9, original[8].digest)]
    assert chain.first_fault(original[:5], KEY, known) == Found(6, Fault.CUT_OFF)


def test_a_chain_made_anew_without_the_key_shows_against_a_checkpoint_even_without_the_key() -> None:
    original, forged = sealed(4), sealed(4, OTHER)
    changed = [{**forged[0].content, "body": {}}, *(each.content for each in forged[1:])]
    forged = list(chain.sealed(OTHER, NOTHING, 1, [(each, "") for each in changed]))
    assert chain.first_fault(forged) is None
    known = [Checkpoint(3, original[2].digest)]
    assert chain.first_fault(forged, checkpoints=known) == Found(3, Fault.CHECKPOINT)


@pytest.mark.parametrize("kept", ["code", "seal"])
def test_each_of_the_two_codes_is_looked_at(kept: str) -> None:
    entries = sealed(3)
    forged = sealed(3, OTHER)
    entries[1] = replace(forged[1], **{kept: getattr(entries[1], kept)})
    assert chain.first_fault(entries, KEY) == Found(2, Fault.CODE)
