"""Halls by the names people know."""

from kaiban.web.presentation.texts import say
from kaiban.web.service import service


def hall_title(name: str) -> str:
    """A hall's title; the name of one the profile does not know any more."""
    hall = service().staff.halls.get(name)
    return say(hall.title) if hall else name


def scope_title(hall: str) -> str:
    """What a list or a figure is of: that hall, or the whole city where it is of none."""
    return hall_title(hall) if hall else say("全市")
