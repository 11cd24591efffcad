"""A department that hangs at every call keeps its own link waiting; the other five know nothing of it."""

import pytest

from adapters.hall.fault_injection.faults import fault
from kaiban.storage.places import places
from tests.city import ENDED, SERVE
from tests.waiting import until

#: It takes one call at a time, so two cases are more than it has places for.
HANGING = "social_insurance"


@pytest.mark.timeout(300)
def test_a_department_that_hangs_delays_only_its_own_link(found):
    city = found()
    city.start(*SERVE)
    city.wait_until_ready()
    city.hall.stub(HANGING).mischief.add(fault({"do": "hang", "at": "before-parse"}))
    numbers = [city.handed_in(seed) for seed in range(3)]

    def others(no):
        links = city.kaiban.cases.read(no).links
        return {link.state.value for link in links if link.name != HANGING}

    until(lambda: all(others(no) == {"done"} for no in numbers), 200, city.log)
    hanging = [city.kaiban.cases.read(no).link(HANGING) for no in numbers]
    assert not any(link.submitted_at for link in hanging)
    assert not any(link.finished for link in hanging)


@pytest.mark.timeout(300)
def test_who_finds_every_place_with_a_department_taken_by_others_waits_and_does_the_rest(
    found, database_url
):
    city = found(database_url)
    others = places(city.kaiban.database, city.folder / "places" / "departments", {HANGING: 1})
    give_back = others.take(HANGING)
    city.start(*SERVE)
    city.wait_until_ready()
    no = city.handed_in(1, ["registration", "seal", HANGING])

    def case():
        return city.kaiban.cases.read(no)

    until(lambda: case().link("seal").finished, 200, city.log)
    assert not any(step.sent for step in case().link(HANGING).steps)
    give_back()
    until(lambda: case().state.value in ENDED, 200, city.log)
    assert case().link(HANGING).finished
    others.close()
