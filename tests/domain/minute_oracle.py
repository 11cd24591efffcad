"""An independent count of hall minutes: 2025 to 2027 written out minute by minute.

It shares nothing with kaiban.domain.hours.clock: the days off are typed in from the State Council's notices, hall time is
UTC plus 480 minutes, and opening hours are compared as text. The price is a long list; the gain is that a wrong rule
there is not wrong here too.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

BEGINNING = datetime(2024, 12, 31, 16, 0, tzinfo=UTC)  # midnight in the hall
DAYS = 3 * 365

# 国办发明电〔2024〕12号 and 〔2025〕7号. No notice of 2027 is known: there only what the law fixes is off.
DAYS_OFF = {
    "2025-01-01", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04",
    "2025-04-04", "2025-04-05", "2025-04-06", "2025-05-01", "2025-05-02", "2025-05-03", "2025-05-04", "2025-05-05",
    "2025-05-31", "2025-06-01", "2025-06-02",
    "2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04", "2025-10-05", "2025-10-06", "2025-10-07", "2025-10-08",
    "2026-01-01", "2026-01-02", "2026-01-03",
    "2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23",
    "2026-04-04", "2026-04-05", "2026-04-06", "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05",
    "2026-06-19", "2026-06-20", "2026-06-21", "2026-09-25", "2026-09-26", "2026-09-27",
    "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07",
    "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03",
}  # fmt: skip
MAKE_UP_DAYS = {
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
}  # fmt: skip


CLOCKS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]


def _is_day_of_work(day):
    text = day.strftime("%Y-%m-%d")
    if text in MAKE_UP_DAYS:
        return True
    return text not in DAYS_OFF and day.strftime("%A") not in {"Saturday", "Sunday"}


@cache
def open_minutes():
    """One byte for each minute since BEGINNING: 1 while the hall is open."""
    minutes = bytearray()
    for number in range(DAYS):
        day = (BEGINNING + timedelta(minutes=480)) + timedelta(days=number)
        works = _is_day_of_work(day)
        for clock in CLOCKS:
            minutes.append(works and ("09:00" <= clock < "12:00" or "13:30" <= clock < "17:30"))
    return bytes(minutes)


def minute_number(instant):
    number = int((instant - BEGINNING).total_seconds()) // 60
    assert 0 <= number <= len(open_minutes()), "the oracle does not reach that far"
    return number


def owner_of_minute(number, holdings, order):
    """Say whose a minute is; `holdings` are (first minute, end minute or None, holder)."""
    if not open_minutes()[number]:
        return "closed"
    running = {
        holder
        for first, end, holder in holdings
        if first <= number and (end is None or number < end)
    }
    for holder in ("applicant", "special", "window"):
        if holder in running:
            return holder
    plan = [f"department:{name}" for name in order]
    departments = sorted(holder for holder in running if holder.startswith("department:"))
    departments.sort(key=lambda holder: plan.index(holder) if holder in plan else 99)
    return departments[0] if departments else "platform"
