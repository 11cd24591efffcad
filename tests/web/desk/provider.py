"""A small OpenID Connect provider, written with Authlib's server side: real codes, real tokens, real keys."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, request
from joserfc.jwk import RSAKey

from tests.serving import serve

CLIENT, SECRET = "kaiban", "a-secret-of-the-tests-and-nobody-else"


@dataclass
class Client(ClientMixin):
    back: str

    def get_client_id(self):
        return CLIENT

    def get_default_redirect_uri(self):
        return self.back

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == self.back

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


@dataclass
class Code:
    code: str
    redirect_uri: str
    scope: str
    nonce: str
    user: str
    code_challenge: str
    code_challenge_method: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return ["pwd", "otp"]


class Provider:
    """Whoever is ``user`` signs in; what it then says can be bent: ``claims`` go over what is true, ``key`` signs."""

    def __init__(self):
        self.user, self.claims, self.codes, self.prompts = "nobody", {}, {}, []
        self.published = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256"})
        self.key, self.issuer, self.back = self.published, "", ""

    def app(self):
        app = Flask("provider")
        server = AuthorizationServer(app, lambda _: Client(self.back), lambda *_: None)
        identity = Identity(self)
        server.register_grant(_grant_of(self), [identity, CodeChallenge(required=True)])
        app.add_url_rule("/.well-known/openid-configuration", "metadata", self.metadata)
        app.add_url_rule("/keys", "keys", self.keys)
        app.add_url_rule("/authorize", "authorize", lambda: self.authorize(server))
        app.add_url_rule("/token", "token", server.create_token_response, methods=["POST"])
        return app

    def metadata(self):
        return jsonify(
            issuer=self.issuer, authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token", jwks_uri=f"{self.issuer}/keys",
        )  # fmt: skip

    def keys(self):
        return jsonify(keys=[self.published.as_dict(private=False)])

    def authorize(self, server):
        self.prompts.append(request.args.get("prompt", ""))
        grant = server.get_consent_grant(end_user=self.user)
        return server.create_authorization_response(grant_user=self.user, grant=grant)


def _grant_of(provider):
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code, request):
            told, payload = request.payload.data, request.payload
            provider.codes[code] = Code(
                code, payload.redirect_uri, payload.scope, told.get("nonce"), request.user,
                told.get("code_challenge"), told.get("code_challenge_method"),
            )  # fmt: skip

        def query_authorization_code(self, code, client):
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code):
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code):
            return authorization_code.user

    return CodeGrant


class Identity(OpenIDCode):
    """What is said of whoever signed in."""

    def __init__(self, provider):
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce, request):
        return False

    def resolve_client_private_key(self, client):
        return self.provider.key

    def get_client_algorithm(self, client):
        return "RS256"

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": "k1"}

    def get_compatible_claims(self, request):
        now = int(time.time())
        return {"iss": self.provider.issuer, "aud": [CLIENT], "iat": now, "exp": now + 300}

    def generate_user_info(self, user, scope):
        return UserInfo(**{"sub": user, "preferred_username": user, **self.provider.claims})


@contextmanager
def providing():
    provider = Provider()
    with serve(provider.app()) as address:
        provider.issuer = address
        yield provider
