"""Pages of what was issued: the list, one certificate, its files, its revocation."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.certificates import content, credential, statement, words
from learning.certificates.forms import RevokeForm
from learning.certificates.queries import records
from learning.certificates.queries.records import Issued
from learning.certificates.services import holding, verifying
from learning.certificates.views import pages
from learning.certificates.views.pages import blueprint
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import text, trimmed
from learning.core.signing import public_key, signature_of

STANDINGS = ("valid", "revoked")


@blueprint.get("/certificates")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def overview() -> ResponseReturnValue:
    """List what was issued, narrowed by kind, standing, name or number."""
    asked = {name: str(trimmed(request.args.get(name, "")))[:80] for name in ("kind", "text", "standing")}
    kind = asked["kind"] if asked["kind"] in set(words.KINDS) else ""
    standing = asked["standing"] if asked["standing"] in STANDINGS else ""
    page = records.issued(reading(), pages.reach(), kind, asked["text"], standing, pages.page_number())
    return render_template("certificates/overview.html", page=page, asked=asked, words=words)


def _issued_or_404(unsafe_certificate_id: int) -> Issued:
    return records.certificate_in(reading(), pages.reach(), None, unsafe_certificate_id) or abort(404)


@blueprint.get("/certificates/<int:unsafe_certificate_id>")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def certificate(unsafe_certificate_id: int) -> ResponseReturnValue:
    """Show a certificate."""
    return _page(_issued_or_404(unsafe_certificate_id), RevokeForm())


def _page(found: Issued, form: RevokeForm) -> str:
    return render_template(
        "certificates/certificate.html",
        issued=found,
        content=found.certificate.content,
        is_genuine=verifying.is_genuine(found.certificate),
        newer=records.replaced_by(reading(), found.certificate.id),
        form=form,
        words=words,
        breadcrumbs=pages.trail((request.path, found.certificate.number)),
    )


@blueprint.post("/certificates/<int:unsafe_certificate_id>/revoke")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def revoke(unsafe_certificate_id: int) -> ResponseReturnValue:
    """Revoke a certificate with the cause."""
    found, form = _issued_or_404(unsafe_certificate_id), RevokeForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    if holding.revoke(access.actor(), found.certificate.id, text(form.cause), clock.now()):
        flash(_("The certificate is revoked. Whoever verifies it sees that from now on."), "success")
    else:
        flash(_("This certificate was revoked already."), "info")
    return redirect(url_for("certificates.certificate", unsafe_certificate_id=found.certificate.id))


@blueprint.get("/certificates/<int:unsafe_certificate_id>/<form>")
@requires(Role.LEARNER, Role.UNIT_ADMIN, Role.INSTRUCTOR)
def file(unsafe_certificate_id: int, form: str) -> Response:
    """Give a certificate as a file: one's own while it is in force, or one within reach."""
    write = _FORMS.get(form)
    person_id = current_user.person_id
    found = records.certificate_in(reading(), pages.reach(), person_id, unsafe_certificate_id)
    if write is None or found is None:
        abort(404)
    if found.certificate.person_id != person_id:
        holding.note_download(access.actor(), found.certificate, form, clock.now())
    return write(found)


def _paper(found: Issued) -> Response:
    pdf = holding.paper_of(found.certificate, clock.now())
    return pages.attachment(pdf, "application/pdf", f"{found.certificate.number}.pdf")


def _record(found: Issued) -> Response:
    one = found.certificate
    file = statement.file_of(one.content, one.digest, one.signature, one.public_key)
    return pages.attachment(content.as_text(file), "application/json", f"{one.number}.json")


def _credential(found: Issued) -> Response:
    """Write the credential anew: its bytes are always the same; of what is revoked none is written."""
    one = found.certificate
    if found.revocation:
        abort(404)
    badge = credential.credential_of(one.content, one.issued_at, public_key(), signature_of)
    return pages.attachment(content.as_text(badge), "application/json", f"{one.number}.badge.json")


_FORMS = {"paper": _paper, "record": _record, "credential": _credential}
