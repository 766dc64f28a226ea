"""What the pages about certificates share: who may see what, and files to take away."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.roles import Role, Scope
from learning.certificates import commands
from learning.certificates.content import Issuer
from learning.certificates.queries.records import Reach
from learning.certificates.sources import ClassSource, CourseSource, Source, source_from
from learning.core.db import reading
from learning.core.urls import key_from
from learning.materials import queries as materials
from learning.people import queries as people
from learning.people.kinds import OrganisationKind
from learning.training import queries as training

blueprint = Blueprint("certificates", __name__, cli_group=None)
blueprint.cli.add_command(commands.certificates)


class Opened(NamedTuple):
    """A source that the signed-in person may issue about, who issues, and what it is called."""

    source: Source
    organisation_id: int
    issuer: Issuer
    title: str


def reach() -> Reach:
    """Return what the signed-in person may see of what was issued."""
    return Reach(access.scope_of(Role.UNIT_ADMIN), access.scope_of(Role.INSTRUCTOR))


def schools() -> Scope:
    """Return the scope for which the signed-in person issues certificates of courses."""
    return access.scope_of(Role.UNIT_ADMIN, Role.INSTRUCTOR)


def source_or_404(unsafe_source: str) -> Opened:
    """Return what certificates are to be issued about; the door to it."""
    source = source_from(unsafe_source)
    found = _opened(source) if source else None
    return found or abort(404)


def _opened(source: Source) -> Opened | None:
    administered = access.scope_of(Role.UNIT_ADMIN)
    if isinstance(source, ClassSource):
        run = training.run_in(reading(), administered, source.run_id)
        return _by(source, administered, run.organisation_id, run.title) if run else None
    if isinstance(source, CourseSource):
        edition = materials.current_edition(reading(), source.course)
        found = _by(source, schools(), source.school_id, edition.title) if edition else None
        school = people.organisation(reading(), source.school_id)
        return found if school and school.kind == OrganisationKind.INSTITUTION else None
    title = _("Hours from %(since)s to %(until)s", since=source.since, until=source.until)
    return _by(source, administered, source.unit_id, title)


def _by(source: Source, scope: Scope, organisation_id: int, title: str) -> Opened | None:
    unit = people.organisation_in(reading(), scope, organisation_id)
    return Opened(source, unit.id, Issuer(unit.code, unit.name), title) if unit else None


def base_url() -> str:
    """Return the address of the site as it is printed on papers."""
    stated = str(current_app.config["PUBLIC_URL"])
    return (stated or request.url_root).rstrip("/")


def page_number() -> int:
    """Return the number of the page asked for."""
    return key_from(request.args.get("page")) or 1


def trail(*links: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the list of certificates down to a page."""
    return [(url_for("certificates.overview"), _("Certificates")), *links]


def attachment(data: bytes | str | Iterator[bytes], media_type: str, name: str) -> Response:
    """Return a file to be kept."""
    plain = "".join(each if each.isascii() else "_" for each in name)
    disposition = f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, mimetype=media_type, headers={"Content-Disposition": disposition})
