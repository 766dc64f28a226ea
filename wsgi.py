"""The application as a WSGI server starts it."""

from learning.app import create_app

app = create_app()
