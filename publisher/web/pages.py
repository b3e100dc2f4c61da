"""The front page: what this is, who is in it, how to ask it."""

from __future__ import annotations

from flask import Blueprint, render_template

from publisher.web.reader import get_reader
from publisher.web.views.places import view_members
from publisher.web.views.results import load_examples

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def show_home() -> str:
    """Shows the members, example queries and dumps."""
    return render_template("home.html", view=view_members(get_reader()), examples=load_examples())
