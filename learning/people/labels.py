"""The words on screen for the code lists of people and organisations."""

from flask_babel import lazy_gettext as _l

from learning.people.kinds import InstitutionKind, LeadershipRank, Level, OrganisationKind, TenureType

LEVELS = {
    Level.CENTRAL: _l("Central"),
    Level.PROVINCE: _l("Province"),
    Level.PREFECTURE: _l("Prefecture"),
    Level.COUNTY: _l("County"),
    Level.TOWNSHIP: _l("Township"),
    Level.GRASSROOTS: _l("Grassroots"),
}
ORGANISATION_KINDS = {
    OrganisationKind.PARTY_COMMITTEE: _l("Party committee"),
    OrganisationKind.MASS_ORGANISATION: _l("Mass organisation"),
    OrganisationKind.INSTITUTION: _l("School or college"),
    OrganisationKind.OTHER: _l("Other unit"),
}
INSTITUTION_KINDS = {
    InstitutionKind.PARTY_SCHOOL: _l("Party school"),
    InstitutionKind.ADMIN_COLLEGE: _l("Administration college"),
    InstitutionKind.CADRE_COLLEGE: _l("Cadre college"),
    InstitutionKind.SOCIALISM_COLLEGE: _l("College of socialism"),
    InstitutionKind.MASS_ORGANISATION_COLLEGE: _l("College of a mass organisation"),
    InstitutionKind.OTHER: _l("Other school"),
}
TENURES = {
    TenureType.FULL_TIME: _l("Full time"),
    TenureType.SECONDMENT: _l("Secondment"),
    TenureType.PART_TIME: _l("Part time"),
}
RANKS = {
    LeadershipRank.NATIONAL_PRINCIPAL: _l("National level, principal"),
    LeadershipRank.NATIONAL_DEPUTY: _l("National level, deputy"),
    LeadershipRank.PROVINCE_PRINCIPAL: _l("Province and ministry level, principal"),
    LeadershipRank.PROVINCE_DEPUTY: _l("Province and ministry level, deputy"),
    LeadershipRank.BUREAU_PRINCIPAL: _l("Bureau level, principal"),
    LeadershipRank.BUREAU_DEPUTY: _l("Bureau level, deputy"),
    LeadershipRank.COUNTY_PRINCIPAL: _l("County and division level, principal"),
    LeadershipRank.COUNTY_DEPUTY: _l("County and division level, deputy"),
    LeadershipRank.TOWNSHIP_PRINCIPAL: _l("Township and section level, principal"),
    LeadershipRank.TOWNSHIP_DEPUTY: _l("Township and section level, deputy"),
}
