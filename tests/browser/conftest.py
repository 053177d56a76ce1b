"""A real Chromium. What a page asks for and complains about is judged after each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    StorageState,
    expect,
    sync_playwright,
)

from tests.people import PASSWORD

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Record:
    """What happened on a page: hosts asked, errors shown, answers refused."""

    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        """Note whom the page asks. data: and blob: leave nothing."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob"):
            self.hosts.add(parts.hostname or "")

    def response(self, response: Response) -> None:
        """Note what the server would not give."""
        if response.status >= 400:
            self.refused.append(f"{response.status} {response.url}")

    def console(self, message: ConsoleMessage) -> None:
        """Note complaints."""
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


def _executable() -> str:
    named = os.environ.get("AID_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.fail("no Chromium: install the package chromium, or name one in AID_CHROMIUM")
    return found


@pytest.fixture(scope="module")
def browser(server_url: str, empty_server_url: str) -> Iterator[Browser]:
    """A browser for the tests of one file.

    It comes after the servers and goes with its file: while it runs, no other event loop can.
    """
    executable = _executable()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def record() -> Record:
    """The test's record."""
    return Record()


@pytest.fixture
def page_as(browser: Browser, record: Record) -> Iterator[Callable[..., Page]]:
    """Opens a fresh page of a server at 1280 × 900 for an account, or for nobody (None).

    Fails in the end if a page asked a foreign host or complained.
    """
    contexts: list[BrowserContext] = []

    def open_(base: str, name: str | None = "office") -> Page:
        state = _signed_in(browser, base, name) if name else None
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="zh-CN", storage_state=state)
        contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE_MS)
        opened.on("request", record.request)
        opened.on("response", record.response)
        opened.on("console", record.console)
        opened.on("pageerror", lambda error: record.errors.append(str(error)))
        return opened

    yield open_
    for context in contexts:
        context.close()
    assert record.hosts <= {"127.0.0.1"}
    assert record.errors == []
    assert record.refused == []


@pytest.fixture
def page(page_as: Callable[..., Page], server_url: str) -> Page:
    """A page of the shared server, as the office."""
    return page_as(server_url)


_SIGNED_IN: dict[tuple[str, str], StorageState] = {}
"""What a browser keeps once an account has signed in to a server by the form; cookies know no port,
so there is one for each."""


def _signed_in(browser: Browser, base: str, name: str) -> StorageState:
    if (base, name) not in _SIGNED_IN:
        context = browser.new_context()
        opened = context.new_page()
        fill_in(opened, base, name)
        opened.wait_for_url(f"{base}/dashboards/**")
        _SIGNED_IN[base, name] = context.storage_state()
        context.close()
    return _SIGNED_IN[base, name]


def fill_in(opened: Page, base: str, name: str, password: str = PASSWORD) -> None:
    """Sign in, or try to, by the form."""
    opened.goto(f"{base}/login")
    opened.fill("#name", name)
    opened.fill("#password", password)
    opened.click("button[type=submit]")


@pytest.fixture
def shot(page: Page) -> Callable[[str], None]:
    """Saves a picture of the whole page where AID_SHOTS names a folder."""
    folder = os.environ.get("AID_SHOTS")

    def save(name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return save
