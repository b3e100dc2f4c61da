"""The front page: what this is, who is in it, how to ask it."""

from __future__ import annotations

from flask import Blueprint, render_template

from publisher.web.reader import get_reader
from publisher.web.views.places import view_members

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def show_home() -> str:
    """Shows the members, saved queries and dumps."""
    reader = get_reader()
    queries = tuple(reader.saved_queries.values())
    return render_template("home.html", view=view_members(reader), queries=queries)
