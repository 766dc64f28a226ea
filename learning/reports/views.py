"""Pages of reports: the completion report, its files, one person, and the basis of the figures."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires, signed_in
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.paging import PER_PAGE, Page
from learning.core.urls import key_from
from learning.materials import queries as materials
from learning.people import queries as people
from learning.people.queries import OrganisationRow
from learning.questions import document, labels
from learning.questions import queries as questions
from learning.questions.coverage import coverage as coverage_of
from learning.reports import basis, completion, renderers, services, totals
from learning.reports.renderers import words
from learning.reports.tables import Line, ReportTable
from learning.requirements import evaluate, queries, rules
from learning.requirements.facts import Facts
from learning.requirements.obligations import BY_CODE
from question_bank import types

blueprint = Blueprint("reports", __name__)
#: No record of this platform is older.
EARLIEST = date(2000, 1, 1)


@blueprint.get("/reports/completion", endpoint="completion")
@requires(Role.REPORT_READER)
def completion_report() -> Response:
    """Show the completion report of a unit and all below as of a day."""
    units = people.organisations_in(reading(), access.scope_of(Role.REPORT_READER))
    if not units:
        abort(404)
    unit, as_of = _unit_or_404(units), _as_of()
    facts = queries.facts_below(reading(), unit.id, as_of or clock.today())
    judgement = evaluate.judge(facts)
    report = completion.completion(facts, judgement)
    around = {
        "units": units,
        "unit": unit,
        "is_bad_day": as_of is None,
        "people": _page_of(report.table("persons")),
        "code": _code(),
        "parts": totals.parts(facts, judgement, _code()),
        "downloads": renderers.downloads(),
    }
    page = renderers.get("page")
    return Response(page.write(report, around), mimetype="text/html")


def _unit_or_404(units: Sequence[OrganisationRow]) -> OrganisationRow:
    """Return the unit asked for if the scope covers it; without a question, the topmost."""
    asked = request.args.get("unit")
    if not asked:
        return units[0]
    key = key_from(asked)
    found = next((unit for unit in units if unit.id == key), None)
    return found or abort(404)


def _as_of() -> date | None:
    """Return the day asked for, today without a question, None for what is no day up to today."""
    asked, today = request.args.get("as_of", ""), clock.today()
    if not asked:
        return today
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if EARLIEST <= day <= today else None


def _code() -> str:
    codes = (*totals.PERSON_RULES, *totals.UNIT_RULES)
    asked = request.args.get("rule", "")
    return asked if asked in codes else codes[0]


def _page_of(table: ReportTable) -> Page[Line]:
    """Return the page of a table asked for."""
    number = min(key_from(request.args.get("page")) or 1, -(-len(table.rows) // PER_PAGE) or 1)
    number = max(1, number)
    rows = table.rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(rows, number, len(table.rows), PER_PAGE)


@blueprint.get("/reports/completion/files/<form>")
@requires(Role.REPORT_READER)
def completion_file(form: str) -> Response:
    """Give the completion report as a file; that it was taken out is written down."""
    units = people.organisations_in(reading(), access.scope_of(Role.REPORT_READER))
    renderer, as_of = renderers.download(form), _as_of()
    if renderer is None or as_of is None or not units:
        abort(404)
    unit = _unit_or_404(units)
    facts = queries.facts_below(reading(), unit.id, as_of)
    data = renderer.write(completion.completion(facts, evaluate.judge(facts)), {})
    services.record_export(access.actor(), unit.id, as_of, renderer.name, clock.now())
    name = _("Completion report") + f"-{unit.name}-{as_of:%Y%m%d}.{renderer.file_ending}"
    return _file(data, renderer.media_type, name, f"completion-{as_of:%Y%m%d}.{renderer.file_ending}")


def _file(data: bytes, media_type: str, name: str, plain_name: str) -> Response:
    disposition = f"attachment; filename={plain_name}; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, mimetype=media_type, headers={"Content-Disposition": disposition})


@blueprint.get("/reports/persons/<int:unsafe_person_id>")
@requires(Role.REPORT_READER)
def person(unsafe_person_id: int) -> str:
    """Show every verdict on a person down to the dated records."""
    as_of = _as_of() or clock.today()
    scope = access.scope_of(Role.REPORT_READER)
    facts = queries.facts_of_person(reading(), scope, unsafe_person_id, as_of)
    if facts is None:
        abort(404)
    found = facts.persons[0]
    trail = [
        (url_for("reports.completion", as_of=as_of), _("Completion report")),
        (url_for("reports.person", unsafe_person_id=found.id, as_of=as_of), found.name),
    ]
    return render_template("reports/person.html", **_of_person(facts), breadcrumbs=trail)


@blueprint.get("/record")
@requires(Role.LEARNER)
def own_record() -> str:
    """Show learners the verdicts on themselves, down to the dated records."""
    facts = queries.own_facts(reading(), access.person_id(), clock.today()) or abort(404)
    trail = [(url_for("home.index"), _("Home")), (request.path, _("My record"))]
    return render_template("reports/person.html", **_of_person(facts), is_own=True, breadcrumbs=trail)


def _of_person(facts: Facts) -> dict[str, object]:
    return {
        "facts": facts,
        "person": facts.persons[0],
        "verdicts": [
            verdict for verdict in evaluate.judge(facts).verdicts if verdict.code in totals.PERSON_RULES
        ],
        "rules": {rule.name: rule for rule in rules.all_rules()},
        "obligations": BY_CODE,
        "words": words,
        "note": completion.NO_RECORD_NOTE,
        "basis": basis,
        "clause_label": completion.clause_label,
    }


@blueprint.get("/reports/basis", endpoint="basis")
@signed_in
def basis_page() -> str:
    """Explain to everybody where the figures come from and what each status means."""
    return render_template(
        "reports/basis.html",
        obligations=basis.obligations_table(),
        figures=basis.rules_table(),
        rules=rules.all_rules(),
        by_code=BY_CODE,
        statuses=basis.STATUSES,
        counting=basis.COUNTING,
        silences=basis.SILENCES,
        clause_label=completion.clause_label,
        words=words,
    )


@blueprint.get("/reports/coverage")
@requires(Role.INSTRUCTOR)
def coverage() -> str:
    """Show for each paragraph what teaches it, what asks about it, and what it obliges to."""
    edition = materials.current_edition(reading(), document.COURSE)
    taught = materials.coverage(reading(), edition.id) if edition else []
    counts = questions.counts(reading(), access.scope_of(Role.INSTRUCTOR), "exam")
    return render_template(
        "reports/coverage.html",
        rows=coverage_of(document.seal().paragraphs, taught, counts),
        course=document.COURSE,
        obligations=basis.codes_by_paragraph(),
        types=types.all_types(),
        levels=labels.DIFFICULTIES,
        breadcrumbs=[(url_for("questions.bank"), _("Question bank")), (request.path, _("Coverage"))],
    )
