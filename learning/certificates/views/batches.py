"""Pages of batches: how far each is, what failed, all papers in one file."""

import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.certificates import words
from learning.certificates.kinds import OPEN, CertificateKind, ItemState
from learning.certificates.models import CertificateBatch
from learning.certificates.queries import records
from learning.certificates.services import batches as services
from learning.certificates.views import pages
from learning.certificates.views.pages import blueprint
from learning.core import clock
from learning.core.db import reading
from learning.people import queries as people

_AT_ONCE = 50


def _batch_or_404(unsafe_batch_id: int) -> CertificateBatch:
    return records.batch_in(reading(), pages.reach(), unsafe_batch_id) or abort(404)


def _trail(*links: tuple[str, str]) -> list[tuple[str, str]]:
    return pages.trail((url_for("certificates.batches"), _("Batches")), *links)


@blueprint.get("/certificates/batches")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def batches() -> ResponseReturnValue:
    """List what was asked for."""
    page = records.batches(reading(), pages.reach(), pages.page_number())
    return render_template("certificates/batches.html", page=page, words=words, breadcrumbs=_trail())


@blueprint.get("/certificates/batches/<int:unsafe_batch_id>")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def batch(unsafe_batch_id: int) -> ResponseReturnValue:
    """Show how far a batch is and what stands against whom."""
    found = _batch_or_404(unsafe_batch_id)
    counts = records.counts_of(reading(), found.id)
    return render_template(
        "certificates/batch.html",
        batch=found,
        kind=words.KINDS[CertificateKind(found.kind)],
        organisation=people.organisation(reading(), found.organisation_id),
        counts=counts,
        open=sum(counts.get(state, 0) for state in OPEN),
        failed=counts.get(ItemState.FAILED, 0),
        page=records.items_of(reading(), found.id, pages.page_number()),
        words=words,
        breadcrumbs=_trail((request.path, _("Batch %(number)s", number=found.id))),
    )


@blueprint.post("/certificates/batches/<int:unsafe_batch_id>/retry")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def retry(unsafe_batch_id: int) -> ResponseReturnValue:
    """Try again what failed."""
    found = _batch_or_404(unsafe_batch_id)
    count = services.retry(access.actor(), found.id, clock.now())
    flash(_("%(count)s persons are tried again.", count=count), "info")
    return redirect(url_for("certificates.batch", unsafe_batch_id=found.id))


@blueprint.get("/certificates/batches/<int:unsafe_batch_id>/papers")
@requires(Role.UNIT_ADMIN, Role.INSTRUCTOR)
def papers(unsafe_batch_id: int) -> Response:
    """Give all papers of a batch that are in force as one file."""
    found = _batch_or_404(unsafe_batch_id)
    services.note_download(access.actor(), found.id, clock.now())
    # Disk instead of memory: a thousand papers are some 35 MB.
    archive = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    _pack(archive, found.id)
    size = archive.tell()
    reply = pages.attachment(_parts(archive), "application/zip", f"{_('Certificates')}-{found.id}.zip")
    reply.content_length = size
    return reply


def _pack(archive: IO[bytes], batch_id: int) -> None:
    after = 0
    # PDF is compressed already; again would cost time and save nothing.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        while rows := records.papers_of(reading(), batch_id, after, _AT_ONCE):
            for key, number, name, pdf in rows:
                safe_name = "".join(each for each in name if each.isalnum())
                target.writestr(f"{number}-{safe_name}.pdf", pdf)
                after = key


def _parts(archive: IO[bytes]) -> Iterator[bytes]:
    with archive:
        archive.seek(0)
        while part := archive.read(64 * 1024):
            yield part
