"""Pages that take in lists of persons: upload, preview, confirm, what was refused."""

from base64 import b64encode
from collections import Counter
from io import BytesIO

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role, Scope
from learning.core import clock
from learning.core.db import reading
from learning.core.spreadsheets import TableProblem, cleaned, read_table
from learning.people import queries
from learning.people import rosters as workbooks
from learning.people.forms import UploadForm
from learning.people.models import RosterImport
from learning.people.queries import rosters as roster_queries
from learning.people.roster_cells import Reason
from learning.people.roster_plan import PlannedRow
from learning.people.roster_table import MOST_PERSONS, RosterTable, find_roster
from learning.people.services import rosters as services
from learning.people.services.rosters import Opened
from learning.people.views.pages import blueprint

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Titles and notes above the list may take some rows more.
MOST_ROWS = MOST_PERSONS + 20
ROWS_SHOWN = 20
REFUSALS_SHOWN = 200


def _scope() -> Scope:
    return access.scope_of(Role.UNIT_ADMIN)


def _upload_or_404(unsafe_import_id: int) -> RosterImport:
    return roster_queries.roster_import(reading(), unsafe_import_id, current_user.account_id) or abort(404)


def _trail(here: str) -> list[tuple[str, str]]:
    return [(url_for("people.persons"), _("People")), ("", here)]


def _reason_text(reasons: tuple[Reason, ...]) -> str:
    return " ".join(_(reason.message, **reason.params) for reason in reasons)


@blueprint.route("/people/import", methods=["GET", "POST"])
@requires(Role.UNIT_ADMIN)
def import_persons() -> ResponseReturnValue:
    """Upload a list of persons."""
    form = UploadForm()
    if form.validate_on_submit():
        file_name, data = cleaned(form.file.data.filename), form.file.data.read()
        found = _read(file_name, data)
        if isinstance(found, RosterTable):
            unit = queries.organisations_in(reading(), _scope())[0].id
            key = services.keep_upload(access.actor(), unit, file_name, data, found, clock.now())
            return redirect(url_for("people.roster", unsafe_import_id=key))
        form.file.errors = [found]
    breadcrumbs = _trail(_("Import a list"))
    return render_template("people/import.html", form=form, breadcrumbs=breadcrumbs)


def _read(file_name: str, data: bytes) -> RosterTable | str:
    """Return the list in a file, or why there is none."""
    table = read_table(file_name, data, MOST_ROWS)
    if isinstance(table, TableProblem):
        return _(table)
    found = find_roster(table)
    return _reason_text((found,)) if isinstance(found, Reason) else found


@blueprint.get("/people/import/template")
@requires(Role.UNIT_ADMIN)
def roster_template() -> ResponseReturnValue:
    """Download the empty list."""
    organisations = queries.organisations_in(reading(), _scope())
    data = workbooks.template(organisations, queries.path_names(reading()))
    return _download(data, "人员导入模板.xlsx")


def _download(data: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(data), WORKBOOK, as_attachment=True, download_name=name)


@blueprint.get("/people/import/<int:unsafe_import_id>")
@requires(Role.UNIT_ADMIN)
def roster(unsafe_import_id: int) -> ResponseReturnValue:
    """Show what taking in the list would do, or what it did."""
    upload = _upload_or_404(unsafe_import_id)
    if upload.confirmed_at is not None:
        return _result(upload, [])
    table = RosterTable.from_json(upload.roster)
    rows = roster_queries.planned(reading(), _scope(), table, clock.today())
    return render_template(
        "people/roster.html",
        upload=upload,
        table=table,
        counts=Counter("refused" if row.is_refused else str(row.action) for row in rows),
        accepted=[row for row in rows if not row.is_refused][:ROWS_SHOWN],
        refused=_with_reasons(rows)[:REFUSALS_SHOWN],
        paths=queries.path_names(reading()),
        breadcrumbs=_trail(_("Check the list")),
    )


def _with_reasons(rows: list[PlannedRow]) -> list[tuple[PlannedRow, str]]:
    return [(row, _reason_text(row.reasons)) for row in rows if row.is_refused]


@blueprint.post("/people/import/<int:unsafe_import_id>/confirm")
@requires(Role.UNIT_ADMIN)
def confirm_roster(unsafe_import_id: int) -> ResponseReturnValue:
    """Take in the list, and hand out the one-time passwords once."""
    upload = _upload_or_404(unsafe_import_id)
    opened = services.confirm(access.actor(), upload.id, _scope(), clock.today(), clock.now())
    if opened is None:
        flash(_("This list was taken in already; nothing was done a second time."), "info")
        return redirect(url_for("people.roster", unsafe_import_id=upload.id))
    return _result(_upload_or_404(upload.id), opened)


def _result(upload: RosterImport, opened: list[Opened]) -> ResponseReturnValue:
    """Show what was done; the passwords go out inside the page and are kept nowhere."""
    workbook = b64encode(workbooks.password_workbook(opened)).decode() if opened else ""
    waiting = roster_queries.never_signed_in(reading(), upload.opened_for)
    return render_template(
        "people/roster_result.html",
        upload=upload,
        opened=opened,
        workbook=f"data:{WORKBOOK};base64,{workbook}" if workbook else "",
        waiting=0 if opened else len(waiting),
        breadcrumbs=_trail(_("List taken in")),
    )


@blueprint.post("/people/import/<int:unsafe_import_id>/passwords")
@requires(Role.UNIT_ADMIN)
def renew_passwords(unsafe_import_id: int) -> ResponseReturnValue:
    """Give new one-time passwords to those of the list who never signed in."""
    upload = _upload_or_404(unsafe_import_id)
    if upload.confirmed_at is None:
        abort(404)
    opened = services.renew_passwords(access.actor(), upload.id, _scope(), clock.today(), clock.now())
    return _result(_upload_or_404(upload.id), opened)


@blueprint.get("/people/import/<int:unsafe_import_id>/refused")
@requires(Role.UNIT_ADMIN)
def refused_rows(unsafe_import_id: int) -> ResponseReturnValue:
    """Download the refused rows with the reasons, to be repaired."""
    upload = _upload_or_404(unsafe_import_id)
    table = RosterTable.from_json(upload.roster)
    if upload.confirmed_at is not None:
        reasons = [tuple(Reason(*one) for one in kept) for kept in upload.roster["reasons"]]
        refused = list(zip(table.rows, map(_reason_text, reasons), strict=True))
    else:
        rows = roster_queries.planned(reading(), _scope(), table, clock.today())
        refused = [(row.row, reason) for row, reason in _with_reasons(rows)]
    data = workbooks.repair_workbook(table, [row for row, _reason in refused], [why for _row, why in refused])
    return _download(data, "未导入的行.xlsx")
