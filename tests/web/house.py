"""The city's pages served once more, with the pretended gateway for short messages."""

import re
from contextlib import contextmanager
from datetime import timedelta

import requests

from adapters.hall import Hall
from kaiban.app import Kaiban
from kaiban.notifying.texts import gateway
from tests.serving import serve

PHONE = "13800000000"


class Wall:
    """Real time, as far as the pages can tell."""

    def __init__(self, clock):
        self.clock, self.later = clock, timedelta()

    def now(self):
        return self.clock.now() + self.later

    def pass_by(self, **span):
        self.later += timedelta(**span)


class House:
    """The city's pages with a gateway; what it takes can be read."""

    def __init__(self, address, hall, wall, kaiban):
        self.address, self.hall, self.wall, self.kaiban = address, hall, wall, kaiban

    def messages(self, phone=PHONE):
        """Return every message for the phone, the latest first."""
        http = requests.Session()
        http.trust_env = False
        found = http.get(f"{self.hall.admin_url}/sms", timeout=60).json()
        http.close()
        return [each["text"] for each in found if each["to"] == phone]

    def digits_to(self, phone):
        return re.search(r"[0-9]{6}", self.messages(phone)[0])[0]

    def send(self):
        """Carry on what is to be told of forms; how many messages that was."""
        return sum(self.kaiban.relays["filings"]() for _ in range(9))

    def digits(self):
        return re.search(r"[0-9]{6}", self.messages()[0])[0]


@contextmanager
def house(city):
    """Serve the city's pages a second time, with a gateway and a clock of their own."""
    with Hall(only=(), admin=True, manual=True, ports="free") as hall:
        environ = dict(city.kaiban.environ)
        kaiban = Kaiban(environ)
        kaiban.clock, kaiban.engine = city.kaiban.clock, city.kaiban.engine
        kaiban.hasher = city.kaiban.hasher
        kaiban.wall = wall = Wall(kaiban.wall)
        kaiban.text_gateway = kaiban.texts = gateway("http", hall.texts_settings(), wall)
        with serve(kaiban.web()) as address:
            yield House(address, hall, wall, kaiban)
        kaiban.database.close()
