"""Set up an installation and bring it up to date: schema, built-in course and bank, first administrator."""

from learning.accounts import services as accounts
from learning.accounts.roles import SYSTEM, Role
from learning.accounts.services import NewAccount
from learning.core import clock, migrations
from learning.core.db import database
from learning.materials import services as materials
from learning.questions import services as questions

COURSE = "opinion-2015"


def upgrade() -> None:
    """Bring schema and built-in content up to date; does little where nothing changed."""
    migrations.upgrade(database().engine)
    materials.load_builtin(SYSTEM, clock.now())
    questions.load_builtin(SYSTEM, clock.now())


def import_document(file_name: str, data: bytes) -> list[str]:
    """Take in the original document; return what speaks against it, one line a finding."""
    outcome = materials.import_document(SYSTEM, COURSE, file_name, data, clock.now())
    return [str(finding) for finding in outcome.findings]


def create_administrator() -> NewAccount | None:
    """Open the one account of a new installation; None where there is one already."""
    opened = accounts.open_account(SYSTEM, "admin", "系统管理员", None, clock.now())
    if opened is None:
        return None
    accounts.grant_role(SYSTEM, opened.account_id, Role.SYSTEM_ADMIN, None, clock.now())
    return opened
