"""How the case stands, for whoever knows the address."""

from flask import render_template

from kaiban.web.routes import LINK, Routes

routes = Routes("progress")


@routes.page("/t/<aid>", LINK)
def show() -> str:
    """The case as it stands."""
    return render_template("error.html", title="", text="")
