"""Commitments (告知承诺) as pages show them: offered to a filing, and given in a case."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.filing import Filing
from kaiban.domain.papers.commitment import FALSE_FOLLOWS, Check, Commitment, Given, given
from kaiban.domain.papers.material import Holder, Material
from kaiban.orchestrator.commitments import held, offered
from kaiban.web.materials.material_list import anchor, day_of
from kaiban.web.presentation.texts import say
from kaiban.web.service import chosen_links, office

_KINDS = {None: "work", Check.TRUE: "done", Check.FALSE: "hold"}


def install(app: Flask) -> None:
    """Give every template of the app what a case has declared."""
    app.jinja_env.globals.update(given_of=given_of)


@dataclass(frozen=True)
class Offer:
    """One commitment a filing may make, and the one it has made of it."""

    commitment: Commitment
    made: Material | None

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return anchor(self.commitment.key)

    @property
    def state(self) -> str:
        """One of `made`, `stale` (made in words that have changed), `open`."""
        if self.made is None:
            return "open"
        return "made" if self.made.commitment == self.commitment.version else "stale"

    @property
    def follows(self) -> str:
        """What a false one has as its consequence."""
        return say(FALSE_FOLLOWS[self.commitment.follows])


def offers(filing: Filing) -> list[Offer]:
    """Every commitment the form, as far as it is filled in, may be handed in with."""
    made = held(office(), Holder(filing.id))
    found = offered(office(), filing.entry, chosen_links(filing))
    return [Offer(each, made.get(each.key)) for each in found]


def read_back_rows(filing: Filing) -> Iterator[dict[str, str]]:
    """A row for each, on the page that reads everything back."""
    words = {
        "made": "已承诺（%(version)s 版）",
        "stale": "承诺内容改了，请重新阅读",
        "open": "没有承诺",
    }
    for each in offers(filing):
        yield {
            "key": say(each.commitment.title),
            "value": say(words[each.state], version=each.commitment.version),
            "href": url_for("materials.show", aid=filing.id, come="check", _anchor=each.anchor),
        }


def words_made(filing: Filing) -> Iterator[dict[str, str]]:
    """What is declared, word for word: whoever signs has to see what for."""
    for each in offers(filing):
        if each.state == "made":
            title, version = say(each.commitment.title), each.commitment.version
            yield {"key": say("%(title)s %(version)s 版", title=title, version=version), "value": say(each.commitment.text)}  # fmt: skip


def given_of(case: Case) -> list[dict[str, Any]]:
    """Every commitment of a case, as applicants and staff read it."""
    return [_told(each) for each in given(case.events)]


def _told(one: Given) -> dict[str, Any]:
    return {
        "key": one.key, "title": say(one.title), "version": one.version, "words": say(one.words),
        "state": say(one.state), "kind": _KINDS[one.check], "open": one.check is None, "due": day_of(one.due),
        "follows": say(FALSE_FOLLOWS[one.follows]), "reason": one.reason,
    }  # fmt: skip
