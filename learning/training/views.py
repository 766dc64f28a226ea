"""Pages."""

from flask import Blueprint

blueprint = Blueprint("training", __name__)
