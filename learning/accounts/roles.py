"""The roles of the site and what a grant of one covers."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; every role but the learner's is granted for a scope."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    UNIT_ADMIN = "unit_admin"
    REPORT_READER = "report_reader"
    SYSTEM_ADMIN = "system_admin"
    AUDITOR = "auditor"


#: Roles that watch over the others; no account may hold one together with another granted role
#: (GB/T 22239: separation of administration and audit).
EXCLUSIVE_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.AUDITOR})


@dataclass(frozen=True)
class Scope:
    """The organisations a role is held for, each with all below; `everywhere` means no bound."""

    organisation_ids: frozenset[int] = frozenset()
    everywhere: bool = False

    def __bool__(self) -> bool:
        """Return whether the scope covers anything at all."""
        return self.everywhere or bool(self.organisation_ids)

    def __or__(self, other: "Scope") -> "Scope":
        """Return the scope that covers both."""
        return Scope(self.organisation_ids | other.organisation_ids, self.everywhere or other.everywhere)


@dataclass(frozen=True)
class Actor:
    """Who acts, as written into the audit log."""

    account_id: int | None
    name: str
    address: str = ""
    request_id: str = ""


#: The site itself: commands on the server and jobs that run by themselves.
SYSTEM = Actor(account_id=None, name="system")
