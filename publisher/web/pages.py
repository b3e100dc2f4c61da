"""The front page: what this is, what is in it, how to ask it."""

from __future__ import annotations

from flask import Blueprint, render_template

from publisher.web.faces import get_face
from publisher.web.reader import get_reader

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def show_home() -> str:
    """Shows what there is, example queries and dumps."""
    reader, face = get_reader(), get_face()
    return render_template(
        f"{face.folder}/home.html",
        view=face.view_home(reader),
        examples=face.load_examples(reader),
    )
