"""Pages."""

from flask import Blueprint

blueprint = Blueprint("materials", __name__)
