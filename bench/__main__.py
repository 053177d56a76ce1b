"""`make bench`: every figure the project promises, measured in one run, with what was promised."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aid.settings import Settings
from bench.crashes import bench_crashes
from bench.demo import bench_demo
from bench.exporting import bench_exporting
from bench.hostile import bench_hostile
from bench.importing import bench_importing
from bench.ledger import bench_ledger
from bench.lists import bench_lists
from bench.load import measure, post
from bench.metrics import bench_metrics
from bench.operations import OPERATIONS
from bench.people import settle
from bench.plan import write_plan
from bench.row_security import bench_row_security
from bench.signing_in import bench_signing_in
from bench.trust import bench_trust
from bench.usage import megabytes

PROMISED_RATIO = 0.85
AID = [sys.executable, "-m", "aid.cli"]


def main() -> None:
    """Run all benchmarks and print a table; --json writes the figures to a file."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures: dict[str, object] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores",
                                  "python": platform.python_version()}
    with tempfile.TemporaryDirectory(prefix="aid-bench-") as folder:
        place = Path(folder)
        figures["ready"] = bench_ready(place / "ready")
        figures["seed"] = bench_seed(place)
        with _serving(place) as (port, token):
            figures["reads"] = bench_reads(port, token, options.rounds, options.seconds)
            one = post("/graphql", {"query": OPERATIONS["one"][0],
                                    "variables": OPERATIONS["one"][1]}, token)
            figures["signing_in"] = bench_signing_in(port, one, 3, options.seconds)
        figures["hostile"] = bench_hostile()
        figures["row_security"] = bench_row_security(place / "data", options.rounds)
        figures["demo"] = bench_demo(place / "data")
        figures["lists"] = bench_lists(place / "data", options.rounds)
        figures["metrics"] = bench_metrics(place / "data", options.rounds)
        figures["ledger"] = bench_ledger(place / "data", options.rounds, options.seconds)
        figures["trust"] = bench_trust(place / "data", place, 3)
        figures["crashes"] = bench_crashes(place / "crashes")
        figures["exporting"] = bench_exporting(place / "data", place, options.rounds)
        figures["importing"] = bench_importing(place / "data", place)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


def bench_ready(data: Path) -> dict[str, float]:
    """From `aid demo` on nothing to ready, and again on what is there. Promised: 10 s."""
    print("\n`aid demo` until /health/ready            seconds   promised")
    figures = {}
    for name in ("first", "again"):
        with _demo(data) as took:
            figures[name] = took
            print(f"  {name:<38} {took:>8.2f}   ≤ 10")
    return figures


@contextmanager
def _demo(data: Path) -> Iterator[float]:
    began, port = time.perf_counter(), _port()
    process = subprocess.Popen([*AID, "demo", "--port", str(port)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=_environment(data))
    try:
        _await(f"http://127.0.0.1:{port}/health/ready")
        yield time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def bench_seed(place: Path, targets: int = 10_000) -> dict[str, float]:
    """`aid seed` of a generated plan. Promised: 10 s and 200 MB for 10,000 targets."""
    write_plan(place / "plan", targets)
    data = place / "data"
    figures: dict[str, float] = {}
    subprocess.run([*AID, "seed"], check=True, capture_output=True, env=_environment(data))
    print(f"\n`aid seed`, plan of {targets:,} targets          seconds   peak MB   promised")
    for name in ("first", "again"):
        began = time.perf_counter()
        process = subprocess.Popen([*AID, "seed", str(place / "plan")], env=_environment(data),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took, peak = time.perf_counter() - began, megabytes(usage)
        if status:
            raise RuntimeError("aid seed failed")
        figures |= {f"{name}_seconds": took, f"{name}_peak_mb": peak}
        print(f"  {name:<38} {took:>8.2f}  {peak:>8.0f}   ≤ 10 s, ≤ 200 MB")
    return figures


def bench_reads(
    port: int, token: str, rounds: int, seconds: float
) -> dict[str, dict[str, float]]:
    """Each operation against the same SQL through a bare handler, in turn. Promised: 85 %."""
    print("\nreads, 8 connections              GraphQL/s    bare/s   ratio (each round)   "
          "p50 ms  p99 ms    bytes   promised")
    figures = {}
    for name, (query, variables) in OPERATIONS.items():
        asked = {"query": query, "variables": variables}
        ours, bare = (post("/graphql", asked, token, bare=which) for which in ("-", name))
        figures[name] = _compare(name, port, ours, bare, rounds, seconds, f"≥ {PROMISED_RATIO}")
    figures["edge"] = _compare("one, bare: behind / before edge", port,
                               post("/graphql", {}, token, bare="one"), post("/bare/one", {}),
                               rounds, seconds, "-")
    return figures


@contextmanager
def _serving(place: Path) -> Iterator[tuple[int, str]]:
    """The server under measurement over the seeded plan, and an account's token."""
    from aid.database.choose import chosen_database

    settings = Settings(data_dir=place / "data")
    with chosen_database(settings, lambda _: None) as chosen:
        token = settle(chosen.url)
        with _server(chosen.url) as port:
            yield port, token


def _compare(
    name: str, port: int, ours: bytes, bare: bytes, rounds: int, seconds: float, promised: str
) -> dict[str, float]:
    for request in (ours, bare):
        measure("127.0.0.1", port, request, seconds=1, connections=8)
    pairs = [
        tuple(measure("127.0.0.1", port, request, seconds=seconds, connections=8)
              for request in (ours, bare))
        for _ in range(rounds)
    ]
    ratios = sorted(a.per_second / b.per_second for a, b in pairs)
    a = statistics.median(p[0].per_second for p in pairs)
    b = statistics.median(p[1].per_second for p in pairs)
    p50 = statistics.median(p[0].p50_ms for p in pairs)
    p99 = statistics.median(p[0].p99_ms for p in pairs)
    ratio = statistics.median(ratios)
    print(f"  {name:<28} {a:>12,.0f} {b:>9,.0f}   {ratio:.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
          f"      {p50:>7.2f} {p99:>7.2f} {pairs[0][0].answer_bytes:>8,}   {promised}")
    return {"graphql": a, "bare": b, "ratio": ratio, "p50_ms": p50, "p99_ms": p99}


@contextmanager
def _server(url: str) -> Iterator[int]:
    port = _port()
    process = subprocess.Popen([sys.executable, "-m", "bench.server"],
                               env={**os.environ, "AID_DATABASE_URL": url, "BENCH_PORT": str(port),
                                    "AID_SECRET_KEY": "only-for-measuring-" * 2})
    try:
        _await(f"http://127.0.0.1:{port}/health/ready")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AID_")}
    return {**kept, "AID_DATA_DIR": str(data)}


def _port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(address: str, patience: float = 60) -> None:
    until = time.perf_counter() + patience
    while time.perf_counter() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{address} did not answer within {patience} s")


if __name__ == "__main__":
    main()
