"""What signing in costs, and what it costs the others meanwhile."""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import time

import httpx

from aid.accounts.passwords import hashed, verified
from bench.load import measure
from bench.people import NAME, PASSWORD

AT_ONCE = 2


def bench_signing_in(port: int, request: bytes, rounds: int, seconds: float) -> dict[str, float]:
    """Reads alone and reads while people sign in, in turn; a sign-in against the hash alone."""
    quiet, busy, took = [], [], []
    for _ in range(rounds):
        quiet.append(measure("127.0.0.1", port, request, seconds=seconds, connections=2))
        people = subprocess.Popen(
            [sys.executable, "-m", "bench.signing_in", str(port), str(seconds + 0.5)],
            stdout=subprocess.PIPE, text=True)
        time.sleep(0.25)
        busy.append(measure("127.0.0.1", port, request, seconds=seconds, connections=2))
        said, _ = people.communicate(timeout=seconds + 30)
        took += json.loads(said)
    one = _sign_ins(port, 3)
    figures = {
        "argon2id_ms": asyncio.run(_hash_ms()),
        "sign_in_ms": statistics.median(one) * 1000,
        "sign_ins_per_second": len(took) / (rounds * (seconds + 0.5)),
        "quiet_p50_ms": statistics.median(load.p50_ms for load in quiet),
        "quiet_p99_ms": statistics.median(load.p99_ms for load in quiet),
        "busy_p50_ms": statistics.median(load.p50_ms for load in busy),
        "busy_p99_ms": statistics.median(load.p99_ms for load in busy),
    }
    print(f"\nsigning in: {figures['sign_in_ms']:.0f} ms, of which argon2id "
          f"{figures['argon2id_ms']:.0f} ms")
    print("a read of one target                        p50 ms   p99 ms   promised")
    print(f"  nobody signs in                         {figures['quiet_p50_ms']:>8.2f} "
          f"{figures['quiet_p99_ms']:>8.2f}")
    print(f"  {figures['sign_ins_per_second']:>4.0f} sign-ins a second meanwhile          "
          f"{figures['busy_p50_ms']:>8.2f} {figures['busy_p99_ms']:>8.2f}   the loop never waits "
          "for a hash")
    return figures


async def _hash_ms() -> float:
    kept = await hashed(PASSWORD)
    took = []
    for _ in range(9):
        began = time.perf_counter()
        await verified(kept, PASSWORD)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def _sign_ins(port: int, seconds: float) -> list[float]:
    """How long each sign-in took, one after another."""
    base, took, until = f"http://127.0.0.1:{port}", [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        with httpx.Client(base_url=base) as browser:
            form = re.search(r'name="csrf" value="([^"]+)"', browser.get("/login").text)
            assert form is not None
            began = time.perf_counter()
            answer = browser.post("/login", data={
                "csrf": form[1], "name": NAME, "password": PASSWORD})
            took.append(time.perf_counter() - began)
            assert answer.status_code == 303, answer.text
    return took


def _together(port: int, seconds: float) -> list[float]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE) as threads:
        done = threads.map(lambda _: _sign_ins(port, seconds), range(AT_ONCE))
        return [took for found in done for took in found]


if __name__ == "__main__":
    print(json.dumps(_together(int(sys.argv[1]), float(sys.argv[2]))))
