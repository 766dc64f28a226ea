"""Courses and modules with the learner's progress."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core.db import reading, snapshot
from learning.materials import queries as materials
from learning.materials.addresses import addressed
from learning.study import queries
from learning.study.views.pages import blueprint, edition_or_404, module_url, trail


@blueprint.get("/courses")
@requires(Role.LEARNER)
def courses() -> ResponseReturnValue:
    """List the courses and how far the learner is."""
    editions = materials.current_editions(snapshot())
    mine = [
        (edition, queries.progress_of(snapshot(), access.person_id(), edition.id)) for edition in editions
    ]
    return render_template("study/courses.html", mine=mine)


@blueprint.get("/courses/<unsafe_course>")
@requires(Role.LEARNER)
def course(unsafe_course: str) -> ResponseReturnValue:
    """Show the modules of a course and how far the learner is."""
    edition = edition_or_404(unsafe_course)
    progress = queries.progress_of(snapshot(), access.person_id(), edition.id)
    return render_template(
        "study/course.html", edition=edition, progress=progress, breadcrumbs=trail(edition)
    )


@blueprint.get("/courses/<unsafe_course>/<unsafe_module>")
@requires(Role.LEARNER)
def module(unsafe_course: str, unsafe_module: str) -> ResponseReturnValue:
    """Show what a module is about, its units, and how far the learner is."""
    edition = edition_or_404(unsafe_course)
    found = materials.module_in(reading(), edition.id, unsafe_module) or abort(404)
    progress = queries.progress_of(snapshot(), access.person_id(), edition.id)
    return render_template(
        "study/module.html",
        edition=edition,
        module=found,
        progress=progress,
        mine=progress.module(found.slug),
        overview=addressed(edition, found.overview_html),
        breadcrumbs=[*trail(edition), (module_url(edition, found.slug), found.title)],
    )
