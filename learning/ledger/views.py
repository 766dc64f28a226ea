"""Pages on which auditors look at the ledger and sign its end."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.signing import public_key
from learning.core.urls import key_from
from learning.ledger import chain, commands, queries, services, words

blueprint = Blueprint("ledger", __name__, cli_group=None)
blueprint.cli.add_command(commands.ledger)


@blueprint.get("/ledger")
@requires(Role.AUDITOR)
def overview() -> ResponseReturnValue:
    """List entries and checkpoints."""
    return render_template(
        "ledger/overview.html",
        page=queries.entries(reading(), key_from(request.args.get("page")) or 1),
        end=queries.head(reading()),
        waiting=queries.waiting(reading()),
        checkpoints=queries.checkpoints(reading()),
        words=words,
    )


@blueprint.post("/ledger/verify")
@requires(Role.AUDITOR)
def verify() -> ResponseReturnValue:
    """Check the whole chain and say what was found."""
    services.note_verification(access.actor(), clock.now())
    session = reading()
    found = chain.first_fault(queries.chain(session), services.key(), queries.kept(session))
    if found:
        fault = words.FAULTS[found.fault]
        flash(_("Entry %(number)s is not in order: %(fault)s", number=found.seq, fault=fault), "error")
    else:
        flash(_("All %(count)s sealed entries are in order.", count=queries.head(session).seq), "success")
    return redirect(url_for("ledger.overview"))


@blueprint.post("/ledger/checkpoints")
@requires(Role.AUDITOR)
def sign() -> ResponseReturnValue:
    """Sign the end of the chain."""
    made = services.checkpoint(access.actor(), clock.now())
    if made is None:
        flash(_("The ledger is empty; there is nothing to sign."), "warning")
        return redirect(url_for("ledger.overview"))
    return redirect(url_for("ledger.checkpoint", unsafe_checkpoint_id=made.id))


@blueprint.get("/ledger/checkpoints/<int:unsafe_checkpoint_id>")
@requires(Role.AUDITOR)
def checkpoint(unsafe_checkpoint_id: int) -> ResponseReturnValue:
    """Show a checkpoint to be printed or sent to the unit above."""
    found = queries.checkpoint(reading(), unsafe_checkpoint_id)
    if found is None:
        abort(404)
    return render_template(
        "ledger/checkpoint.html",
        checkpoint=found,
        line=commands.as_line(found),
        public_key=public_key(),
        breadcrumbs=[(url_for("ledger.overview"), _("Ledger")), ("", _("Checkpoint"))],
    )
