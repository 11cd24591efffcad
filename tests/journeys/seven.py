"""One case in a city of seven departments; run by test_seventh_department.py in its own process.

Prints what an outsider sees of it as one JSON document.
"""

import json
import tempfile
from pathlib import Path

import click

from kaiban.app import set_up_log
from tests.journeys.city import playing

SECTION = {"scheme": "职工医保"}
LINKS = ("registration", "medical_insurance")


def main():
    set_up_log("json")  # to stderr: stdout is for the document
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/kaiban.db"
        with playing(Path(folder), url, pace=20, prints=True) as city:
            click.echo(json.dumps(_seen(city), ensure_ascii=False))


def _seen(city):
    lacking = city.hand_in(city.form(), *LINKS)
    no = city.submit({**city.form(), "medical_insurance": SECTION}, *LINKS)
    at_first = city.link(no, "medical_insurance")
    return {
        "hall": city.hall.names,
        "departments": city.ask("GET", "/departments")["departments"],
        "sections": list(city.ask("GET", "/form")["properties"]),
        "lacking": lacking.json()["errors"],
        "at_first": at_first,
        "case": city.follow(no),
        "package": json.loads(city.package(no, "json")),
        "commits": [(each.department, each.step) for each in city.hall.commits()],
    }


if __name__ == "__main__":
    main()
