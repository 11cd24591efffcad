"""The materials of a filing or a case as a page lists them: what is wanted, and what is there of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from flask import Flask

from kaiban.domain.cases.case import Case
from kaiban.domain.filing import Filing
from kaiban.domain.papers.material import Holder, Material, Person, Wanted, same_as, without
from kaiban.domain.papers.obligation import LAPSES, Lapse
from kaiban.orchestrator.materials.owing import owed
from kaiban.web.access.doors import deciding_hall
from kaiban.web.materials.files import at_once
from kaiban.web.materials.whose import names, sign, ticks
from kaiban.web.presentation.texts import day as a_day
from kaiban.web.presentation.texts import listed, quoted, say
from kaiban.web.service import chosen_links, office

_MB = 1024 * 1024


def install(app: Flask) -> None:
    """Give every template of the app the words for sizes, days and what is owed."""
    app.jinja_env.globals.update(
        at_once=at_once,
        size_of=size,
        due_now=due_now,
        day_of=day_of,
        owed_of=owed_of,
        follows_of=follows_of,
        ticks=ticks,
        sign_of=sign,
        signs_of=lambda about: [sign(each) for each in about],
    )


def owed_of(case: Case) -> list[dict[str, Any]]:
    """What the applicant promised to bring and has not yet."""
    return owed(office(), case)


def follows_of(lapse: str) -> str:
    """What follows when a promise is not kept."""
    return say(LAPSES[Lapse(lapse)])


class Copy(NamedTuple):
    """Another file that is the very same: of which material, its name, and which of its files; 0 for the only one."""

    title: str
    name: str
    number: int

    @property
    def numbered(self) -> str:
        """Its material, and which of its files where there are several."""
        return f"{say(self.title)} {self.number or ''}".strip()


@dataclass(frozen=True)
class Shelf:
    """One material: what it is, the files brought for it, or the promise to bring it; ``copies``: by the id of a file, the others that are the very same."""

    wanted: Wanted
    files: tuple[Material, ...] = ()
    promise: Material | None = None
    copies: Mapping[str, tuple["Copy", ...]] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """One of `written`, `there`, `promised`, `part` (not of every person), `missing`."""
        if self.wanted.produced:
            return "written"
        if self.files and not self.without:
            return "there"
        if self.promise:
            return "promised"
        return "part" if self.files else "missing"

    @property
    def without(self) -> list[Person]:
        """The persons of whom nothing has come."""
        return without(self.wanted, self.files)

    @property
    def persons(self) -> tuple[Person, ...]:
        """Whose it must be; nobody where it is not of persons or the form names none yet."""
        return self.wanted.persons or ()

    def whose(self, file: Material) -> str:
        """Who is on a file, by name; "" where nobody was asked."""
        return names(self.persons, file.about or ())

    def copied(self, file: Material) -> str:
        """Which files of which materials are the very same, in quotation marks; "" where none is."""
        return listed(
            say(
                "%(material)s里的%(file)s",
                material=quoted([say(each.title)]),
                file=quoted([each.name]),
            )
            for each in self.copies.get(file.id, ())
        )

    def copied_unnamed(self, file: Material) -> str:
        """The same as staff read of files: what an applicant calls one may name anybody, so its number says which."""
        return quoted(each.numbered for each in self.copies.get(file.id, ()))

    @property
    def may_follow(self) -> bool:
        """Whether the city lets it be brought later."""
        return self.wanted.key in office().city.materials.deferral.keys

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return anchor(self.wanted.key)

    @property
    def is_wanted(self) -> bool:
        """Whether the form, as it is, still calls for it."""
        return bool(self.wanted.departments)

    @property
    def readers(self) -> str:
        """Whom the system sends it to, by the titles of the links."""
        return self._titles(takes_files=True)

    @property
    def lookers(self) -> str:
        """Who wants to see it but is sent no files."""
        return self._titles(takes_files=False)

    def _titles(self, *, takes_files: bool) -> str:
        departments = office().departments
        links = [
            each
            for each in departments.names
            if each in self.wanted.departments and departments.takes_files(each) is takes_files
        ]
        return listed(say(spec.title) for spec in departments.specs(links))


def anchor(key: str) -> str:
    """The id of a material on its page."""
    return f"material-{key}"


def wanted_of(filing: Filing) -> list[Wanted]:
    """What the form, as far as it is filled in, calls for."""
    return list(office().form.materials(filing.entry, chosen_links(filing)))


def shelves(filing: Filing) -> list[Shelf]:
    """Every material of the filing; also what was brought before the form changed its mind."""
    return filled(wanted_of(filing), office().materials.listed(Holder(filing.id)))


def filled(wanted: Sequence[Wanted], present: Sequence[Material]) -> list[Shelf]:
    """What is wanted with what is there of it, then what is there although nobody wants it any more."""
    names, keys = office().form.brought(), {one.key for one in wanted}
    there = dict.fromkeys(one.key for one in present if not one.commits)
    others = [key for key in there if key not in keys]
    all_of_them = [
        *wanted,
        *(Wanted(key, names.get(key, key), (), produced=False) for key in others),
    ]
    titles = {one.key: one.name for one in all_of_them}
    return [_shelf(one, present, titles) for one in all_of_them]


def _shelf(wanted: Wanted, present: Sequence[Material], titles: Mapping[str, str]) -> Shelf:
    ours = [one for one in present if one.key == wanted.key]
    promise = next((one for one in ours if one.promised), None)
    files = tuple(one for one in ours if not one.promised)
    copies = {
        one.id: tuple(_copy(each, present, titles[each.key]) for each in same_as(one, present))
        for one in files
    }
    return Shelf(wanted, files, promise, copies)


def _copy(file: Material, present: Sequence[Material], title: str) -> Copy:
    beside = [one.id for one in present if one.key == file.key and not one.promised]
    return Copy(title, file.name, beside.index(file.id) + 1 if len(beside) > 1 else 0)


def missing(found: Sequence[Shelf]) -> list[Shelf]:
    """What is neither there, whole, nor promised."""
    return [one for one in found if one.state in {"missing", "part"}]


def size(bytes_: int) -> str:
    """A size as people say it: 820 KB, 1.4 MB."""
    return f"{max(bytes_ // 1024, 1)} KB" if bytes_ < _MB else f"{bytes_ / _MB:.1f} MB"


def due_now() -> str:
    """The last day for what is promised, if the filing were submitted at this moment, as people read it."""
    city, now = office().city, office().clock.now()
    hours = city.hall_named(deciding_hall()).hours
    return day_of(city.materials.deferral.due(now, hours))


def day_of(day: date | str) -> str:
    """A day as people read it, also as the domain writes it."""
    return a_day(date.fromisoformat(day) if isinstance(day, str) else day)
