"""Forms of sign-in, passwords, accounts and grants."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from learning.accounts.passwords import MAX_LENGTH, weakness
from learning.accounts.roles import Role
from learning.core.forms import Form, choices_of, required_text, trimmed
from learning.core.texts import N_

#: Roles that can be granted; a learner is whoever belongs to a person.
ROLE_LABELS = {
    Role.INSTRUCTOR: _l("Instructor"),
    Role.UNIT_ADMIN: _l("Unit administrator"),
    Role.REPORT_READER: _l("Report reader"),
    Role.SYSTEM_ADMIN: _l("System administrator"),
    Role.AUDITOR: _l("Auditor"),
}


class SignInForm(Form):
    """Name and password."""

    name = StringField(
        _l("Account"),
        validators=[DataRequired(_l("Please enter your account.")), Length(max=80)],
        filters=[trimmed],
        render_kw={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Please enter your password.")), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    """The present password and a new one, twice."""

    present = PasswordField(
        _l("Present password"),
        validators=[DataRequired(_l("Please enter your present password.")), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        validators=[DataRequired(_l("Please enter a new password."))],
        description=_l("At least 8 characters; several words that do not belong together are best."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        validators=[
            DataRequired(_l("Please enter the new password again.")),
            EqualTo("new", _l("The two entries differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    #: Set by the view: words that make a password of this account easy to guess.
    own_words: tuple[str, ...] = ()

    def validate_new(self, field: Field) -> None:
        """Refuse what is easy to guess, and the old password."""
        reason = weakness(field.data, self.own_words)
        if reason is None and field.data == self.present.data:
            reason = N_("The new password must differ from the present one.")
        if reason:
            raise ValidationError(_(reason))


class AccountForm(Form):
    """A new account for an office; persons get theirs with their entry in the list of people."""

    name = required_text(_l("Account"), 80, _l("Letters and digits; used to sign in."))
    display_name = required_text(_l("Displayed name"), 80)


class GrantForm(Form):
    """A role and its scope."""

    role = SelectField(_l("Role"), choices=choices_of(ROLE_LABELS))
    #: Choices are set by the view: an empty key means the whole installation.
    organisation = SelectField(_l("For"), coerce=str)
