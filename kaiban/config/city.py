"""A city as the domain needs it, made from its profile; ValueError, TypeError or KeyError for a wrong one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kaiban.config.errors import ConfigError
from kaiban.config.hours import read_hall, read_promise
from kaiban.config.values import days_ahead, known_only, whole_number
from kaiban.domain.cases.cross_region.profile import read_intake_rules
from kaiban.domain.city import City, DeskRules, NoticeRules, Rates
from kaiban.domain.complaint import ComplaintRules
from kaiban.domain.hours.term import Term
from kaiban.domain.notices.catalogue import CATALOGUE, Entry
from kaiban.domain.papers.commitment_profile import read_commitments
from kaiban.domain.papers.material import MaterialRules, UploadLimits
from kaiban.domain.papers.obligation import Deferral, Lapse

#: Working days.
_A_QUARTER = 60
_DEFERRAL = frozenset(
    {"keys", "working_days", "version", "commitment", "earlier", "lapse", "lapses", "reminders"}
)


def read_city(raw: Mapping[str, Any], hall: str) -> City:
    """The city; ``hall`` is the one served here, "" for the first. ConfigError if it has no such hall."""
    halls = {name: read_hall(name, each) for name, each in raw["halls"].items()}
    if hall:
        if hall not in halls:
            raise ConfigError(f"KAIBAN_HALL {hall}: the profile has {', '.join(halls)}")
        halls = {hall: halls[hall], **halls}
    if not (halls and raw["promises"]):
        raise ValueError("at least one hall and one promise")
    usual = next(iter(halls.values())).hours
    promises = {name: read_promise(name, each, usual) for name, each in raw["promises"].items()}
    return City(
        raw["name"],
        raw["title"],
        raw["region"],
        halls,
        promises,
        _materials(raw),
        _fees(raw),
        _rates(raw),
        _notices(raw),
        _complaints(raw),
        _desk(raw),
        read_intake_rules(raw.get("cross_region", ()), halls),
        read_commitments(raw.get("commitments", {})),
        _term("fetching", raw.get("fetching", {})),
    )


def _fees(raw: Mapping[str, Any]) -> dict[str, str]:
    fees = raw.get("fees", {})
    for name, words in fees.items():
        if not isinstance(words, str) or not 0 < len(words.strip()) <= 60:  # noqa: PLR2004 - a line on a phone or two
            raise ValueError(f"fees.{name}: words, at most 60 characters")
    return dict(fees)


def _materials(raw: Mapping[str, Any]) -> MaterialRules:
    asked = dict(raw.get("materials", {}))
    required = asked.pop("required", False)
    if not isinstance(required, bool):
        raise ValueError("materials.required: true or false")  # noqa: TRY004 - as every wrong value here
    # A thousand megabytes at the most.
    found = {
        name: whole_number(f"materials.{name}", each, 1, 1000) for name, each in asked.items()
    }
    limits = UploadLimits(**found)
    return MaterialRules(required, limits, _deferral(raw.get("deferral", {})))


def _rates(raw: Mapping[str, Any]) -> Rates:
    asked = dict(raw.get("rate_limits", {}))
    tokens = asked.pop("tokens", {})
    if not isinstance(tokens, dict):
        raise ValueError("rate_limits.tokens: token = requests a minute")  # noqa: TRY004 - as every wrong value here
    return Rates(**_counts("rate_limits", asked), tokens=_counts("rate_limits.tokens", tokens))


def _counts(table: str, asked: Mapping[str, Any]) -> dict[str, int]:
    # A million is more than one address can do.
    most = 1_000_000
    return {name: whole_number(f"{table}.{name}", each, 1, most) for name, each in asked.items()}


def _notices(raw: Mapping[str, Any]) -> NoticeRules:
    asked = raw.get("notices", {})
    known_only("notices", asked, {"wait_minutes", "hold_minutes", "word", "catalogue", "answer"})
    own = [Entry(**each) for each in asked.get("catalogue", ())]
    word = asked.get("word", NoticeRules.word)
    if not isinstance(word, str) or not 0 < len(word.strip()) <= 20:  # noqa: PLR2004 - it stands in one line
        raise ValueError("notices.word: words, at most 20 characters")
    return NoticeRules(
        _minutes("notices.wait_minutes", asked.get("wait_minutes", 0)),
        _minutes("notices.hold_minutes", asked.get("hold_minutes", 60)),
        word,
        {**CATALOGUE, **{entry.code: entry for entry in own}},
        _term("notices.answer", asked.get("answer", {})),
    )


def _term(place: str, raw: Mapping[str, Any]) -> Term:
    """Without an entry no day is set."""
    known_only(place, raw, {"working_days", "basis", "reminders"})
    if not raw:
        return Term()
    basis = raw.get("basis", "")
    if not isinstance(basis, str) or not basis.strip():
        raise ValueError(f"{place}.basis: words that say where the days come from")
    days = whole_number(f"{place}.working_days", raw.get("working_days"), 1, _A_QUARTER)
    return Term(days, basis.strip(), _reminders(place, raw, Term.reminders))


def _minutes(name: str, value: Any) -> timedelta:
    # A day of the hall is the most: the law's five days are for everything together.
    return timedelta(minutes=whole_number(name, value, 0, 480))


def _complaints(raw: Mapping[str, Any]) -> ComplaintRules:
    asked = raw.get("complaints", {})
    known_only("complaints", asked, {"answer_days", "revisit_days", "contact_days", "basis"})
    for name in ("answer_days", "revisit_days", "contact_days"):
        whole_number(f"complaints.{name}", asked.get(name, 1), 1, _A_QUARTER)
    if not isinstance(asked.get("basis", ""), str):
        raise ValueError("complaints.basis: words")  # noqa: TRY004 - as every wrong value here
    return ComplaintRules(**asked)


def _desk(raw: Mapping[str, Any]) -> DeskRules:
    asked = raw.get("desk", {})
    known_only("desk", asked, {"agent_cases"})
    # Two are many already.
    many = asked.get("agent_cases", DeskRules.agent_cases)
    return DeskRules(whole_number("desk.agent_cases", many, 2, 1000))


def _deferral(raw: Mapping[str, Any]) -> Deferral:
    """Without an entry nothing may follow later; with one, every word of it is needed."""
    if not raw:
        return Deferral()
    days = whole_number("deferral.working_days", raw["working_days"], 1, _A_QUARTER)
    version, keys = str(raw["version"]), frozenset(raw["keys"])
    known_only("deferral", raw, _DEFERRAL)
    if unknown := sorted(raw.get("lapses", {}).keys() - keys):
        raise ValueError(f"deferral.lapses: may not follow later: {', '.join(unknown)}")
    earlier = {str(each["version"]): str(each["commitment"]) for each in raw.get("earlier", ())}
    if version in earlier:
        raise ValueError(
            f"deferral.earlier: {version} is the version of now; other words are a new one"
        )
    return Deferral(
        keys, days, version, str(raw["commitment"]), earlier,
        _lapse("deferral.lapse", raw.get("lapse", Lapse.WINDOW)),
        {key: _lapse(f"deferral.lapses.{key}", each) for key, each in raw.get("lapses", {}).items()},
        _reminders("deferral", raw, Deferral.reminders),
    )  # fmt: skip


def _lapse(name: str, value: Any) -> Lapse:
    if value not in list(Lapse):
        raise ValueError(f"{name}: one of {', '.join(Lapse)}")
    return Lapse(value)


def _reminders(place: str, raw: Mapping[str, Any], usual: tuple[int, ...]) -> tuple[int, ...]:
    # As long as any promise.
    return days_ahead(f"{place}.reminders", raw.get("reminders", list(usual)), 0, 60)
