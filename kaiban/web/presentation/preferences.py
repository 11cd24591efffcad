"""Language, size of text, contrast: kept in a cookie of their own, without an account."""

from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, request

from kaiban.orchestrator.worker.upkeep.queue_upkeep import KEPT
from kaiban.web.access import cookies
from kaiban.web.responses.way_back import own_page
from kaiban.web.routes import NOTHING, PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("preferences")

LANGUAGES = {"zh-CN": "zh_Hans_CN", "en": "en"}
SIZES = ("standard", "large", "xlarge")
CONTRASTS = ("standard", "high")

#: Single letters that do something (WCAG 2.1.4): whoever speaks to their computer switches them off.
KEYS = ("on", "off")

_CHOICES = {"lang": tuple(LANGUAGES), "size": SIZES, "contrast": CONTRASTS, "keys": KEYS}
_COOKIES = {
    "lang": cookies.LANG, "size": cookies.SIZE, "contrast": cookies.CONTRAST, "keys": cookies.KEYS,
}  # fmt: skip
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Preferences:
    """How this browser wants its pages."""

    lang: str
    size: str
    contrast: str
    keys: str


def current() -> Preferences:
    """The preferences of this request; what no page offers counts as not chosen."""
    found: Preferences | None = g.get("preferences")
    if found is None:
        found = g.preferences = Preferences(**{name: _cookie(name) for name in _CHOICES})
    return found


def _cookie(name: str) -> str:
    chosen = cookies.read(_COOKIES[name])
    return chosen if chosen in _CHOICES[name] else _CHOICES[name][0]


def locale() -> str:
    """The catalogue for this request."""
    return LANGUAGES[current().lang]


@routes.page("/prefs", PUBLIC, "POST", writes=NOTHING)
def change() -> Any:
    """Keep what was chosen and go back to where it was chosen."""
    answer = redirect(own_page(request.form.get("next", "")) or "/", 303)
    for name, choices in _CHOICES.items():
        if request.form.get(name) in choices:
            cookies.keep(answer, _COOKIES[name], request.form[name], _A_YEAR)
    return answer


@routes.page("/accessibility", PUBLIC)
def accessibility() -> str:
    """What the pages do for people who see, hear or move differently."""
    return render_template("accessibility.html")


@routes.page("/privacy", PUBLIC)
def privacy() -> str:
    """What is kept, how long, who sees it."""
    return render_template("privacy.html", days=service().drafts.kept.days, ticket_days=KEPT.days)
