"""What the processes that give cards and their test have in common."""

from argon2 import PasswordHasher

from kaiban.notifying.staff_wording import StaffWording
from kaiban.storage.encryption.crypto import Keyring
from tests.domain.supervision.test_due import CITY, SHORT, lived, oracle

KEYRING = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
#: As cheap as it gets: nobody's password is at stake.
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
wording = StaffWording("示范市", "https://kaiban.example")

__all__ = ["CITY", "HASHER", "KEYRING", "SHORT", "lived", "oracle", "wording"]
