"""What every page needs before it can be shown: the installed toolkit, and addresses that change with the content."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response

#: Where the style sheets, the script and the logo are; the toolkit comes there by bin/assets.
STATIC = Path(__file__).parents[2] / "static"
TOOLKIT = Path("toolkit", "toolkit.css")

#: Addresses carry a digest of what they lead to, so a browser never has to ask twice.
YEAR = 365 * 24 * 3600


def is_installed(static: Path = STATIC) -> bool:
    """Whether set-up has brought the toolkit; without it pages have no layout at all."""
    return (static / TOOLKIT).is_file()


def refuse_unstyled() -> Response | None:
    """For `before_request` of pages: say what is missing instead of showing a page without styles."""
    if is_installed():
        return None
    text = "页面样式尚未安装：请在安装目录运行 make setup。\nThe pages' styles are not installed: run `make setup`.\n"
    return Response(text, 503, content_type="text/plain; charset=utf-8")


def dress(app: Flask) -> None:
    """Let `url_for("static", ...)` of that app carry a digest, and browsers keep what they fetched."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    static = Path(str(app.static_folder))

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, Any]) -> None:
        path = static / str(values.get("filename"))
        if endpoint == "static" and path.is_file():
            values["v"] = _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
