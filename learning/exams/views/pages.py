"""The one blueprint of all exam pages."""

from flask import Blueprint

blueprint = Blueprint("exams", __name__)
