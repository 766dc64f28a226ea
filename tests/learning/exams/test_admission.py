"""Who comes through the door of a sitting."""

import hashlib
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.exams import admission
from learning.exams.rules import StartRefusal

URL = "https://exam.example/exams/7"
KEY = "ab" * 32


@dataclass
class Door:
    """The door of a sitting, open to all unless it says otherwise."""

    access_code: str = ""
    address_ranges: str = ""
    browser_keys: str = ""


def sent_by_the_browser(url: str = URL, key: str = KEY) -> str:
    """Return what the Safe Exam Browser sends, worked out apart from the code under test."""
    return hashlib.sha256((url + key).encode()).hexdigest()


def refusal(door: Door, code: str | None = "", address: str = "192.0.2.7", header: str = "") -> str | None:
    """Ask at the door."""
    return admission.refusal(door, code, address, URL, header)


def test_a_door_without_conditions_lets_everybody_in() -> None:
    assert refusal(Door()) is None
    assert refusal(Door(), code=None, address="unknown", header="x") is None


@pytest.mark.parametrize("typed", ["K7M4Q2", "k7m4q2", " k7m 4q2 ", "Ｋ７Ｍ４Ｑ２", "k7m4q2\r\n"])
def test_a_password_is_compared_as_people_type_it(typed: str) -> None:
    assert refusal(Door(access_code="K7M4Q2"), typed) is None


@pytest.mark.parametrize("typed", ["", "K7M4Q", "K7M4Q22", "密码", "\0", "x" * 10_000])
def test_a_wrong_password_is_refused(typed: str) -> None:
    assert refusal(Door(access_code="K7M4Q2"), typed) is StartRefusal.WRONG_CODE


def test_an_attempt_that_runs_is_opened_again_without_the_password() -> None:
    assert refusal(Door(access_code="K7M4Q2"), None) is None


RANGES = "192.0.2.0/24\n\n2001:db8:1::/48\n198.51.100.9"


@pytest.mark.parametrize(
    "address",
    [
        "192.0.2.0",
        "192.0.2.255",
        "198.51.100.9",
        "2001:db8:1::7",
        "2001:db8:1:ffff::1",
        "::ffff:192.0.2.7",
        "2001:db8:1::7%eth0",
    ],
)
def test_addresses_of_the_networks_come_in(address: str) -> None:
    assert refusal(Door(address_ranges=RANGES), address=address) is None


@pytest.mark.parametrize(
    "address",
    ["192.0.3.1", "198.51.100.8", "2001:db8:2::1", "::ffff:203.0.113.1", "::1", "", "unknown", "\0"],
)
def test_other_addresses_do_not(address: str) -> None:
    assert refusal(Door(address_ranges=RANGES), address=address) is StartRefusal.WRONG_NETWORK


def test_a_network_of_mapped_addresses_is_the_network_they_stand_for() -> None:
    mapped = Door(address_ranges="::ffff:192.0.2.0/120")
    assert refusal(mapped, address="192.0.2.7") is None
    assert refusal(mapped, address="::ffff:192.0.2.7") is None
    assert refusal(mapped, address="192.0.3.7") is StartRefusal.WRONG_NETWORK


def test_ranges_that_name_no_network_let_nobody_in() -> None:
    assert refusal(Door(address_ranges="the hall")) is StartRefusal.WRONG_NETWORK


def test_the_safe_exam_browser_proves_its_settings_for_the_address_asked_for() -> None:
    door = Door(browser_keys=f"{'cd' * 32}\n{KEY}")
    assert refusal(door, header=sent_by_the_browser()) is None
    assert refusal(door, header=sent_by_the_browser().upper()) is None
    assert admission.refusal(door, "", "", f"{URL}#part", sent_by_the_browser()) is None
    for header in ("", "x", KEY, sent_by_the_browser(key="ef" * 32), sent_by_the_browser(f"{URL}8"), "密"):
        assert refusal(door, header=header) is StartRefusal.WRONG_BROWSER


def test_the_network_is_named_before_the_browser_and_the_password() -> None:
    door = Door("K7M4Q2", "192.0.2.0/24", KEY)
    assert refusal(door, "x", "203.0.113.1") is StartRefusal.WRONG_NETWORK
    assert refusal(door, "x") is StartRefusal.WRONG_BROWSER
    assert refusal(door, "x", header=sent_by_the_browser()) is StartRefusal.WRONG_CODE


@given(st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
def test_nothing_that_anybody_sends_or_enters_raises(
    code: str, ranges: str, keys: str, typed: str, address: str, header: str
) -> None:
    admission.refusal(Door(code, ranges, keys), typed, address, typed, header)


@pytest.mark.parametrize(
    ("line", "key"),
    [(KEY, KEY), (KEY.upper(), KEY), (f" {KEY} ", KEY), (KEY[1:], None), ("密" * 64, None), ("", None)],
)
def test_a_config_key_is_64_hexadecimal_digits(line: str, key: str | None) -> None:
    assert admission.browser_key(line) == key
