"""What a city must know to reach its registrar."""

from marshmallow import ValidationError, fields

from adapters.base import BaseSettings
from adapters.wire.sm2 import Sm2Signer, Sm2Verifier


def _signing_key(pem: str) -> None:
    _tried(Sm2Signer, pem)


def _department_key(pem: str) -> None:
    _tried(Sm2Verifier, pem)


def _tried(kind: type[Sm2Signer] | type[Sm2Verifier], pem: str) -> None:
    try:
        kind(pem)
    except ValueError as error:
        raise ValidationError("no SM2 key") from error


class RegistrationSettings(BaseSettings):
    """``private_key`` (PKCS#8) is ours, ``department_key`` theirs; both SM2 in PEM."""

    app_key = fields.String(required=True)
    private_key = fields.String(required=True, validate=_signing_key, metadata={"secret": True})
    department_key = fields.String(required=True, validate=_department_key)
