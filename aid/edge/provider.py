"""Signing in with the city's own identity provider (OpenID Connect, code flow with PKCE).

authlib speaks the protocol and checks the identity token. What has to be remembered until the
browser comes back (state, nonce, verifier, where to go) travels in an encrypted cookie that holds
for ten minutes, so any process of the server can finish what another began.
"""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from aid.errors import AidError
from aid.secrets import Keys, Unreadable
from aid.settings import Settings
from aid.text import Text

log = structlog.get_logger()

COOKIE = "aid-provider"
LEAVE, BACK = "/login/provider", "/login/provider/back"
MINUTES = 10


class ProviderRefused(AidError):
    """The identity provider did not say who somebody is, or nobody here knows them."""

    code = "PROVIDER_REFUSED"


class UnsafeProvider(AidError):
    """An identity provider that is spoken to in the clear."""

    code = "UNSAFE_PROVIDER"


class Provider:
    """The provider of the settings."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        issuer, client = settings.oidc_issuer, settings.oidc_client_id
        if not issuer or not client:
            raise ValueError("no provider is set")
        if urlsplit(issuer).scheme != "https" and not _is_loopback(urlsplit(issuer).hostname):
            raise UnsafeProvider(Text(
                f"AID_OIDC_ISSUER 必须使用 https：{issuer}",
                f"AID_OIDC_ISSUER must be an https address: {issuer}"))
        self.issuer, self._keys = issuer, keys
        secret = settings.oidc_client_secret
        self._client = OAuth().register(
            "provider", client_id=client,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": 10},
        )

    async def leave(self, request: Request, *, back: str, then: str, secure: bool) -> Response:
        """The way to the provider; `then` is where to go once signed in.

        Raises ProviderRefused when the provider does not answer.
        """
        memory: dict[str, Any] = {}
        request.scope["session"] = memory
        try:
            answer: Response = await self._client.authorize_redirect(request, back)
        except (httpx2.HTTPError, ValueError, OAuthError) as failure:
            raise _silent(failure) from failure
        kept = self._keys.encrypt(json.dumps({"memory": memory, "then": then}))
        answer.set_cookie(COOKIE, kept, max_age=MINUTES * 60, path="/login", secure=secure,
                          httponly=True, samesite="lax")
        return answer

    async def subject(self, request: Request) -> tuple[str, str]:
        """Who came back, as the provider calls them, and where they wanted to go.

        Raises ProviderRefused when the answer does not belong to this browser's question, was
        refused, or does not verify.
        """
        kept = self._remembered(request)
        request.scope["session"] = kept["memory"]
        try:
            token = await self._client.authorize_access_token(
                request, claims_options={"iss": {"essential": True, "values": [self.issuer]},
                                         "sub": {"essential": True}})
        except (OAuthError, JoseError) as failure:
            log.warning("provider_refused", error=str(failure))
            raise ProviderRefused(Text(
                "身份认证平台未确认您的身份，请重新登录。",
                "The identity provider did not confirm who you are: sign in again.")) from failure
        except (httpx2.HTTPError, ValueError) as failure:
            raise _silent(failure) from failure
        told = token.get("userinfo")
        if not told:
            raise ProviderRefused(Text(
                "身份认证平台没有返回身份令牌。", "The identity provider sent no identity token."))
        return str(told["sub"]), str(kept["then"])

    def _remembered(self, request: Request) -> dict[str, Any]:
        try:
            kept = self._keys.decrypt(request.cookies.get(COOKIE, ""), minutes=MINUTES)
        except Unreadable:
            raise ProviderRefused(Text(
                f"登录须在{MINUTES}分钟内、用同一浏览器完成，请重新登录。",
                f"Signing in has to be finished in the same browser within {MINUTES} minutes: "
                "begin again.")) from None
        found: dict[str, Any] = json.loads(kept)
        return found


def _silent(failure: Exception) -> ProviderRefused:
    log.error("provider_unreachable", exc_info=failure)
    return ProviderRefused(Text(
        "身份认证平台没有应答，请稍后再试或用密码登录。",
        "The identity provider does not answer: try again later, or use your password."))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
