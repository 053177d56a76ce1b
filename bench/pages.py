"""The pages over some 130,000 projects and their money, in a real Chromium and for 50 viewers.

Promised: a page is there within 1.5 s and a filter within 0.5 s; with 50 viewers at once, who look
at a page for one to three seconds, 95 of 100 callbacks are answered within 500 ms, with fewer than
one in a thousand failing and no answer above 500 KB.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.engine import make_url

from aid.database import embedded
from aid.database.engine import asyncpg_dsn
from aid.database.provision import APP
from bench.demo import admin_url, demo_database
from bench.people import NAME, PASSWORD, settle
from bench.ports import await_ready, free_port

VIEWERS, SECONDS = 50, 40
PROMISED_PAGE, PROMISED_FILTER, PROMISED_P95 = 1_500, 500, 500
LOOKED = 1_000
"""Milliseconds that somebody looks at a page, whose map is loaded meanwhile, before a filter."""
PAGES = ("overview", "investment", "funds", "funds?part=queue", "funds?part=movements", "projects",
         "projects?state=late", "villages", "cadres", "plan", "log")
"""Each page; every filter that it has is turned."""
FILTERS = """
() => [...new Set([...document.querySelectorAll("[data-param]")].map((one) => one.dataset.param))]
"""
THERE = """
(begin) => new Promise((done, failed) => {
  setTimeout(() => failed(new Error("nothing was drawn within 30 seconds")), 30000);
  const charts = () => [...document.querySelectorAll("[data-figure]")];
  const quiet = () => requestIdleCallback(
    () => charts().every((one) => one.drawn === one.dataset.figure)
      ? done(performance.now()) : setTimeout(quiet, 5),
    {timeout: 5000});
  document.addEventListener("aid:drawn", () => requestAnimationFrame(quiet), {once: true});
  if (begin) {
    const field = document.querySelector(`[data-param="${begin}"]`);
    const other = [...field.options || []].filter((one) => one.value && !one.selected);
    field.value = field.type === "date"
      ? new Date(Date.UTC(2008, 0, 1 + Math.random() * 900)).toISOString().slice(0, 10)
      : field.options ? other[Math.floor(Math.random() * other.length)].value : "小学";
    field.dispatchEvent(new Event("change", {bubbles: true}));
  }
})
"""
"""When the page is drawn, charts included: its main thread has nothing left to do."""


WHOLE = """
() => Math.max(...performance.getEntriesByType("resource").map((one) => one.responseEnd))
"""
"""When all is there that comes later, below: the last answer."""


def bench_pages(data: Path, place: Path, rounds: int) -> dict[str, Any]:
    """Each page in Chromium; then viewers over all of them."""
    server = embedded.start(data, say=lambda _: None)
    try:
        name = asyncio.run(demo_database(server))
        url = server.url(APP, name)
        settle(url)
        places = asyncio.run(_places(admin_url(server, name)))
        with _serving(url) as base:
            return {"chromium": _in_chromium(base, places, rounds),
                    "viewers": _viewed(base, places, place)}
    finally:
        server.stop()


async def _places(url: str) -> dict[str, Any]:
    """Regions, and projects and villages with much to show."""
    admin = await asyncpg.connect(asyncpg_dsn(make_url(url)))
    try:
        regions = await admin.fetch(
            "SELECT DISTINCT d.code FROM project p JOIN division d ON d.id = p.recipient_id")
        projects = await admin.fetch(
            "SELECT code FROM project WHERE stage = 'completed' ORDER BY code DESC LIMIT 20")
        villages = await admin.fetch("SELECT code FROM key_village ORDER BY code DESC LIMIT 20")
    finally:
        await admin.close()
    return {"pages": [page for page in PAGES if "?" not in page],
            "regions": [row["code"] for row in regions],
            "things": [*(f"projects/{row['code']}" for row in projects),
                       *(f"villages/{row['code']}" for row in villages)]}


@contextmanager
def _serving(url: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "aid.cli", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "AID_DATABASE_URL": url, "AID_SECRET_KEY": "only-for-measuring-" * 2})
    try:
        await_ready(f"http://127.0.0.1:{port}/health/ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _in_chromium(base: str, places: Mapping[str, Any], rounds: int) -> dict[str, Any]:
    """Milliseconds from asking for a page, with nothing cached, until it is drawn; of each filter,
    which takes another value each time.
    """
    executable = os.environ.get("AID_CHROMIUM") or shutil.which("chromium")
    if executable is None:
        print("\nno Chromium: the pages were not opened")
        return {}
    print(f"\npages in Chromium, median of {rounds:<4} first paint ms   drawn ms   whole ms"
          f"   filters ms, promised drawn ≤ {PROMISED_PAGE}, each filter ≤ {PROMISED_FILTER}")
    figures = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for path in (*PAGES, places["things"][0], places["things"][-1]):
            took = [_once(browser, base, path) for _ in range(rounds)]
            middle = {name: statistics.median(one[name] for one in took) for name in took[0]}
            name = path if "/" not in path else f"{path.split('/')[0]}/*"
            figures[name] = {f"{what}_ms": ms for what, ms in middle.items()}
            filters = " · ".join(f"{what} {ms:.0f}" for what, ms in list(middle.items())[3:])
            print(f"  {name:<35} {middle['paint']:>10.0f} {middle['drawn']:>10.0f}"
                  f" {middle['whole']:>10.0f}   {filters}")
        browser.close()
    return figures


def _once(browser: Browser, base: str, path: str) -> dict[str, float]:
    """The milliseconds of the first paint, until it is drawn, until the last of it has come, and of
    each filter by its name.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    try:
        _come_in(page, base)
        page.goto("about:blank")
        page.add_init_script(f"window.there = ({THERE})(null)")
        page.goto(f"{base}/dashboards/{path}")
        took = {"drawn": page.evaluate("window.there")}
        took = {"paint": page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime"), **took}
        page.wait_for_load_state("networkidle")
        took["whole"] = page.evaluate(WHOLE)
        for name in page.evaluate(FILTERS):
            page.goto(f"{base}/dashboards/{path}")
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(LOOKED)
            began = page.evaluate("performance.now()")
            took[name] = page.evaluate(THERE, name) - began
        return took
    finally:
        context.close()


def _come_in(page: Page, base: str) -> None:
    page.goto(f"{base}/login")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]", no_wait_after=True)
    page.wait_for_url(f"{base}/dashboards/**", wait_until="commit")


def _viewed(base: str, places: Mapping[str, Any], place: Path) -> dict[str, Any]:
    """What locust says of the callbacks, page by page, once all have come: one a second."""
    place.mkdir(parents=True, exist_ok=True)
    largest = place / "largest.json"
    said = subprocess.run(
        [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("viewers.py")),
         "--headless", "--users", str(VIEWERS), "--spawn-rate", "1", "--reset-stats",
         "--run-time", f"{SECONDS + VIEWERS}s", "--host", base, "--json", "--only-summary",
         "--exit-code-on-error", "0"],
        env={**os.environ, "BENCH_PLACES": json.dumps(places), "BENCH_LARGEST": str(largest)},
        capture_output=True, text=True, check=True, timeout=SECONDS + VIEWERS + 120)
    sizes = json.loads(largest.read_text())
    print(f"\n{VIEWERS} viewers, {SECONDS} s         callbacks/s   failed     p50 ms    p95 ms"
          f"   largest KB   promised p95")
    figures: dict[str, Any] = {}
    rows = [row for row in json.loads(said.stdout) if row["name"] != "sign in"]
    times: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: str(row["name"])):
        for took, count in row["response_times"].items():
            times[int(float(took))] = times.get(int(float(took)), 0) + count
        figures[row["name"]] = _row(row["name"], row["response_times"], row["num_failures"],
                                    sizes.get(row["name"], 0))
    figures["all"] = _row("all", times, sum(row["num_failures"] for row in rows),
                          max(sizes.values()))
    return figures


def _row(name: str, times: Mapping[Any, int], failed: int, largest: int) -> dict[str, float]:
    took = sorted(float(ms) for ms, count in times.items() for _ in range(count))
    if not took:
        raise RuntimeError(f"nobody asked for {name}")
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"  {name:<22} {len(took) / SECONDS:>15.1f} {failed:>8} {p50:>10.0f} {p95:>9.0f}"
          f" {largest / 1024:>12.0f}   ≤ {PROMISED_P95}")
    return {"per_second": len(took) / SECONDS, "failed": failed, "p50_ms": p50, "p95_ms": p95,
            "largest_kb": largest / 1024}
