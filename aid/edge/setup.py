"""What the parts of the edge share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aid.access.roles import Role
from aid.database.engine import Database
from aid.edge.routes import Table
from aid.errors import AidError
from aid.secrets import Keys
from aid.text import Locale, Text

if TYPE_CHECKING:
    from aid.edge.provider import Provider


class UnknownRole(AidError):
    """AID_TOTP_ROLES names something that is no role."""

    code = "UNKNOWN_ROLE"


@dataclass(frozen=True, slots=True)
class Edge:
    """The parts the edge is made of, and what the operator set.

    `public_url` is the address people type, None on the loopback. `demo` lets demo accounts in.
    """

    database: Database
    keys: Keys
    table: Table
    locale: Locale = "zh"
    public_url: str | None = None
    totp_roles: frozenset[Role] = frozenset()
    demo: bool = False
    provider: "Provider | None" = None

    @property
    def hosts(self) -> list[str]:
        """The names the server answers to. Loopback always, for whoever watches its health."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return [*((public,) if public else ()), "127.0.0.1", "localhost", "[::1]"]


def roles_in(text: str) -> frozenset[Role]:
    """The roles of a list with commas. Raises UnknownRole."""
    named = [part.strip() for part in text.split(",") if part.strip()]
    known = {role.value: role for role in Role}
    unknown = [name for name in named if name not in known]
    if unknown:
        raise UnknownRole(Text(
            f"AID_TOTP_ROLES：没有角色 {'、'.join(unknown)}，可用：{'、'.join(known)}。",
            f"AID_TOTP_ROLES: no such role as {', '.join(unknown)}; there are "
            f"{', '.join(known)}."))
    return frozenset(known[name] for name in named)
