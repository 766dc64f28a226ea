"""Pages on which certificates are asked for: about what, for whom, a sample, the order itself."""

from collections.abc import Sequence
from datetime import date

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.certificates import paper, rules
from learning.certificates.content import Mark, content_of
from learning.certificates.forms import HoursForm
from learning.certificates.queries import candidates as queries
from learning.certificates.queries.candidates import Candidate
from learning.certificates.services import batches
from learning.certificates.views import pages
from learning.certificates.views.pages import Opened, blueprint
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import choices_of
from learning.core.paging import PER_PAGE, Page
from learning.core.urls import key_from
from learning.materials import queries as materials
from learning.people import queries as people
from learning.people.kinds import OrganisationKind
from learning.training import queries as training


@blueprint.route("/certificates/new", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def choose() -> ResponseReturnValue:
    """Choose what certificates are issued about."""
    scope = access.scope_of(Role.UNIT_ADMIN)
    form = _hours_form()
    if form.unit.choices and form.validate_on_submit():
        return redirect(url_for("certificates.ask", unsafe_source=str(form.source)))
    return render_template(
        "certificates/choose.html",
        form=form,
        runs=training.runs_in(reading(), scope, pages.page_number()),
        today=clock.today(),
        schools=_schools(),
        courses=materials.current_editions(reading()),
        breadcrumbs=pages.trail((request.path, _("Issue"))),
    )


def _hours_form() -> HoursForm:
    form = HoursForm(since=date(clock.today().year, 1, 1), until=clock.today())
    form.today = clock.today()
    units = people.organisations_in(reading(), access.scope_of(Role.UNIT_ADMIN))
    form.unit.choices = choices_of({str(unit.id): unit.name for unit in units if unit.is_active})
    return form


def _schools() -> list[people.OrganisationRow]:
    found = people.organisations_in(reading(), pages.schools())
    return [unit for unit in found if unit.kind == OrganisationKind.INSTITUTION and unit.is_active]


@blueprint.get("/certificates/new/<unsafe_source>")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def ask(unsafe_source: str) -> ResponseReturnValue:
    """Choose for whom; show for everybody who cannot get one why not."""
    opened = pages.source_or_404(unsafe_source)
    ids = queries.person_ids(reading(), opened.source)
    page = _page_of(opened, ids)
    return render_template(
        "certificates/ask.html",
        opened=opened,
        page=page,
        most=batches.MOST_PERSONS,
        possible=sum(each.draft is not None for each in page.rows),
        breadcrumbs=_trail(opened),
    )


def _trail(opened: Opened) -> list[tuple[str, str]]:
    return pages.trail((url_for("certificates.choose"), _("Issue")), (request.path, opened.title))


def _page_of(opened: Opened, ids: Sequence[int]) -> Page[Candidate]:
    number = max(1, min(pages.page_number(), -(-len(ids) // PER_PAGE)))
    shown = ids[(number - 1) * PER_PAGE : number * PER_PAGE]
    rows = queries.candidates(reading(), opened.source, clock.today(), shown)
    return Page(rows, number, len(ids))


@blueprint.post("/certificates/new/<unsafe_source>")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def order(unsafe_source: str) -> ResponseReturnValue:
    """Ask for the certificates: of one person at once, of several in the background."""
    opened = pages.source_or_404(unsafe_source)
    chosen = _chosen(opened)
    if not chosen or len(chosen) > batches.MOST_PERSONS:
        flash(*_told(chosen))
        return redirect(url_for("certificates.ask", unsafe_source=unsafe_source))
    batch_id = batches.request(
        access.actor(), opened.source, opened.organisation_id, chosen, pages.base_url(), clock.now()
    )
    if len(chosen) == 1:
        batches.take_turn(clock.now(), batch_id)
    return redirect(url_for("certificates.batch", unsafe_batch_id=batch_id))


def _chosen(opened: Opened) -> list[int]:
    """Return the persons asked for who are on the list and, where all are asked for, can get one."""
    ids = queries.person_ids(reading(), opened.source)
    if "everybody" not in request.form:
        sent = {key_from(each) for each in request.form.getlist("person")}
        return [key for key in ids if key in sent]
    if len(ids) > batches.MOST_PERSONS:
        return ids
    found = queries.candidates(reading(), opened.source, clock.today())
    return [each.person_id for each in found if each.draft]


def _told(chosen: Sequence[int]) -> tuple[str, str]:
    if not chosen:
        return _("Nobody was chosen who can get a certificate."), "warning"
    return _(
        "At most %(most)s certificates are issued at once. Please choose a smaller unit, or persons.",
        most=batches.MOST_PERSONS,
    ), "error"


@blueprint.get("/certificates/new/<unsafe_source>/sample/<int:unsafe_person_id>")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def sample(unsafe_source: str, unsafe_person_id: int) -> Response:
    """Show the paper as it would be, marked as a sample, without number and code."""
    opened = pages.source_or_404(unsafe_source)
    found = queries.candidates(reading(), opened.source, clock.today(), [unsafe_person_id])
    if not found or found[0].draft is None or found[0].holder is None:
        abort(404)
    series = rules.series_of(opened.issuer.code, clock.today().year)
    code = "0" * rules.CODE_LENGTH
    mark = Mark(rules.number_of(series, 0), code, clock.today(), f"{pages.base_url()}/verify/{code}")
    content = content_of(opened.source.kind, opened.issuer, found[0].holder, found[0].draft, mark)
    return Response(paper.printed([content], is_sample=True)[0], mimetype="application/pdf")
