"""What day it is: Beijing's, wherever the programs run."""

import re
from datetime import UTC, datetime, time

from adapters.hall.clock import RealClock
from adapters.kit.check import Check
from adapters.kit.demanding import demand, raised, told
from adapters.kit.rig.arrivals import asked_of
from adapters.kit.rig.away import Away
from adapters.kit.rig.stand import Stand
from kaiban.ports import NotFound

#: Half past midnight in Beijing, the day before by UTC.
AFTER_MIDNIGHT = time(16, 30, tzinfo=UTC)


def the_day_is_beijings(stand: Stand) -> None:
    """S38."""
    stand.go_before()
    now = RealClock().now()
    stand.wire = Away(RealClock(), datetime.combine(now.date(), AFTER_MIDNIGHT) - now)
    stand.restart()
    stand.adapter = adapter = stand.new_adapter()
    ready = stand.prepared()
    since = len(stand.stub.store.journal())
    outcome = raised(stand.submit, ready, adapter)
    asked = raised(adapter.query, ready.ref)
    demand(
        not isinstance(asked, NotFound), f"sent after midnight as {told(outcome)}, it is not found"
    )
    yesterday = f"{stand.wire.now().astimezone(UTC):%Y%m%d}"
    wrong = [name for name, text in asked_of(stand, since).items() if _says_day(text, yesterday)]
    demand(
        not wrong, f"half an hour after midnight in Beijing {wrong[:3]} still say the day before"
    )


CHECKS = (Check("S38", "报文里的日子是北京的日子", "silver", the_day_is_beijings),)


# --- private ------------------------------------------------------------------------------------


def _says_day(text: str, day: str) -> bool:
    if re.search(r"Z$|[+-]00:?00$", text.strip()):
        return False
    return day in text or f"{day[:4]}-{day[4:6]}-{day[6:]}" in text
