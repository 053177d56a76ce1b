"""Words of accounts."""

from enum import StrEnum


class Stage(StrEnum):
    """What a session has still to do: prove a second factor, set one up, choose a password."""

    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    NEW_PASSWORD = "new_password"  # noqa: S105  the name of a step
    FULL = "full"


class Method(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105
    PROVIDER = "provider"
