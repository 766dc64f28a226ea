"""The public pages on which anybody verifies a certificate; they show no more than its paper does."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts import access
from learning.accounts.access import public
from learning.certificates import rules, words
from learning.certificates.services.verifying import Standing, Verification, verify
from learning.certificates.views.pages import blueprint
from learning.core import clock
from learning.core.forms import trimmed

_STATUS = {Standing.UNKNOWN: 404, Standing.TOO_MANY: 429}


@blueprint.get("/verify")
@public
def ask_for_code() -> ResponseReturnValue:
    """Verify by number and code; nobody can look for persons here."""
    number, code = (str(trimmed(request.args.get(name, "")))[:80] for name in ("number", "code"))
    if not number or not code:
        return render_template("certificates/ask_for_code.html", number=number, code=code)
    found = verify(code, access.actor().address, clock.now(), number)
    if found.issued is not None:
        address = found.issued.certificate.code
        return redirect(url_for("certificates.verification", unsafe_code=address))
    return _page(found, number, code)


@blueprint.get("/verify/<unsafe_code>")
@public
def verification(unsafe_code: str) -> ResponseReturnValue:
    """Say whether the certificate with this code is genuine and in force."""
    return _page(verify(unsafe_code, access.actor().address, clock.now()), "", unsafe_code)


def _page(found: Verification, number: str, code: str) -> ResponseReturnValue:
    page = render_template(
        "certificates/verification.html",
        standing=found.standing,
        issued=found.issued,
        content=found.issued.certificate.content if found.issued else None,
        code=rules.grouped(rules.code_from(code)[:20]),
        number=number,
        words=words,
    )
    return page, _STATUS.get(found.standing, 200)
