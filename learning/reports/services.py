"""Write down that a report left the platform."""

from datetime import date, datetime

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction


def record_export(actor: Actor, organisation_id: int, as_of: date, form: str, now: datetime) -> None:
    """Note who took out which report, of which unit and day, in which form."""
    with transaction() as session:
        detail = {"as_of": as_of.isoformat(), "form": form}
        audit.record(session, actor, now, "report.exported", "organisation", organisation_id, detail)
