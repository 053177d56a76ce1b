"""To the city's identity provider and back: the two addresses of signing in there."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aid.accounts.identity import sign_in_with_identity
from aid.accounts.session_rows import Entered
from aid.accounts.sessions import SignInRefused
from aid.edge.addresses import HOME, next_page
from aid.edge.authentication import client_address
from aid.edge.pages import SignInPages
from aid.edge.provider import BACK, COOKIE, LEAVE, Provider, ProviderRefused
from aid.edge.setup import Edge
from aid.text import Text


def provider_routes(edge: Edge, pages: SignInPages) -> list[Route]:
    """The routes; none when no provider is set."""
    provider = edge.provider
    if provider is None:
        return []

    async def leave(request: Request) -> Response:
        try:
            return await provider.leave(
                request, back=_origin(edge, request) + BACK, secure=edge.public_url is not None,
                then=next_page(request, edge.table))
        except ProviderRefused as refused:
            return pages.login_form(request, refused)

    async def back(request: Request) -> Response:
        try:
            subject, then = await provider.subject(request)
            entered = await _enter(edge, provider, subject, request)
        except ProviderRefused as refused:
            answer = pages.login_form(_asking(request, "/login", HOME), refused)
        else:
            answer = await pages.entered(_asking(request, BACK, then), entered)
        answer.delete_cookie(COOKIE, path="/login")
        return answer

    return [Route(LEAVE, leave), Route(BACK, back)]


async def _enter(edge: Edge, provider: Provider, subject: str, request: Request) -> Entered:
    try:
        return await sign_in_with_identity(
            edge.database, issuer=provider.issuer, subject=subject,
            address=client_address(request.scope), agent=request.headers.get("user-agent"),
            totp_roles=edge.totp_roles, demo=edge.demo)
    except SignInRefused:
        raise ProviderRefused(Text(
            "您的身份已确认，但本系统没有与之对应的可用账户：请联系系统管理员。",
            "Your identity is confirmed, but no active account here belongs to it: ask the system "
            "administrator.")) from None


def _asking(request: Request, path: str, then: str) -> Request:
    """The request as if it had named where to go on to, which the provider does not bring back."""
    query = urlencode({"next": then}).encode() if then != HOME else b""
    return Request({**request.scope, "path": path, "query_string": query})


def _origin(edge: Edge, request: Request) -> str:
    return edge.public_url or f"{request.url.scheme}://{request.url.netloc}"
