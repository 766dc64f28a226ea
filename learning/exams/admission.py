"""Decide who may come through the door of a sitting: its password, its networks, its browser."""

import hmac
import ipaddress
import re
import unicodedata
from hashlib import sha256
from typing import Protocol

from learning.exams.rules import StartRefusal

#: Failures of one account at one sitting within some minutes, after which no password is looked at.
MOST_WRONG_CODES = 10
WRONG_CODE_MINUTES = 10
#: Where the Safe Exam Browser proves with which settings it runs.
CONFIG_KEY_HEADER = "X-SafeExamBrowser-ConfigKeyHash"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_BROWSER_KEY = re.compile("[0-9a-f]{64}")
_LONGEST_CODE = 200


class Door(Protocol):
    """What a sitting says about its door."""

    access_code: str
    address_ranges: str
    browser_keys: str


def refusal(door: Door, code: str | None, address: str, url: str, header: str) -> StartRefusal | None:
    """Return why a request may not come in.

    `code` is the password that was typed, None where none is asked for, as when an attempt that runs is
    opened again. `url` is the address as the browser asked for it; `header` what CONFIG_KEY_HEADER brought.
    """
    if not is_in_networks(address, door.address_ranges):
        return StartRefusal.WRONG_NETWORK
    if not is_right_browser(url, header, door.browser_keys):
        return StartRefusal.WRONG_BROWSER
    if code is not None and not is_right_code(code, door.access_code):
        return StartRefusal.WRONG_CODE
    return None


def read_code(text: str) -> str:
    """Return a password as it is compared: full-width folded, upper case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text[:_LONGEST_CODE]).upper().split())


def is_right_code(typed: str, code: str) -> bool:
    """Return whether a password is that of the sitting, in the same time for every wrong one."""
    return not code or hmac.compare_digest(read_code(typed).encode(), read_code(code).encode())


def network(line: str) -> Network | None:
    """Return the network that a line names: an address or a range such as 192.0.2.0/24."""
    try:
        return ipaddress.ip_network(unicodedata.normalize("NFKC", line).strip(), strict=False)
    except ValueError:
        return None


def lines_of(text: str) -> list[str]:
    """Return the lines of a field that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_in_networks(address: str, ranges: str) -> bool:
    """Return whether an address lies in one of the ranges; without ranges every address does."""
    wanted = lines_of(ranges)
    if not wanted:
        return True
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    # A server that listens on IPv6 sees an IPv4 client as ::ffff:192.0.2.7.
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in _plain(each) for line in wanted if (each := network(line)))


def _plain(each: Network) -> Network:
    """Return the IPv4 network that an IPv6 network of mapped addresses stands for."""
    if isinstance(each, ipaddress.IPv6Network) and each.prefixlen >= 96 and each[0].ipv4_mapped:
        return ipaddress.ip_network((each[0].ipv4_mapped, each.prefixlen - 96))
    return each


def browser_key(line: str) -> str | None:
    """Return the config key that a line holds: 64 hexadecimal digits, in lower case as it is hashed."""
    key = "".join(unicodedata.normalize("NFKC", line).lower().split())
    return key if _BROWSER_KEY.fullmatch(key) else None


def is_right_browser(url: str, header: str, keys: str) -> bool:
    """Return whether a Safe Exam Browser with one of the config keys asked for this address.

    It sends the SHA-256 of the address without its fragment, followed by the key, both as text.
    """
    wanted = lines_of(keys)
    if not wanted:
        return True
    asked, sent = url.partition("#")[0], header.strip().lower().encode()
    return any(hmac.compare_digest(key_hash(asked, key).encode(), sent) for key in wanted)


def key_hash(url: str, key: str) -> str:
    """Return what the browser sends for an address and a config key."""
    return sha256(f"{url}{key}".encode()).hexdigest()
