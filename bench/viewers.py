"""Viewers of the pages, for locust: each turns pages and filters as a browser would ask for them.

Run by bench.pages, which names the places in BENCH_PLACES. An answer counts as failed when it is
longer than promised or is no page.
"""

import json
import os
import random
import re
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, events, task

from bench.people import NAME, PASSWORD

MOST_BYTES = 500 * 1024
"""So long may the answer of a callback be, before it is compressed."""
PLACES: dict[str, Any] = json.loads(os.environ["BENCH_PLACES"])
"""Codes that stand in addresses: of regions, a project, a village."""
LATER = ("overview", "funds")
"""Pages of which something is asked for once the rest is drawn."""
FAILED = b'"id":"failed"'
BASE = "/dashboards/"
LARGEST: dict[str, int] = {}
"""Bytes of the largest answer of each page."""


class Viewer(FastHttpUser):
    """Somebody who looks at a page for a while and turns to the next."""

    wait_time = between(1, 3)

    def on_start(self) -> None:
        """Sign in by the form."""
        form = self.client.get("/login", name="sign in").text or ""
        token = re.search(r'name="csrf" value="([^"]+)"', form)
        assert token is not None
        self.client.post("/login", {"csrf": token[1], "name": NAME, "password": PASSWORD},
                         name="sign in", allow_redirects=False)
        cookies = {cookie.name: cookie.value for cookie in self.client.cookiejar}
        self.headers = {"X-CSRF-Token": cookies["aid-csrf"], "Origin": self.host}
        found = self.client.get(f"{BASE}_dash-dependencies", name="sign in").json()
        self.outputs = {
            spec["inputs"][0]["id"]: spec["output"] for spec in found
            if not spec.get("clientside_function")}

    @task(6)
    def turn(self) -> None:
        """A page, with or without a filter."""
        page = random.choice(PLACES["pages"])  # noqa: S311
        search = random.choice(["", f"?region={random.choice(PLACES['regions'])}"])  # noqa: S311
        self._draw(page, search)

    @task(2)
    def look_closer(self) -> None:
        """One project, one village."""
        self._draw(random.choice(PLACES["things"]), "")  # noqa: S311

    def _draw(self, page: str, search: str) -> None:
        self._ask("draw", page, search)
        if page in LATER:
            self._ask("ask-later", page, search)

    def _ask(self, given: str, page: str, search: str) -> None:
        body = {
            "output": self.outputs[given],
            "inputs": [{"id": given, "property": "data", "value": {
                "path": BASE + page, "search": search, "lang": "zh"}}],
            "changedPropIds": [f"{given}.data"]}
        name = page.split("/")[0] + ("/*" if "/" in page else "") + (
            ", later" if given == "ask-later" else "")
        with self.client.post(f"{BASE}_dash-update-component", json=body, headers=self.headers,
                              name=name, catch_response=True) as answer:
            length = len(answer.content or b"")
            LARGEST[name] = max(LARGEST.get(name, 0), length)
            if length > MOST_BYTES:
                answer.failure(f"{length} bytes")
            elif FAILED in (answer.content or b""):
                answer.failure("the page says that it failed")


def _say(**_: Any) -> None:
    """Write the largest answers beside what locust writes."""
    Path(os.environ["BENCH_LARGEST"]).write_text(json.dumps(LARGEST))


events.quitting.add_listener(_say)  # type: ignore[no-untyped-call]
