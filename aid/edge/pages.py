"""The edge's own pages: signing in and out, the own password, the second factor.

Forms without scripts. What is wrong is said beside the form, in plain words. Wherever a session
comes to mean more it gets a new secret, and the browser a new cookie.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from aid.accounts import second_factor, sessions
from aid.accounts.own_password import change_own_password
from aid.accounts.second_factor import AlreadyEnrolled
from aid.accounts.sessions import Entered, SessionOver
from aid.accounts.terms import Stage
from aid.accounts.throttle import TooManyAttempts
from aid.edge import cookies
from aid.edge.addresses import here, in_other_language, kept, next_page
from aid.edge.authentication import client_address, session_of, visitor_of
from aid.edge.html import STATIC, render
from aid.edge.origin import form_of
from aid.edge.refusals import locale_of
from aid.edge.routes import STAGE_PAGE
from aid.edge.setup import Edge
from aid.edge.words import WORDS
from aid.errors import AidError, InputRefused
from aid.text import Locale

_FIELDS = {"password": WORDS["password.new"], "currentPassword": WORDS["password.current"]}


class Differ(AidError):
    """The new password was not typed twice alike."""

    code = "PASSWORDS_DIFFER"


class SignInPages:
    """The pages over one edge."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def routes(self) -> list[Route | Mount]:
        """Where they are."""
        both = ["GET", "POST"]
        return [
            Route("/login", self.login, methods=both),
            Route("/logout", self.logout, methods=both),
            Route("/password", self.password, methods=both),
            Route("/second-factor", self.second_factor, methods=both),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    async def login(self, request: Request) -> Response:
        """A name and a password."""
        if request.method != "POST":
            return self.login_form(request)
        sent = form_of(request.scope)
        try:
            entered = await sessions.sign_in(
                self._edge.database, name=sent.get("name", ""), password=sent.get("password", ""),
                address=client_address(request.scope), agent=request.headers.get("user-agent"),
                totp_roles=self._edge.totp_roles, demo=self._edge.demo)
        except AidError as refused:
            return self.login_form(request, refused, name=sent.get("name", ""))
        return await self.entered(request, entered)

    async def entered(self, request: Request, entered: Entered) -> Response:
        """The answer to whoever has just come in. The browser's former session, if any, ends."""
        former = cookies.cookies_of(request.scope).get(cookies.session_name(self._edge))
        if former:
            await sessions.end_session(
                self._edge.database, former, address=client_address(request.scope))
        return self._onward(request, entered)

    async def logout(self, request: Request) -> Response:
        """Asks first: a link from elsewhere signs nobody out."""
        if request.method != "POST":
            return self._page(request, "logout.html")
        secret = session_of(request.scope)
        if secret:
            await sessions.end_session(
                self._edge.database, secret, address=client_address(request.scope))
        answer = RedirectResponse("/login?left", status_code=303)
        cookies.forget(answer, self._edge)
        return answer

    async def password(self, request: Request) -> Response:
        """Change the own password; also the first that was given by somebody else."""
        refused: AidError | None = None
        visitor = visitor_of(request.scope)
        if request.method == "POST":
            sent = form_of(request.scope)
            try:
                if sent.get("new", "") != sent.get("again", ""):
                    raise Differ(WORDS["password.differ"])
                return self._onward(request, await change_own_password(
                    self._edge.database, visitor, self._secret(request),
                    current=sent.get("current", ""), new=sent.get("new", ""),
                    address=client_address(request.scope)))
            except SessionOver:
                return self._over()
            except AidError as wrong:
                refused = wrong
        return self._page(request, "password.html", refused,
                          must=visitor.stage is Stage.NEW_PASSWORD)

    async def second_factor(self, request: Request) -> Response:
        """Prove the second factor, or set one up."""
        refused: AidError | None = None
        visitor = visitor_of(request.scope)
        if request.method == "POST":
            sent = form_of(request.scope)
            try:
                return self._onward(request, await second_factor.confirm(
                    self._edge.database, self._edge.keys, visitor, self._secret(request),
                    sent.get("code", ""), password=sent.get("password", ""),
                    address=client_address(request.scope)))
            except SessionOver:
                return self._over()
            except AidError as wrong:
                refused = wrong
        if visitor.stage is Stage.SECOND_FACTOR:
            return self._page(request, "second_factor.html", refused)
        try:
            uri = await second_factor.begin(self._edge.database, self._edge.keys, visitor)
        except AlreadyEnrolled:
            return self._page(request, "enrolled.html")
        return self._page(
            request, "enrol.html", refused, qr=_drawn(uri), key=_key(uri),
            password=await second_factor.asks_password(self._edge.database, visitor))

    def login_form(
        self, request: Request, refused: AidError | None = None, name: str = ""
    ) -> Response:
        """The form of /login, and what was wrong."""
        visit = cookies.visit_of(self._edge, request.scope)
        answer = self._page(
            request, "login.html", refused, name=name, left="left" in request.query_params,
            provider=kept(request, "/login/provider") if self._edge.provider else None,
            csrf=cookies.visit_token(self._edge, visit))
        cookies.remember_visit(answer, self._edge, visit)
        return answer

    def _page(
        self, request: Request, template: str, refused: AidError | None = None, **more: Any
    ) -> Response:
        """A page with a form, and what was wrong with what it sent."""
        locale = locale_of(request.scope, self._edge.locale)
        secret = session_of(request.scope)
        if secret:
            more = {"csrf": cookies.csrf_token(self._edge.keys, secret),
                    "visitor": visitor_of(request.scope), **more}
        answer: Response = render(
            template, locale, status=_status(refused), said=_said(refused, locale),
            action=here(request), other=in_other_language(request, locale), **more)
        if isinstance(refused, TooManyAttempts):
            answer.headers["retry-after"] = str(refused.minutes * 60)
        return answer

    def _onward(self, request: Request, entered: Entered) -> Response:
        """To what is still to do, or where the visitor wanted to go."""
        stage = entered.visitor.stage
        where = kept(request, STAGE_PAGE[stage]) if stage in STAGE_PAGE else next_page(
            request, self._edge.table)
        answer = RedirectResponse(where, status_code=303)
        cookies.remember(answer, self._edge, entered.secret)
        return answer

    def _over(self) -> Response:
        answer = RedirectResponse("/login", status_code=303)
        cookies.forget(answer, self._edge)
        return answer

    def _secret(self, request: Request) -> str:
        secret = session_of(request.scope)
        if secret is None:
            raise RuntimeError("a page for browsers was asked with a token")
        return secret


def _status(refused: AidError | None) -> int:
    if refused is None:
        return 200
    return 429 if isinstance(refused, TooManyAttempts) else 422


def _said(refused: AidError | None, locale: Locale) -> list[str]:
    """All that is wrong, a sentence each."""
    if isinstance(refused, InputRefused):
        return [f"{_FIELDS[complaint.field].to(locale)}: {complaint.expected.to(locale)}"
                if complaint.field in _FIELDS else complaint.to(locale)
                for complaint in refused.complaints]
    return [refused.to(locale)] if refused else []


def _drawn(uri: str) -> Markup:
    """The QR code as part of the page. It is made of numbers only."""
    return Markup(segno.make(uri, error="m").svg_inline(border=2, omitsize=True))  # noqa: S704


def _key(uri: str) -> str:
    """The secret of an otpauth address, in groups of four, as people type it."""
    secret = parse_qs(urlsplit(uri).query).get("secret", [""])[0]
    return " ".join(secret[at:at + 4] for at in range(0, len(secret), 4))
