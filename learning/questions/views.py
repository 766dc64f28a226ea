"""Pages."""

from flask import Blueprint

blueprint = Blueprint("questions", __name__)
