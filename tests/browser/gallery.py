"""The smallest app that shows the gallery: the pages' own headers, settings from the cookie-free query string."""

from pathlib import Path

from flask import Flask, Response, request
from flask_babel import Babel

import kaiban
from kaiban.web.presentation import static_assets
from kaiban.web.presentation.gallery import gallery

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HOUSE = Path(str(kaiban.__file__)).parent


def make_site() -> Flask:
    """The gallery; `?size=`, `?contrast=`, `?lang=` and `?kiosk=` stand for what a person has chosen."""
    site = Flask("gallery-site", root_path=str(HOUSE))
    Babel(site, default_locale="zh_Hans_CN")
    static_assets.dress(site)
    site.jinja_env.filters["listed"] = "、".join
    site.jinja_env.trim_blocks = site.jinja_env.lstrip_blocks = True
    site.register_blueprint(gallery)

    @site.context_processor
    def chosen():
        return {"prefs": request.args, "kiosk": bool(request.args.get("kiosk"))}

    @site.after_request
    def guard(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    @site.post("/kiosk/reset")
    def reset() -> str:
        return "<!doctype html><title>reset</title>"

    return site
