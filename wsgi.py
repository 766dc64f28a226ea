"""The application as a WSGI server starts it."""

from learning.app import JOBS, create_app
from learning.core import jobs

app = create_app()
jobs.start(app, JOBS)
