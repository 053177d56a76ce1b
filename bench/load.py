"""Requests a second over a few keep-alive connections, from a process of its own."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What one round measured."""

    per_second: float
    p50_ms: float
    p99_ms: float
    answer_bytes: int


def measure(host: str, port: int, request: bytes, *, seconds: float, connections: int) -> Load:
    """Run one round in a child process, so that the client's work is not the server's."""
    asked = json.dumps({"host": host, "port": port, "request": request.decode(),
                        "seconds": seconds, "connections": connections})
    done = subprocess.run([sys.executable, "-m", "bench.load"], input=asked, text=True,
                          capture_output=True, check=True)
    return Load(**json.loads(done.stdout))


def post(path: str, body: object, token: str = "", *, bare: str = "-") -> bytes:
    """An HTTP request with a JSON body, of whoever the token is; `bare` names a bare handler."""
    sent = json.dumps(body, ensure_ascii=False).encode()
    head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Bare: {bare}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(sent)}\r\n\r\n")
    return head.encode() + sent


async def _client(host: str, port: int, request: bytes, until: float, took: list[float]) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    length = 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if b'"errors"' in body[-2000:]:
            raise RuntimeError(body[-2000:].decode())
        took.append(time.perf_counter() - began)
    writer.close()
    return length


async def _run(asked: dict[str, object]) -> Load:
    took: list[float] = []
    seconds, connections = float(str(asked["seconds"])), int(str(asked["connections"]))
    began = time.perf_counter()
    lengths = await asyncio.gather(*(
        _client(str(asked["host"]), int(str(asked["port"])), str(asked["request"]).encode(),
                began + seconds, took)
        for _ in range(connections)
    ))
    elapsed = time.perf_counter() - began
    cuts = statistics.quantiles(took, n=100)
    return Load(len(took) / elapsed, cuts[49] * 1000, cuts[98] * 1000, max(lengths))


if __name__ == "__main__":
    import uvloop

    print(json.dumps(uvloop.run(_run(json.load(sys.stdin))).__dict__))
