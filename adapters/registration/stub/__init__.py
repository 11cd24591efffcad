"""The pretended registrar, in code of its own: nothing here is shared with the adapter."""

from adapters.registration.stub.registrar import RegistrationStub

__all__ = ["RegistrationStub"]
