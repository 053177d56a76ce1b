"""Signing in with a city's identity provider: a real provider in a process of its own."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.access.roles import Role
from aid.accounts.service import NewAccount, add_account, disable_account
from aid.audit.service import Asker
from tests.conftest import Peopled, as_app, copied, free_port, patient, server, serving

CLIENT = {"AID_OIDC_CLIENT_ID": "aid", "AID_OIDC_CLIENT_SECRET": "only-for-tests"}
_ASKER = Asker("tests")


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider that insists on a nonce and knows a few people."""
    port = free_port()
    log = (tmp_path_factory.mktemp("provider") / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce",
         "--user", "zhang", "--user", "gone", "--user", "keeper", "--user", "stranger"],
        stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        _await(f"{base}/.well-known/openid-configuration")
        yield base
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _await(address: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")


@pytest.fixture(scope="module")
def base(
    admin_url: URL, inhabited: Peopled, issuer: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server whose provider this is, with accounts of people it knows."""
    with copied(admin_url, inhabited.name) as name:
        asyncio.run(_known_to(issuer, as_app(admin_url, name)))
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("serve"),
                     AID_OIDC_ISSUER=issuer, AID_TOTP_ROLES="system_admin", **CLIENT) as found:
            yield found


async def _known_to(issuer: str, url: str) -> None:
    database = patient(url)
    await database.open()
    try:
        async with database.writing(gate("tests")) as session:
            for subject, role in (("zhang", Role.LEADER), ("gone", Role.LEADER),
                                  ("keeper", Role.SYSTEM_ADMIN)):
                account = await add_account(session, NewAccount(
                    name=f"by-{subject}", role=role, display_name=subject, issuer=issuer,
                    subject=subject), asker=_ASKER)
                if subject == "gone":
                    await disable_account(session, account, asker=_ASKER)
    finally:
        await database.close()


class Browser(httpx.Client):
    """A browser with its cookies, that follows no redirect by itself."""

    def to_provider(self, base: str, then: str = "") -> str:
        """Leave for the provider; the address of its form."""
        answer = self.get(f"{base}/login/provider{then}")
        assert answer.status_code == 302
        return answer.headers["location"]

    def confirm(self, form: str, subject: str, **more: str) -> str:
        """Fill in the provider's form; the address it sends back to."""
        answer = self.post(form, data={"sub": subject, **more})
        assert answer.status_code == 302
        return answer.headers["location"]


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A fresh one."""
    with Browser(timeout=30) as opened:
        yield opened


def test_who_the_provider_confirms_is_in(base: str, browser: Browser) -> None:
    """With the account that bears the identity, at the page that was asked for."""
    back = browser.confirm(browser.to_provider(base, "?next=/dashboards/plan"), "zhang")
    came = browser.get(back)
    assert (came.status_code, came.headers["location"]) == (303, "/dashboards/plan")
    assert browser.get(f"{base}/dashboards/plan").status_code == 200
    assert "by-zhang" in browser.get(f"{base}/password").text or \
        "zhang" in browser.get(f"{base}/password").text


def test_the_question_is_asked_as_the_standard_wants(base: str, browser: Browser) -> None:
    """Code flow, with state, nonce and a challenge; the cookie is sealed and for scripts unseen."""
    asked = parse_qs(urlsplit(browser.to_provider(base)).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 16 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [f"{base}/login/provider/back"]
    kept = browser.get(f"{base}/login/provider").headers["set-cookie"]
    assert "HttpOnly" in kept
    assert asked["state"][0] not in kept


@pytest.mark.parametrize("subject", ["stranger", "gone"])
def test_a_confirmed_stranger_stays_outside(base: str, browser: Browser, subject: str) -> None:
    """No account is made, a disabled one is not opened, and both are told the same."""
    came = browser.get(browser.confirm(browser.to_provider(base), subject))
    assert came.status_code == 422
    assert "没有与之对应的可用账户" in came.text
    assert "aid-session" not in browser.cookies
    assert browser.get(f"{base}/dashboards/").headers["location"].startswith("/login")


def test_an_answer_to_another_browser_s_question_is_refused(base: str) -> None:
    """Nobody can be made to come in as somebody else."""
    with Browser(timeout=30) as asking, Browser(timeout=30) as other:
        back = asking.confirm(asking.to_provider(base), "zhang")
        assert other.get(back).status_code == 422  # no question at all
        other.to_provider(base)
        assert other.get(back).status_code == 422  # another question
        assert "aid-session" not in other.cookies


def test_an_answer_is_good_once(base: str, browser: Browser) -> None:
    """Coming back a second time with the same code opens nothing."""
    back = browser.confirm(browser.to_provider(base), "zhang")
    assert browser.get(back).status_code == 303
    with Browser(timeout=30) as later:
        assert later.get(back).status_code == 422


def test_a_refusal_at_the_provider_is_said(base: str, browser: Browser) -> None:
    """Whoever declines there is back at the sign-in page."""
    back = browser.confirm(browser.to_provider(base), "zhang", action="deny")
    came = browser.get(back)
    assert came.status_code == 422
    assert "未确认您的身份" in came.text


def test_altered_answers_are_refused(base: str, browser: Browser) -> None:
    """A code or a state of somebody's making."""
    back = browser.confirm(browser.to_provider(base), "zhang")
    for wrong in ("?code=x&state=y", "?state=y", "?error=server_error", "",
                  f"?code=x&state={parse_qs(urlsplit(back).query)['state'][0]}"):
        browser.to_provider(base)
        assert browser.get(f"{base}/login/provider/back{wrong}").status_code == 422


def test_a_second_factor_is_asked_for_as_after_a_password(base: str, browser: Browser) -> None:
    """The role's setting holds whichever way one came."""
    came = browser.get(browser.confirm(browser.to_provider(base), "keeper"))
    assert (came.status_code, came.headers["location"]) == (303, "/second-factor")
    there = browser.get(f"{base}/dashboards/")
    assert there.headers["location"].startswith("/second-factor")


def test_no_way_out_of_here_afterwards(base: str, browser: Browser) -> None:
    """`next` leads to pages of ours only."""
    form = browser.to_provider(base, "?next=https://evil.example/")
    came = browser.get(browser.confirm(form, "zhang"))
    assert came.headers["location"] == "/dashboards/"


def test_without_a_provider_there_is_no_such_way(server_url: str) -> None:
    """Nor a button for it."""
    assert httpx.get(f"{server_url}/login/provider").status_code == 404
    assert "/login/provider" not in httpx.get(f"{server_url}/login").text


def test_a_silent_provider_is_said_plainly(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """And the password still works."""
    silent = f"http://127.0.0.1:{free_port()}"
    with server(admin_url, inhabited, tmp_path, AID_OIDC_ISSUER=silent, **CLIENT) as base:
        answer = httpx.get(f"{base}/login/provider")
        assert answer.status_code == 422
        assert "没有应答" in answer.text
        assert 'name="password"' in answer.text


def test_a_provider_in_the_clear_is_refused_at_start(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """Identities over plain http could be anybody's."""
    with pytest.raises(RuntimeError, match="https"):
        with server(admin_url, inhabited, tmp_path,
                    AID_OIDC_ISSUER="http://sso.example.gov.cn", **CLIENT):
            pass
