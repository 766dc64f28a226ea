"""Pages before an attempt: the learner's list of exams, the rules, the waiting room, the start."""

import secrets

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.exams import admission, papers, words
from learning.exams.browsers import browser_mark
from learning.exams.queries import sittings, starting
from learning.exams.queries.sittings import MySitting
from learning.exams.rules import Standing, StartRefusal
from learning.exams.services import taking
from learning.exams.services.taking import Arrival
from learning.exams.services.waiting import note_waiting
from learning.exams.views.pages import blueprint

#: Seconds before the opening from which a learner may wait in the waiting room.
WAITING_SECONDS = 60 * 60
#: Seconds until a page in the waiting room asks again whether the start was given.
ASK_AGAIN = 5


@blueprint.get("/exams")
@requires(Role.LEARNER)
def mine() -> ResponseReturnValue:
    """Show what is coming, open, handed in, and how it came out."""
    found = sittings.my_sittings(reading(), access.person_id(), clock.now())
    return render_template("exams/mine.html", found=found, words=words)


def sitting_or_404(unsafe_sitting_id: int) -> MySitting:
    """Return a sitting that admits the learner or that the learner sat."""
    found = sittings.my_sitting(reading(), access.person_id(), unsafe_sitting_id, clock.now())
    if found is None:
        abort(404)
    return found


@blueprint.get("/exams/<int:unsafe_sitting_id>")
@requires(Role.LEARNER)
def rules_page(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show the rules of a sitting before it is started."""
    found = sitting_or_404(unsafe_sitting_id)
    return render_template(
        "exams/rules.html",
        found=found,
        blueprint=papers.blueprint_of(found.exam),
        tolerance=found.exam.tolerance_seconds,
        can_wait=_can_wait(found),
        words=words,
        breadcrumbs=[(url_for("exams.mine"), _("My exams")), ("", found.exam.title)],
    )


def _can_wait(found: MySitting) -> bool:
    """Return whether the waiting room is open to the learner, before the start or for one by hand."""
    if found.standing is Standing.RUNNING:
        return False
    if found.refusal is StartRefusal.TOO_EARLY:
        return _seconds_until(found) <= WAITING_SECONDS
    return found.refusal is None and not _is_started(found)


def _seconds_until(found: MySitting) -> int:
    """Return the whole seconds until the sitting opens, rounded up: at zero it is open."""
    left = (found.window.opens_at - clock.now()).total_seconds()
    return max(0, -int(-left // 1))


def _is_started(found: MySitting) -> bool:
    return starting.is_started(reading(), found.sitting, found.terms.room)


@blueprint.get("/exams/<int:unsafe_sitting_id>/waiting")
@requires(Role.LEARNER)
def waiting(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show the waiting room: a countdown, and the button once it may be pressed; as JSON for its script."""
    found = sitting_or_404(unsafe_sitting_id)
    if found.standing is Standing.RUNNING and found.last is not None:
        return redirect(url_for("exams.take", unsafe_attempt_id=found.last.attempt.id))
    opens_in, started = _seconds_until(found), _is_started(found)
    is_let_in = found.refusal in {None, StartRefusal.TOO_EARLY} and opens_in <= WAITING_SECONDS
    if is_let_in:
        note_waiting(found.sitting.id, access.person_id(), clock.now())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(opens_in=opens_in, started=started, ask_again=_ask_again(opens_in))
    if not is_let_in:
        return redirect(url_for("exams.rules_page", unsafe_sitting_id=found.sitting.id))
    return _waiting_page(found, opens_in, started)


def _waiting_page(found: MySitting, opens_in: int, started: bool) -> str:
    return render_template(
        "exams/waiting.html",
        found=found,
        opens_in=opens_in,
        started=started,
        ask_again=_ask_again(opens_in),
        words=words,
        breadcrumbs=[(url_for("exams.mine"), _("My exams")), ("", found.exam.title)],
    )


def _ask_again(opens_in: int) -> int:
    """Return in how many seconds a page asks again: not all at the same moment."""
    return min(opens_in + secrets.randbelow(3), 60) if opens_in else ASK_AGAIN + secrets.randbelow(3)


@blueprint.post("/exams/<int:unsafe_sitting_id>/start")
@requires(Role.LEARNER)
def start(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Start an attempt, or go on with the one that runs."""
    person_id, now = access.person_id(), clock.now()
    started = taking.start(access.actor(), person_id, unsafe_sitting_id, browser_mark(), now, arrival())
    if started.attempt_id is not None:
        return redirect(url_for("exams.take", unsafe_attempt_id=started.attempt_id))
    if started.refusal is None:
        abort(404)
    flash(words.START_REFUSALS[started.refusal], "warning")
    waits = started.refusal in {StartRefusal.TOO_EARLY, StartRefusal.NOT_STARTED}
    page = "exams.waiting" if waits else "exams.rules_page"
    return redirect(url_for(page, unsafe_sitting_id=unsafe_sitting_id))


def arrival() -> Arrival:
    """Return what this request shows at the door of a sitting."""
    return Arrival(
        code=request.form.get("code", ""),
        address=request.remote_addr or "",
        url=request.url,
        config_key=request.headers.get(admission.CONFIG_KEY_HEADER, ""),
    )
