"""A careful eye: goes from page to page as a visitor does, and says what it finds wrong there."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Record

HERE = Path(__file__).parent
SETTLED = """() => {
    const content = document.querySelector("#content");
    return Boolean(content) && window.drawnAddress === window.location.href &&
        !document.querySelector("#later-waiting") &&
        [...document.querySelectorAll("[data-figure]")].every(
            one => one.drawn === one.dataset.figure);
}"""
FITTED = """() => [...document.querySelectorAll(".js-plotly-plot")].every(chart =>
    Math.abs(chart.querySelector(".main-svg").clientWidth - chart.clientWidth) <= 1)"""
FOLLOW = """() => document.addEventListener("aid:drawn", () => {
    window.setTimeout(() => { window.drawnAddress = window.location.href; }, 0);
})"""
TURN = """address => {
    history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
}"""
WORST = ("serious", "critical")


@cache
def _said(name: str) -> str:
    return (HERE / name).read_text()


@dataclass
class Looking:
    """A page of a browser, what it recorded, and the complaints so far."""

    page: Page
    base: str
    record: Record
    complaints: list[str] = field(default_factory=list)
    pages: int = 0

    def begin(self) -> None:
        """Open the first document; from here on pages are turned within it, as by links."""
        self.page.goto(f"{self.base}/dashboards/")
        expect(self.page.locator("#content")).to_be_visible()
        self.page.evaluate(FOLLOW)
        self.page.evaluate(_said("axe/axe.min.js") + ";0")

    def turn(self, path: str, language: str, width: int) -> None:
        """Go to a page and wait until all of it is drawn."""
        self.page.set_viewport_size({"width": width, "height": 900 if width > 400 else 844})
        address = f"/dashboards/{path}{'&' if '?' in path else '?'}lang={language}"
        self.page.evaluate(TURN, address)
        self.settle(address)

    def narrow(self, width: int) -> None:
        """The same page in another width."""
        self.page.set_viewport_size({"width": width, "height": 844})
        for _ in range(60):
            self.page.wait_for_timeout(50)
            if self.page.evaluate(FITTED):
                break
        if self.page.locator(".sankey").count():
            self.page.wait_for_timeout(700)  # its streams flow to their new places

    def settle(self, address: str) -> None:
        """Wait until all of what is asked for is drawn."""
        for _ in range(200):
            if self.page.evaluate(SETTLED):
                self.page.wait_for_timeout(40)
                return
            self.page.wait_for_timeout(50)
        self.complaints.append(f"{address}: not drawn after 10 s")

    def look(self, name: str, *, axe: bool = True) -> None:
        """Note what is wrong with the page as it stands, and what it complained of itself."""
        self.pages += 1
        found = list(self.page.evaluate(_said("looking.js")))
        if axe:
            found += self._axe()
        found += self.record.errors + self.record.refused
        self.record.errors.clear()
        self.record.refused.clear()
        self.complaints += [f"{name}: {one}" for one in found]

    def _axe(self) -> list[str]:
        violations = self.page.evaluate(
            "async () => (await axe.run(document, "
            "{ resultTypes: ['violations'], preload: false })).violations")
        return [_complaint(one) for one in violations if one["impact"] in WORST]


def _complaint(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    return (f"{violation['impact']} {violation['id']}, {len(nodes)} times, "
            f"first {json.dumps(nodes[0]['html'][:200], ensure_ascii=False)}")
