"""Decide about sign-in: names, addresses, lock-out, and which roles go together."""

import ipaddress
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from learning.accounts.roles import EXCLUSIVE_ROLES, Role


class SignInRefusal(StrEnum):
    """Why a sign-in was refused; a wrong name and a wrong password look alike."""

    WRONG = "wrong"
    TOO_MANY = "too_many"


def normalised_name(text: str) -> str:
    """Return a sign-in name as it is stored: full-width folded, lower case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())[:80]


def counted_address(address: str) -> str:
    """Return the address that failures are counted by; of IPv6 the half that a network hands out."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def is_locked(of_account: int, of_address: int, account_limit: int, address_limit: int) -> bool:
    """Return whether that many failures lock out; the address limit is high, since halls share one."""
    return of_account >= account_limit or of_address >= address_limit


def roles_conflict(held: Iterable[Role], wanted: Role) -> bool:
    """Return whether a role may not join those held: who administers or audits holds nothing else."""
    others = {role for role in held if role is not wanted}
    return bool(others) and (wanted in EXCLUSIVE_ROLES or bool(others & EXCLUSIVE_ROLES))
