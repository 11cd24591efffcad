"""Sign-in at the city's own provider (统一身份认证): OpenID Connect, authorization code with PKCE.

The provider says who somebody is; whether they have an account here, and what it may do, stays ours.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

#: Seconds for each question to the provider; somebody waits for the page.
PATIENCE = 5
#: Seconds two machines' clocks may differ.
LEEWAY = 60
#: Signatures by a key of the provider's; never "none", never our own secret.
ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "ES512"]
_REQUIRED = ("issuer", "client_id", "client_secret")


class OpenIdError(Exception):
    """The provider did not say who it is: it refused, did not answer, or its answer is not for us."""


class WrongOpenIdSettingsError(ValueError):
    """Settings that cannot work; the message names them."""


@dataclass(frozen=True)
class OpenIdProvider:
    """One provider; ``claim`` is what it calls accounts by, ``back`` the page it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    back: str
    claim: str = "preferred_username"

    @classmethod
    def read(cls, told: Mapping[str, Any], back: str, *, https: bool) -> "OpenIdProvider":
        """From settings; ``https``: nothing else will do. Raises WrongOpenIdSettingsError."""
        missing = [f"openid.{name}" for name in _REQUIRED if not told.get(name)]
        strange = [f"openid.{name}" for name in told if name not in (*_REQUIRED, "claim")]
        if missing or strange:
            raise WrongOpenIdSettingsError(
                ", ".join((*missing, *strange)) + ": missing, or unknown"
            )
        if https and not told["issuer"].startswith("https://"):
            raise WrongOpenIdSettingsError("openid.issuer: an https address")
        return cls(**told, back=back)

    def begin(self, *, anew: bool) -> tuple[str, dict[str, str]]:
        """Where to send somebody, and what to remember meanwhile; ``anew``: they must prove it once more."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        more = {"prompt": "login"} if anew else {}
        with self._session() as session:
            where = self._metadata(session)["authorization_endpoint"]
            url, state = session.create_authorization_url(
                where, code_verifier=verifier, nonce=nonce, **more
            )
        return url, {"state": state, "nonce": nonce, "verifier": verifier}

    def finish(self, code: str, begun: Mapping[str, str]) -> str:
        """Who it was, as the provider calls them; raises OpenIdError."""
        with self._session() as session:
            metadata = self._metadata(session)
            try:
                token = session.fetch_token(
                    metadata["token_endpoint"], code=code, grant_type="authorization_code",
                    code_verifier=begun["verifier"], timeout=PATIENCE,
                )  # fmt: skip
                keys = session.get(metadata["jwks_uri"], withhold_token=True, timeout=PATIENCE)
                return self._who(token["id_token"], keys.json(), begun["nonce"])
            except (OAuthError, JoseError, RequestException, KeyError, ValueError) as error:
                raise OpenIdError(type(error).__name__) from error

    def _who(self, told: str, keys: Any, nonce: str) -> str:
        token = jwt.decode(told, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        options: Any = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        params = {"nonce": nonce, "client_id": self.client_id}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(leeway=LEEWAY)
        return str(claims[self.claim])

    def _metadata(self, session: OAuth2Session) -> Mapping[str, Any]:
        where = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = session.get(where, withhold_token=True, timeout=PATIENCE).json()
            if found["issuer"] != self.issuer:
                raise OpenIdError("issuer")
            return dict(found)
        except (RequestException, KeyError, ValueError) as error:
            raise OpenIdError(type(error).__name__) from error

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(
            self.client_id, self.client_secret, scope="openid profile",
            redirect_uri=self.back, code_challenge_method="S256",
        )  # fmt: skip
        session.trust_env = False
        session.max_redirects = 0
        return session
