"""What is entered about a person, a post, an organisation, before it is stored."""

from dataclasses import dataclass
from datetime import date

from learning.people.kinds import (
    DatePrecision,
    InstitutionKind,
    LeadershipRank,
    Level,
    OrganisationKind,
    TenureType,
)


@dataclass(frozen=True)
class AppointmentEntry:
    """A post as entered."""

    organisation_id: int
    post: str = ""
    leadership_rank: LeadershipRank | None = None
    grade: str | None = None
    tenure_type: TenureType = TenureType.FULL_TIME
    is_leadership_member: bool = False
    is_principal: bool = False
    is_primary: bool = True
    appointed_on: date | None = None
    appointed_precision: DatePrecision = DatePrecision.DAY
    left_on: date | None = None


@dataclass(frozen=True)
class OrganisationEntry:
    """An organisation as entered."""

    code: str
    name: str
    level: Level
    kind: OrganisationKind
    system_id: int | None = None
    territorial_parent_id: int | None = None
    vertical_parent_id: int | None = None
    sort_number: int = 0
    institution_kinds: frozenset[InstitutionKind] = frozenset()
