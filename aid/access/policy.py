"""The policy: which role may do what, where. The only place where that is said; pure.

Each field of the API, each mutation, page, callback and route names one of these permissions. What
names none is not served. Row security in the database says the same of rows, as the last wall.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from aid.access.roles import ADMINISTRATORS, Inner, Role


class Permission(StrEnum):
    """Something one may be allowed to do."""

    PLAN_READ = "plan.read"
    REGION_READ = "region.read"
    PAIRING_READ = "pairing.read"
    TARGET_READ = "target.read"
    FIGURE_READ = "figure.read"
    DISCREPANCY_READ = "discrepancy.read"
    HISTORY_READ = "history.read"
    TARGET_ADJUST = "target.adjust"
    PAIRING_AGREE = "pairing.agree"
    PAIRING_END = "pairing.end"
    PROJECT_READ = "project.read"
    PROJECT_PROPOSE = "project.propose"
    PROJECT_DECIDE = "project.decide"
    PROJECT_ADVANCE = "project.advance"
    PROGRESS_REPORT = "progress.report"
    DOCUMENT_ATTACH = "document.attach"
    VILLAGE_READ = "village.read"
    VILLAGE_KEEP = "village.keep"
    CADRE_READ = "cadre.read"
    CADRE_POST = "cadre.post"
    FUND_READ = "fund.read"
    REQUEST_READ = "request.read"
    FUND_PLAN = "fund.plan"
    FUND_COMMIT = "fund.commit"
    FUND_CONFIRM = "fund.confirm"
    FUND_REVERSE = "fund.reverse"
    METRIC_READ = "metric.read"
    ACCOUNT_READ = "account.read"
    ACCOUNT_KEEP = "account.keep"
    ACCOUNT_GRANT = "account.grant"
    AUDIT_READ = "audit.read"
    SELF = "self"


class Reach(StrEnum):
    """How far a permission goes: nowhere, the own region, everywhere."""

    NONE = "none"
    OWN = "own"
    ALL = "all"


_TABLE = """
                  office  recipient  leader  auditor  system_admin  security_admin  audit_admin
plan.read         all     all        all     all      none          none            none
region.read       all     all        all     all      none          none            none
pairing.read      all     own        all     all      none          none            none
target.read       all     own        all     all      none          none            none
figure.read       all     own        all     all      none          none            none
discrepancy.read  all     none       all     all      none          none            none
history.read      all     own        all     all      none          none            none
target.adjust     all     none       none    none     none          none            none
pairing.agree     all     none       none    none     none          none            none
pairing.end       all     none       none    none     none          none            none
project.read      all     own        all     all      none          none            none
project.propose   all     own        none    none     none          none            none
project.decide    all     none       none    none     none          none            none
project.advance   all     none       none    none     none          none            none
progress.report   all     own        none    none     none          none            none
document.attach   all     own        none    none     none          none            none
village.read      all     own        all     all      none          none            none
village.keep      all     none       none    none     none          none            none
cadre.read        all     own        all     all      none          none            none
cadre.post        all     none       none    none     none          none            none
fund.read         all     own        all     all      none          none            none
request.read      all     none       all     all      none          none            none
fund.plan         all     none       none    none     none          none            none
fund.commit       all     none       none    none     none          none            none
fund.confirm      none    own        none    none     none          none            none
fund.reverse      all     own        none    none     none          none            none
metric.read       all     own        all     all      none          none            none
account.read      none    none       none    none     all           all             all
account.keep      none    none       none    none     all           none            none
account.grant     none    none       none    none     none          all             none
audit.read        none    none       none    all      none          none            all
self              all     all        all     all      all           all             all
"""
"""`own` of a recipient is its own region and all below it, and what is said of no region.

A discrepancy is the sum of several regions' figures, so a recipient may not read it at all; nor
what an office asks itself before it sends money (request.read).
plan.read and region.read are of what is said of no single region: documents, divisions, indicators.
"""

READING = frozenset(permission for permission in Permission if permission.endswith(".read"))
"""What changes nothing."""

ADMINISTRATIVE = frozenset({
    Permission.ACCOUNT_READ, Permission.ACCOUNT_KEEP, Permission.ACCOUNT_GRANT,
    Permission.AUDIT_READ, Permission.SELF,
})
"""All that an administrator may ever be allowed."""


def _read(table: str) -> Mapping[tuple[Role, Permission], Reach]:
    heading, *lines = (line.split() for line in table.strip().splitlines())
    roles = [Role(name) for name in heading]
    found: dict[tuple[Role, Permission], Reach] = {}
    for name, *cells in lines:
        for role, cell in zip(roles, cells, strict=True):
            found[role, Permission(name)] = Reach(cell)
    missing = {(role, permission) for role in Role for permission in Permission} - found.keys()
    if missing:
        raise ValueError(f"the policy says nothing of {sorted(missing)}")
    beyond = [(role, permission) for (role, permission), how_far in found.items()
              if role in ADMINISTRATORS and how_far is not Reach.NONE
              and permission not in ADMINISTRATIVE]
    if beyond:
        raise ValueError(f"an administrator may not be given {beyond}")
    return MappingProxyType(found)


POLICY = _read(_TABLE)


def reach(role: Role | Inner, permission: Permission) -> Reach:
    """How far a role's permission goes. The program's own roles may nothing that is served."""
    return POLICY[role, permission] if isinstance(role, Role) else Reach.NONE
