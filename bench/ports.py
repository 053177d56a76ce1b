"""Ports of this machine: one that is free, one that answers."""

import socket
import time
import urllib.request


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_ready(address: str, patience: float = 60) -> None:
    """Wait until an address answers; for so many seconds at most."""
    until = time.perf_counter() + patience
    while time.perf_counter() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{address} did not answer within {patience} s")
