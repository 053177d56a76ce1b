"""Reads through the API against the same SQL through a bare handler in the same server.

Over a plan of 10,000 targets, and over the demonstration at scale 40: some 130,000 projects.
"""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aid.database import embedded
from aid.database.choose import chosen_database
from aid.database.provision import APP
from aid.settings import Settings
from bench.demo import demo_database
from bench.load import measure, post
from bench.people import settle
from bench.ports import await_ready, free_port

PROMISED = "≥ 0.85, p99 ≤ 4 × p50"


def asked(query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """A request's body."""
    return {"query": query, "variables": variables}


def bench_reads(
    port: int, token: str, operations: Mapping[str, tuple[str, Mapping[str, Any]]], rounds: int,
    seconds: float,
) -> dict[str, dict[str, float]]:
    """Each operation against the same SQL through a bare handler, in turn. Promised: 85 %."""
    _heading("reads")
    figures = {}
    for name, operation in operations.items():
        ours, bare = (post("/graphql", asked(*operation), token, bare=which)
                      for which in ("-", name))
        figures[name] = _compare(name, port, ours, bare, rounds, seconds, PROMISED)
    return figures


def bench_edge(port: int, token: str, rounds: int, seconds: float) -> dict[str, float]:
    """What the edge costs: a bare handler behind it, and before it. Nothing is promised of it."""
    _heading("edge")
    return _compare("one, bare: behind / before", port, post("/graphql", {}, token, bare="one"),
                    post("/bare/one", {}), rounds, seconds, "-")


def _heading(what: str) -> None:
    print(f"\n{f'{what}, 8 connections':<29}  GraphQL/s    bare/s   ratio (each round)   "
          "p50 ms  p99 ms    bytes   promised")


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
def serving(data: Path) -> Iterator[tuple[int, str]]:
    """The server under measurement over the seeded plan, and an account's token."""
    with chosen_database(Settings(data_dir=data), lambda _: None) as chosen:
        with _server(chosen.url) as port:
            yield port, settle(chosen.url)


@contextmanager
def serving_work(data: Path) -> Iterator[tuple[int, str]]:
    """The server under measurement over the demonstration at scale 40, and an account's token."""
    server = embedded.start(data, say=lambda _: None)
    try:
        url = server.url(APP, asyncio.run(demo_database(server)))
        with _server(url) as port:
            yield port, settle(url)
    finally:
        server.stop()


@contextmanager
def _server(url: str) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.server"],
                               env={**os.environ, "AID_DATABASE_URL": url, "BENCH_PORT": str(port),
                                    "AID_SECRET_KEY": "only-for-measuring-" * 2})
    try:
        await_ready(f"http://127.0.0.1:{port}/health/ready")
        yield port
    finally:
        process.terminate()
        process.wait(30)
