"""The server's callbacks: each declares what it needs, and is not run for who may not."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from dash import Dash, Input, Output

from aid.access.policy import Permission
from aid.database.engine import Database
from dashboards.access import PAGE_NEEDS
from dashboards.asking import ASKING, Asking, note_refusal
from dashboards.theme import BASE
from dashboards.view import View

Answer = Callable[[Asking, View], Awaitable[list[Any]]]
"""What a callback answers with, one value an output."""
Instead = Callable[[Asking, View], list[Any]]
"""The same for who may not: plain sentences made of nothing from the database."""


class _OfPage(Enum):
    OF_PAGE = "page"


OF_PAGE: Final = _OfPage.OF_PAGE
"""A callback that draws whole pages needs whatever the page asked for needs."""

Needs = Permission | Literal[_OfPage.OF_PAGE]


class UndeclaredCallback(RuntimeError):
    """A callback of the server that does not say what it needs: a defect of the program."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A callback as it was registered, with what it needs."""

    outputs: tuple[tuple[str, str], ...]
    input: tuple[str, str]
    needs: Needs


class Callbacks:
    """Registers callbacks that read an address of the browser and answer for its actor."""

    def __init__(
        self, app: Dash, database: Database, read: Callable[[Asking, dict[str, Any]], View]
    ) -> None:
        self._app, self._database, self._read = app, database, read
        self.declared: dict[str, Declared] = {}

    def serve(
        self, outputs: Sequence[tuple[str, str]], given: tuple[str, str], *,
        needs: Needs, answer: Answer, instead: Instead,
    ) -> None:
        """Answer a change of `given` with new values of `outputs`, or with `instead` if refused."""

        async def guarded(address: dict[str, Any]) -> list[Any]:
            asking = ASKING.get()
            view = self._read(asking, address)
            needed = PAGE_NEEDS[view.page] if needs is OF_PAGE else needs
            if asking.actor.may(needed):
                return await answer(asking, view)
            subject = view.page if needs is OF_PAGE else f"#{given[0]}"
            await note_refusal(self._database, asking, f"{BASE}{subject}", needed)
            return instead(asking, view)

        before = set(self._app.callback_map)
        self._app.callback(
            [Output(*slot) for slot in outputs], Input(*given), prevent_initial_call=True
        )(guarded)
        for name in set(self._app.callback_map) - before:
            self.declared[name] = Declared(tuple(outputs), given, needs)


def require_declared(app: Dash, declared: Mapping[str, Declared]) -> None:
    """Raise UndeclaredCallback where the server would run what declares nothing."""
    missing = [name for name, spec in app.callback_map.items()
               if "callback" in spec and name not in declared]
    if missing:
        raise UndeclaredCallback(f"no permission is declared for {missing}")
