"""Roles: who somebody is to the system."""

from enum import StrEnum


class Role(StrEnum):
    """What an account may be; one account has one of them.

    The three administrators (三员分立) divide what one could misuse alone: the system
    administrator keeps accounts, the security administrator grants roles and regions, the audit
    administrator reads what both did. None of them sees or changes a region's data or money.
    """

    OFFICE = "office"
    RECIPIENT = "recipient"
    LEADER = "leader"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Inner(StrEnum):
    """Roles of the program itself; no account can have one."""

    GATE = "gate"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
