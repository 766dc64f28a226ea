"""Pages of sign-in, the own account, accounts with their roles, and the audit log."""

import secrets

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from learning.accounts import access, audit_words, passwords, queries, services
from learning.accounts.access import public, requires, signed_in
from learning.accounts.forms import ROLE_LABELS, AccountForm, GrantForm, PasswordForm, SignInForm
from learning.accounts.models import Account
from learning.accounts.roles import Role
from learning.accounts.rules import SignInRefusal
from learning.core import clock
from learning.core.db import reading, snapshot
from learning.core.forms import choices_of, text
from learning.core.urls import key_from, local_target

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Let somebody in by name and password."""
    onward = local_target(request.values.get("next")) or url_for("home.index")
    if current_user.is_authenticated:
        return redirect(onward)
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        outcome = services.sign_in(
            text(form.name), text(form.password), request.remote_addr or "", clock.now()
        )
        if outcome.account:
            _begin_session(outcome.account)
            return redirect(onward)
        status = 429 if outcome.refusal is SignInRefusal.TOO_MANY else 401
        form.password.errors = [_refusal_text(outcome.refusal)]
    return render_template("accounts/sign_in.html", form=form, onward=onward), status


def _refusal_text(refusal: SignInRefusal | None) -> str:
    if refusal is SignInRefusal.TOO_MANY:
        minutes = current_app.config["SIGN_IN_WINDOW_MINUTES"]
        return _(
            "Too many failed sign-ins. Wait %(minutes)s minutes or ask your unit administrator.",
            minutes=minutes,
        )
    return _("Account or password is wrong.")


def _begin_session(account: queries.SignedIn) -> None:
    """Start a session from nothing, so that one planted before the sign-in is worth nothing."""
    browser, runs_scripts = session.get("browser"), bool(session.get("script"))
    session.clear()
    login_user(account)
    session["signed_in_at"] = session["seen_at"] = int(clock.now().timestamp())
    session["browser"], session["script"] = browser or secrets.token_hex(12), runs_scripts


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show the own account and what it may do."""
    return render_template("accounts/account.html", roles=ROLE_LABELS)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the own password."""
    own = _own_account()
    form = PasswordForm()
    form.own_words = (own.sign_in_name, own.display_name)
    if form.validate_on_submit():
        if passwords.verify(own.password_hash, text(form.present)):
            epoch = services.change_password(access.actor(), own.id, text(form.new), clock.now())
            renewed = queries.signed_in(snapshot(), own.id, epoch)
            assert renewed is not None
            _begin_session(renewed)
            flash(_("Your password is changed."), "success")
            return redirect(url_for("home.index"))
        form.present.errors = [_("The present password is wrong.")]
    return render_template("accounts/change_password.html", form=form, is_forced=own.must_change_password)


def _own_account() -> Account:
    found = queries.account(reading(), current_user.account_id)
    assert found is not None, "the session's account was loaded a moment ago"
    return found


@blueprint.get("/accounts")
@requires(Role.SYSTEM_ADMIN)
def grants() -> ResponseReturnValue:
    """List the accounts with their roles."""
    wanted, number = request.args.get("text", "").strip()[:80], key_from(request.args.get("page")) or 1
    page = queries.accounts(reading(), wanted, number)
    held = queries.grants_by_account(reading(), [row.id for row in page.rows])
    names = queries.organisation_names(reading())
    return render_template(
        "accounts/grants.html", page=page, text=wanted, held=held, names=names, labels=ROLE_LABELS
    )


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@requires(Role.SYSTEM_ADMIN)
def new_account() -> ResponseReturnValue:
    """Open an account for an office."""
    form = AccountForm()
    if form.validate_on_submit():
        opened = services.open_account(
            access.actor(), text(form.name), text(form.display_name), None, clock.now()
        )
        if opened:
            return render_template("accounts/one_time_password.html", opened=opened)
        form.name.errors = [_("This account exists already.")]
    trail = _trail(_("New account for an office"))
    return render_template("accounts/new_account.html", form=form, breadcrumbs=trail)


def _trail(label: str) -> list[tuple[str, str]]:
    """Return the breadcrumbs from the accounts down to a page."""
    return [(url_for("accounts.grants"), _("Accounts and roles")), ("", label)]


def _account_or_404(unsafe_account_id: int) -> Account:
    found = queries.account(reading(), unsafe_account_id)
    if found is None:
        abort(404)
    return found


@blueprint.route("/accounts/<int:unsafe_account_id>", methods=["GET", "POST"])
@requires(Role.SYSTEM_ADMIN)
def edit_account(unsafe_account_id: int) -> ResponseReturnValue:
    """Show an account, and grant it a role."""
    found = _account_or_404(unsafe_account_id)
    names = queries.organisation_names(reading())
    form = GrantForm()
    form.organisation.choices = choices_of({"": _("the whole installation"), **names})
    if form.validate_on_submit():
        scope = key_from(form.organisation.data)
        refusal = services.grant_role(access.actor(), found.id, Role(form.role.data), scope, clock.now())
        if refusal is None:
            flash(_("The role is granted."), "success")
            return redirect(url_for("accounts.edit_account", unsafe_account_id=found.id))
        form.role.errors = [_(refusal)]
    held = queries.grants_of(reading(), found.id)
    context = {"names": names, "labels": ROLE_LABELS, "breadcrumbs": _trail(found.display_name)}
    return render_template("accounts/edit_account.html", form=form, found=found, held=held, **context)


@blueprint.post("/accounts/grants/<int:unsafe_grant_id>/revoke")
@requires(Role.SYSTEM_ADMIN)
def revoke(unsafe_grant_id: int) -> ResponseReturnValue:
    """Revoke a role."""
    if not services.revoke_role(access.actor(), unsafe_grant_id, clock.now()):
        abort(404)
    flash(_("The role is revoked."), "success")
    return redirect(url_for("accounts.grants"))


@blueprint.post("/accounts/<int:unsafe_account_id>/active")
@requires(Role.SYSTEM_ADMIN)
def set_active(unsafe_account_id: int) -> ResponseReturnValue:
    """Switch an account on or off."""
    found = _account_or_404(unsafe_account_id)
    if found.id == current_user.account_id:
        abort(403)
    services.set_active(access.actor(), found.id, request.form.get("active") == "1", clock.now())
    return redirect(url_for("accounts.edit_account", unsafe_account_id=found.id))


@blueprint.post("/accounts/<int:unsafe_account_id>/password")
@requires(Role.SYSTEM_ADMIN)
def reset_password(unsafe_account_id: int) -> ResponseReturnValue:
    """Give an account a one-time password and show it once."""
    found = _account_or_404(unsafe_account_id)
    opened = services.reset_password(access.actor(), found.id, clock.now())
    return render_template("accounts/one_time_password.html", opened=opened)


@blueprint.get("/audit")
@requires(Role.AUDITOR)
def audit_log() -> ResponseReturnValue:
    """Show who did what, newest first."""
    asked = request.args.get("action", "")
    action = asked if asked in audit_words.ACTIONS else ""
    page = queries.audit_entries(reading(), action, key_from(request.args.get("page")) or 1)
    return render_template("accounts/audit_log.html", page=page, action=action, words=audit_words)
