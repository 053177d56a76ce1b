"""`make bench`: every figure the project promises, measured in one run, with what was promised."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.crashes import bench_crashes
from bench.demo import bench_demo
from bench.exporting import bench_exporting
from bench.funds import bench_funds
from bench.hostile import bench_hostile
from bench.importing import bench_importing
from bench.ledger import bench_ledger
from bench.lists import bench_lists
from bench.load import post
from bench.metrics import bench_metrics
from bench.operations import PLAN, WORK
from bench.page_reads import bench_page_reads
from bench.pages import bench_pages
from bench.plan import write_plan
from bench.ports import await_ready, free_port
from bench.reads import asked, bench_edge, bench_reads, serving, serving_work
from bench.row_security import bench_row_security
from bench.signing_in import bench_signing_in
from bench.trust import bench_trust
from bench.usage import megabytes

AID = [sys.executable, "-m", "aid.cli"]


def main() -> None:
    """Run all benchmarks, or those named, and print a table; --json writes the figures to a file.
    """
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"only these of {', '.join(BENCHES)}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--place", type=Path, help="a folder whose databases are kept and reused")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    figures: dict[str, object] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores",
                                  "python": platform.python_version()}
    with tempfile.TemporaryDirectory(prefix="aid-bench-") as folder:
        place = options.place or Path(folder)
        for name in options.names or BENCHES:
            figures[name] = BENCHES[name](place, options.rounds, options.seconds)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


def bench_plan(place: Path, rounds: int, seconds: float) -> dict[str, object]:
    """A large plan: importing it, reading it, and signing in meanwhile."""
    figures: dict[str, object] = {"seed": bench_seed(place)}
    with serving(place / "data") as (port, token):
        figures["reads"] = bench_reads(port, token, PLAN, rounds, seconds)
        figures["edge"] = bench_edge(port, token, rounds, seconds)
        one = post("/graphql", asked(*PLAN["one"]), token)
        figures["signing_in"] = bench_signing_in(port, one, 3, seconds)
    return figures


def bench_work(place: Path, rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Reads of projects, at scale 40."""
    with serving_work(place / "data") as (port, token):
        return bench_reads(port, token, WORK, rounds, seconds)


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
    began, port = time.perf_counter(), free_port()
    process = subprocess.Popen([*AID, "demo", "--port", str(port)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=_environment(data))
    try:
        await_ready(f"http://127.0.0.1:{port}/health/ready")
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


BENCHES: Mapping[str, Callable[[Path, int, float], object]] = {
    "ready": lambda place, _rounds, _seconds: bench_ready(place / "ready"),
    "plan": bench_plan,
    "hostile": lambda _place, _rounds, _seconds: bench_hostile(),
    "row_security": lambda place, rounds, _: bench_row_security(place / "data", rounds),
    "demo": lambda place, _rounds, _seconds: bench_demo(place / "data"),
    "work": bench_work,
    "lists": lambda place, rounds, _: bench_lists(place / "data", rounds),
    "metrics": lambda place, rounds, _: bench_metrics(place / "data", rounds),
    "page_reads": lambda place, rounds, _: bench_page_reads(place / "data", rounds),
    "pages": lambda place, _rounds, _seconds: bench_pages(place / "data", place, 3),
    "funds": lambda place, rounds, _: bench_funds(place / "data", rounds),
    "ledger": lambda place, rounds, seconds: bench_ledger(place / "data", rounds, seconds),
    "trust": lambda place, _rounds, _seconds: bench_trust(place / "data", place, 3),
    "crashes": lambda place, _rounds, _seconds: bench_crashes(place / "crashes"),
    "exporting": lambda place, rounds, _: bench_exporting(place / "data", place, rounds),
    "importing": lambda place, _rounds, _seconds: bench_importing(place / "data", place),
}
"""By name, in the order they are run: later ones find what earlier ones made."""


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AID_")}
    return {**kept, "AID_DATA_DIR": str(data)}


if __name__ == "__main__":
    main()
