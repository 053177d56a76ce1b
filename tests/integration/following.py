"""A page's stream of changes, over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from threading import Thread

import httpx

from tests.api.client import sign_in

CHANGES = "/dashboards/changes"


class Stream:
    """What a stream says: `state live`, `changed milestone:17`; None when it has ended."""

    def __init__(self, client: httpx.Client, seen: int = 0) -> None:
        self.client, self._seen = client, seen
        self._said: Queue[str | None] = Queue()
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def next(self, seconds: float = 5) -> str | None:
        """What is said next. Raises queue.Empty where nothing is for so long."""
        return self._said.get(timeout=seconds)

    def rest(self) -> list[str]:
        """What is said until it ends: an error, where it was cut off."""
        return list(iter(lambda: self.next(20), None))

    def _read(self) -> None:
        try:
            with self.client.stream("GET", CHANGES, params={"seen": self._seen},
                                    timeout=60) as answer:
                lines = answer.iter_lines()
                for line in lines:
                    if line.startswith("event: "):
                        self._said.put(f"{line[7:]} {next(lines)[6:]}")
        except httpx.HTTPError as failure:
            self._said.put(repr(failure))
        self._said.put(None)


def settled(base: str, name: str) -> None:
    """Wait until a stream begins with its state alone: told is what happens from now on.

    One that begins within seconds of its server, or of something new, is told that as well.
    """
    for _ in range(100):
        with sign_in(base, name) as client:
            begun = Stream(client)
            said = [begun.next(20)]
            with suppress(Empty):
                said.append(begun.next(0.2))
            if said == ["state live"]:
                return
    raise AssertionError(f"a stream begins with {said}")


@contextmanager
def stream(base: str, name: str, seen: int = 0) -> Iterator[Stream]:
    """A stream that stands, of an account that is signed in."""
    with sign_in(base, name) as client:
        found = Stream(client, seen)
        assert found.next() == "state live"
        yield found
