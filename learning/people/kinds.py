"""The code lists of organisations and appointments."""

from enum import StrEnum


class Level(StrEnum):
    """The level of an organisation, from the top down."""

    CENTRAL = "central"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    GRASSROOTS = "grassroots"


#: What §11¶1s5 calls county level and above.
COUNTY_AND_ABOVE = frozenset({Level.CENTRAL, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY})


class OrganisationKind(StrEnum):
    """What an organisation is."""

    PARTY_COMMITTEE = "party_committee"
    MASS_ORGANISATION = "mass_organisation"
    INSTITUTION = "institution"
    OTHER = "other"


class InstitutionKind(StrEnum):
    """Kinds of school; the first four are those of §3¶7s2."""

    PARTY_SCHOOL = "party_school"
    ADMIN_COLLEGE = "admin_college"
    CADRE_COLLEGE = "cadre_college"
    SOCIALISM_COLLEGE = "socialism_college"
    MASS_ORGANISATION_COLLEGE = "mass_organisation_college"
    OTHER = "other"


class Axis(StrEnum):
    """The two ways in which an organisation stands below another."""

    TERRITORIAL = "territorial"
    VERTICAL = "vertical"


class TenureType(StrEnum):
    """How a post is held."""

    FULL_TIME = "full_time"
    SECONDMENT = "secondment"
    PART_TIME = "part_time"


class DatePrecision(StrEnum):
    """How exactly a date was known."""

    DAY = "day"
    MONTH = "month"


class LeadershipRank(StrEnum):
    """Ranks of leading posts (Civil Servants Law, article 18), highest first."""

    NATIONAL_PRINCIPAL = "national_principal"
    NATIONAL_DEPUTY = "national_deputy"
    PROVINCE_PRINCIPAL = "province_principal"
    PROVINCE_DEPUTY = "province_deputy"
    BUREAU_PRINCIPAL = "bureau_principal"
    BUREAU_DEPUTY = "bureau_deputy"
    COUNTY_PRINCIPAL = "county_principal"
    COUNTY_DEPUTY = "county_deputy"
    TOWNSHIP_PRINCIPAL = "township_principal"
    TOWNSHIP_DEPUTY = "township_deputy"
