"""Ways to every type of the schema: an operation that asks for objects of it, for each place.

A place is whose the objects are: `own` of the recipient that asks, of an `other` region, or of
`none` in particular. Mutations are sent what is wrong with them, so that nothing changes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import get_named_type

from schema.schema import schema
from tests.api.projects import PROJECTS
from tests.api.rows import Row, Rows
from tests.api.values import global_id

OWN, OTHER, NONE = PLACES = ("own", "other", "none")
MOST = 3
"""How many objects are asked about, one after the other."""
SPOT = "it"
"""The response key of the objects that are asked about."""

Route = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How to come to objects of a type: `text` holds %s for what is selected of them.

    `route` are the fields on the way, `fields` those asked about if not all of the type's.
    """

    kind: str
    place: str
    text: str
    route: Route = ()
    fields: tuple[str, ...] | None = None


_OF_A_RECIPIENT = ("AidProject", "Milestone", "Document", "KeyVillage", "VillageWork",
                   "VillageReport", "Post", "Secondment", "FundingTranche", "Movement",
                   "DisbursementRequest")
_NODES = ("RecipientRegion", "Pairing", "PlanTarget", "PublishedFigure", "SecondedCadre",
          *_OF_A_RECIPIENT)
_NATIONAL = ("SupportingCity", "SupportingDistrict", "Plan", "PlanSection", "RegionGroup",
             "Indicator", "Discrepancy", "Sector", "Account", "AuditEntry", "FundSource",
             "Schedule")
_BELOW = (
    ("RecipientRegion", "periods", "DivisionPeriod"),
    ("PlanTarget", "annual", "PlanTargetYear"),
    ("PlanTarget", "adjustments", "PlanTargetAdjustment"),
    ("PlanTarget", "history", "Change"),
    ("AidProject", "stageHistory", "StageChange"),
    ("AidProject", "adjustments", "ProjectAdjustment"),
    ("AidProject", "reports", "ProgressReport"),
    ("AidProject", "evaluations", "Evaluation"),
    ("Milestone", "reschedulings", "Rescheduling"),
    ("Milestone", "corrections", "MilestoneCorrection"),
    ("Account", "regions", "AccountRegion"),
    ("RecipientRegion", "commitments", "Commitments"),
    ("RecipientRegion", "investment", "Investment"),
    ("KeyVillage", "naturalVillages", "NaturalVillage"),
    ("KeyVillage", "components", "ComponentProgress"),
    ("KeyVillage", "standing", "VillageStanding"),
    ("KeyVillage", "acceptances", "VillageAcceptance"),
    ("KeyVillage", "acceptances.scores", "AcceptanceScore"),
    ("VillageWork", "standing", "WorkStanding"),
    ("VillageWork", "adjustments", "WorkAdjustment"),
    ("Secondment", "extensions", "SecondmentExtension"),
    ("Schedule", "parts", "SchedulePart"),
    ("AidProject", "balances", "Balances"),
    ("AidProject", "chain", "ChainHead"),
    ("FundingTranche", "condition", "TrancheCondition"),
    ("DisbursementRequest", "decision", "DisbursementDecision"),
)
_LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "RecipientRegion": ("recipientRegions", {
        OWN: 'filter: {search: "540200"}', OTHER: 'filter: {search: "532600", paired: null}'}),
    "PlanTarget": ("planTargets", {
        OWN: 'filter: {regionCode: "540200"}', OTHER: 'filter: {groupCode: "yunnan-four"}',
        NONE: "first: 100"}),
    "PublishedFigure": ("publishedFigures", {
        OWN: 'filter: {regionCode: "540200"}', OTHER: 'filter: {regionCode: "420500"}',
        NONE: "first: 100"}),
    **{kind: (root, {OWN: 'filter: {regionCode: "540200"}',
                     OTHER: 'filter: {regionCode: "532600"}'})
       for kind, root in (
           ("AidProject", "aidProjects"), ("Milestone", "milestones"),
           ("KeyVillage", "keyVillages"), ("VillageReport", "villageReports"),
           ("SecondedCadre", "secondedCadres"), ("Secondment", "secondments"), ("Post", "posts"),
           ("FundingTranche", "fundingTranches"), ("Movement", "movements"),
           ("DisbursementRequest", "disbursementRequests"))},
    "Account": ("accounts", {NONE: "first: 1"}),
    "AuditEntry": ("auditLog", {NONE: "first: 1"}),
}
_LISTED = (("AcceptanceCriterion", "acceptanceSheet"), ("PostFill", "postFill"),
           ("MetricValue", "metricBreakdown"), ("MetricDefinition", "metricDefinitions"),
           ("Batch", "batches"), ("TwoPersons", "twoPersons"),
           ("CommitmentSummary", "commitments"),
           ("WorkItemConnection", "workQueue"), ("WorkCount", "workQueueCounts"),
           ("FundFlows", "fundFlows"), ("MoneyAge", "fundsInTransit"),
           ("DueMonth", "trancheCalendar"))
"""Types that only a root leads to, and that no place is given to."""
_PARTS = (
    ("RegionCommitments", "commitments", "CommitmentSummary", "regions"),
    ("ProjectCommitmentsConnection", "commitments", "CommitmentSummary", "projects"),
    ("ProjectCommitmentsEdge", "commitments", "CommitmentSummary", "projects.edges"),
    ("ProjectCommitments", "commitments", "CommitmentSummary", "projects.nodes"),
    ("TrancheCommitmentsConnection", "commitments", "CommitmentSummary", "tranches"),
    ("TrancheCommitmentsEdge", "commitments", "CommitmentSummary", "tranches.edges"),
    ("TrancheCommitments", "commitments", "CommitmentSummary", "tranches.nodes"),
    ("WorkItemEdge", "workQueue", "WorkItemConnection", "edges"),
    ("WorkItem", "workQueue", "WorkItemConnection", "nodes"),
    ("FlowNode", "fundFlows", "FundFlows", "nodes"),
    ("FlowLink", "fundFlows", "FundFlows", "links"),
)
"""Types some fields below a root: the type, the root, what that is, and the fields."""
_TAKES_ARGUMENTS = ("node", "supportingCity", "recipientRegion", "recipientRegions", "plan",
                    "planTarget", "discrepancies", "aidProject", "aidProjects", "milestones",
                    "keyVillage", "acceptanceSheet", "metricBreakdown", "fundingTranche",
                    "movement")
"""Roots that are asked only where there are arguments for a place."""
_PLAN = "shanghai-2006-2010"
ARGUMENTS: Mapping[tuple[str, str, str], str] = {
    ("Query", "supportingCity", NONE): '(code: "310000")',
    ("Query", "recipientRegions", OWN): '(filter: {search: "540200"})',
    ("Query", "recipientRegions", OTHER): '(filter: {search: "532600", paired: null})',
    ("Query", "recipientRegion", OWN): '(code: "540200")',
    ("Query", "recipientRegion", OTHER): '(code: "532600")',
    ("Query", "plan", NONE): f'(code: "{_PLAN}")',
    ("Query", "planTargets", OWN): '(filter: {regionCode: "540200"})',
    ("Query", "planTargets", OTHER): '(filter: {groupCode: "yunnan-four"})',
    ("Query", "publishedFigures", OWN): '(filter: {regionCode: "540200"})',
    ("Query", "publishedFigures", OTHER): '(filter: {regionCode: "420500"})',
    ("Query", "discrepancies", NONE): f'(planCode: "{_PLAN}")',
    ("Query", "aidProject", OWN): f'(code: "{PROJECTS[0]}")',
    ("Query", "aidProject", OTHER): f'(code: "{PROJECTS[1]}")',
    ("Query", "keyVillage", OWN): '(code: "V-540200-2005-001")',
    ("Query", "keyVillage", OTHER): '(code: "V-532600-2006-001")',
    ("Query", "acceptanceSheet", NONE): '(sheet: "standard-1")',
    **{("Query", root, place): f'({given}regionCode: "{code}"{end})'
       for place, code in ((OWN, "540200"), (OTHER, "532600"))
       for root, given, end in (
           *((root, "filter: {", "}") for root in (
               "aidProjects", "milestones", "keyVillages", "villageReports", "secondedCadres",
               "secondments", "posts", "fundingTranches", "movements",
               "disbursementRequests")),
           ("postFill", "", ""), ("metricBreakdown", "by: RECIPIENT, ", ""))},
    ("Query", "metrics", OWN): '(regionCode: "540200")',
}


def _nothing(kind: str) -> str:
    return global_id(kind, 10**9)


_NOBODY = '{name: "nobody-of-that-name"}'
_NO_PROJECT = f'id: "{global_id("AidProject", 10**9)}"'
_A_STEP = f"{{{_NO_PROJECT}, expectedVersion: 1}}"
_AN_AMOUNT = f'{{{_NO_PROJECT}, expectedVersion: 1, approvedInvestment: "1.00"'
_REPORT = f'{{projectId: "{global_id("AidProject", 10**9)}"'
_CHANGED = "ProjectChanged"
_INSTALMENT = (f'{{id: "{global_id("FundingTranche", 10**9)}", expectedVersion: 1, reason: "x"')
_A_SLIP = 'occurredOn: "2008-05-06", idempotencyKey: "of nobody", voucherNo: "x", reason: "x"'
_MONEY = f'{{trancheId: "{global_id("FundingTranche", 10**9)}", amount: "1.00", {_A_SLIP}}}'
MUTATIONS: Mapping[str, tuple[str, str]] = {
    "accountAdd": ('{name: "?"}', "AccountAdded"),
    "accountDisable": (_NOBODY, "AccountDisabled"),
    "accountEnable": (_NOBODY, "AccountEnabled"),
    "accountGrant": ('{name: "nobody-of-that-name", role: LEADER}', "AccountGranted"),
    "planTargetAdjust": (f'{{id: "{_nothing("PlanTarget")}", expectedVersion: 1,'
                         ' reason: "x", statement: "y"}', "PlanTargetAdjusted"),
    "pairingAgree": ('{code: "?", supporterCode: "1", recipientCode: "2", programme: TIBET,'
                     ' startsOn: "2011-01-01"}', "PairingAgreed"),
    "pairingEnd": (f'{{id: "{_nothing("Pairing")}", expectedVersion: 1,'
                   ' endsOn: "2011-01-01"}', "PairingEnded"),
    "projectPropose": ('{name: "", recipientCode: "", supporterCode: "", sectorCode: "", kind:'
                       ' FIXED_ASSET, deliveryMode: CHEQUE, proposedInvestment: "0.00",'
                       ' plannedStart: "2007-01-01", plannedEnd: "2007-01-01"}',
                       "ProjectProposed"),
    "projectApprove": (f"{_AN_AMOUNT}}}", _CHANGED),
    **{f"project{step}": (_A_STEP, _CHANGED) for step in (
        "Tender", "Start", "Complete", "Accept", "Audit", "HandOver", "Evaluate", "Close")},
    **{f"project{step}": (f'{_A_STEP[:-1]}, reason: "x"}}', _CHANGED) for step in (
        "Suspend", "Resume", "Cancel")},
    "projectAdjust": (f'{_AN_AMOUNT}, reason: "x"}}', _CHANGED),
    "projectAssess": (f'{{{_NO_PROJECT}, kind: THIRD_PARTY, judgement: {{assessor: "x"}}}}',
                      "ProjectAssessed"),
    "milestonePlan": (f"{_REPORT}}}", "MilestonesPlanned"),
    "milestoneLog": ("{}", "MilestoneChanged"),
    "milestoneReschedule": (f'{{id: "{global_id("Milestone", 10**9)}", expectedVersion: 1,'
                            ' plannedOn: "2011-01-01", reason: "x"}', "MilestoneChanged"),
    "milestoneCorrect": (f'{{id: "{global_id("Milestone", 10**9)}", expectedVersion: 1,'
                         ' metOn: "2011-01-01", reason: "x"}', "MilestoneChanged"),
    "milestoneUnlog": (f'{{id: "{global_id("Milestone", 10**9)}", expectedVersion: 1,'
                       ' reason: "x"}', "MilestoneChanged"),
    "progressReport": (f'{_REPORT}, percent: "1"}}', "ProgressReported"),
    "documentAttach": (f"{_REPORT}, file: $file}}", "DocumentAttached"),
    "villageDesignate": ('{recipientCode: "?", name: "x", supporterCode: "1",'
                         ' designatedIn: 2006}', "VillageDesignated"),
    "naturalVillageAdd": (f'{{villageId: "{_nothing("KeyVillage")}", name: "x"}}',
                          "NaturalVillageAdded"),
    "villageWorkPlan": (f'{{villageId: "{_nothing("KeyVillage")}", component: LIVING, name: "x",'
                        ' unit: "x", planned: "1", plannedStart: "2006-01-01",'
                        ' plannedEnd: "2006-01-01"}', "VillageWorkPlanned"),
    "villageWorkChange": (f'{{id: "{_nothing("VillageWork")}", expectedVersion: 1, reason: "x"}}',
                          "VillageWorkChanged"),
    "villageProgressReport": (f'{{workId: "{_nothing("VillageWork")}", done: "1",'
                              ' reportedOn: "2006-01-01"}', "VillageProgressReported"),
    "villageAccept": (f'{{villageId: "{_nothing("KeyVillage")}", sheet: "x", assessor: "x",'
                      ' acceptedOn: "2006-01-01", points: []}', "VillageAccepted"),
    "cadreRegister": ('{name: "x", category: TEACHER, supporterCode: "?"}', "CadreRegistered"),
    "batchMake": ('{code: "?", name: "x", startsOn: "2006-01-01", months: 0}', "BatchMade"),
    "postAgree": ('{recipientCode: "?", unit: "x", title: "x", category: TEACHER,'
                  ' agreedFrom: "2006-01-01"}', "PostAgreed"),
    "postEnd": (f'{{id: "{_nothing("Post")}", agreedUntil: "2006-01-01"}}', "PostEnded"),
    "secondmentPost": (f'{{cadreId: "{_nothing("SecondedCadre")}",'
                       f' postId: "{_nothing("Post")}"}}', "SecondmentPosted"),
    "secondmentSucceed": (f'{{id: "{_nothing("Secondment")}",'
                          f' cadreId: "{_nothing("SecondedCadre")}"}}', "SecondmentPosted"),
    "secondmentEnd": (f'{{id: "{_nothing("Secondment")}", expectedVersion: 1,'
                      ' endedOn: "2006-01-01", reason: "x"}', "SecondmentEnded"),
    "secondmentExtend": (f'{{id: "{_nothing("Secondment")}", expectedVersion: 1,'
                         ' newEnd: "2006-01-01", reason: "x"}', "SecondmentExtended"),
    "tranchePlan": (f"{_REPORT}}}", "TranchesPlanned"),
    "trancheChange": (f'{_INSTALMENT}, tranche: {{name: "", sourceCode: "?", amount: "0.00"}}}}',
                      "TrancheChanged"),
    "trancheWithdraw": (f"{_INSTALMENT}}}", "TrancheChanged"),
    **dict.fromkeys(("fundsCommit", "fundsDisburse", "fundsReceive", "fundsPay", "fundsReturn",
                     "commitmentCancel"), (_MONEY, "FundsMoved")),
    "movementReverse": (f'{{id: "{_nothing("Movement")}", {_A_SLIP}}}', "FundsMoved"),
    "disbursementRequest": (_MONEY, "DisbursementRequested"),
    "disbursementDecide": (f'{{id: "{_nothing("DisbursementRequest")}", decision: APPROVED}}',
                           "DisbursementDecided"),
    "secondmentAssign": (f'{{id: "{_nothing("Secondment")}", projectCode: "x"}}',
                         "SecondmentAssigned"),
}
"""What is wrong enough to be refused, and the type of success."""


def ways(rows: Rows, own: frozenset[int]) -> Iterator[Way]:
    """All ways there are, over the rows of the furnished database."""
    yield from _roots(rows, own)
    for kind in (*_NODES, *_NATIONAL):
        for place in PLACES if kind in _NODES else (NONE,):
            for number in _ids(rows, own, kind, place):
                yield Way(kind, place, _node(kind, number, "%s"), (("Query", "node"),))
    for above, field, kind in _BELOW:
        for place in PLACES:
            if place == NONE or above in _NODES:
                inner, route = _inner(above, field)
                for number in _ids(rows, own, above, place):
                    yield Way(kind, place, _node(above, number, inner, "n"),
                              (("Query", "node"), *route))
    yield from _pages()
    yield from _mutations()


def _inner(above: str, path: str) -> tuple[str, Route]:
    """The selection of objects some fields below a type, and those fields."""
    *through, last = path.split(".")
    selected, route, at = f"{SPOT}: {last} {{ %s }}", [], above
    for field in (*through, last):
        route.append((at, field))
        type_: Any = schema._schema.type_map[at]
        at = get_named_type(type_.fields[field].type).name
    for field in reversed(through):
        selected = f"{field} {{ {selected} }}"
    return selected, tuple(route)


def _node(kind: str, number: int, selected: str, key: str = SPOT) -> str:
    asked = f'node(id: "{global_id(kind, number)}") {{ ... on {kind} {{ {selected} }} }}'
    return f"{{ {key}: {asked} }}"


def _roots(rows: Rows, own: frozenset[int]) -> Iterator[Way]:
    assert schema._schema.query_type is not None
    given = {**ARGUMENTS, **_of_rows(rows, own)}
    for name in schema._schema.query_type.fields:
        places = [place for place in PLACES if ("Query", name, place) in given]
        national = [] if name in _TAKES_ARGUMENTS else [NONE]
        for place in dict.fromkeys((*places, *national)):
            yield Way("Query", place, "{ %s }", fields=(name,))
    for kind, root in _LISTED:
        for place in PLACES:
            asked = given.get(("Query", root, place), "")
            if asked or (place == NONE and root not in _TAKES_ARGUMENTS):
                yield Way(kind, place, f"{{ {SPOT}: {root}{asked} {{ %s }} }}", (("Query", root),))
    for kind, root, above, path in _PARTS:
        inner, route = _inner(above, path)
        yield Way(kind, NONE, f"{{ {root} {{ {inner} }} }}", (("Query", root), *route))
    yield Way("Viewer", NONE, f"{{ {SPOT}: viewer {{ %s }} }}", (("Query", "viewer"),))
    yield Way("ViewerPermission", NONE, f"{{ viewer {{ {SPOT}: permissions {{ %s }} }} }}",
              (("Query", "viewer"), ("Viewer", "permissions")))
    for place in PLACES:
        number = _ids(rows, own, "PlanTarget", place)[0]
        yield Way("Node", place, f'{{ {SPOT}: node(id: "{global_id("PlanTarget", number)}")'
                  " { %s } }", (("Query", "node"),))


def arguments(rows: Rows, own: frozenset[int], kind: str, field: str, place: str) -> str:
    """The arguments to ask for a field with."""
    if (kind, field) == ("RecipientRegion", "nameOn"):
        return '(date: "2020-01-01")'
    return {**ARGUMENTS, **_of_rows(rows, own)}.get((kind, field, place), "")


def _of_rows(rows: Rows, own: frozenset[int]) -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for place in PLACES:
        number = _ids(rows, own, "PlanTarget", place)[0]
        target = rows.one("PlanTarget", "id", number)
        assert target is not None
        plan = rows.one("Plan", "id", target["plan_id"])
        assert plan is not None
        found["Query", "node", place] = f'(id: "{global_id("PlanTarget", number)}")'
        found["Query", "planTarget", place] = (
            f'(planCode: "{plan["code"]}", code: "{target["code"]}")')
    for place in (OWN, OTHER):
        movement = rows.one("Movement", "id", _ids(rows, own, "Movement", place)[0])
        assert movement is not None
        project = rows.one("AidProject", "id", movement["project_id"])
        assert project is not None
        for root in ("fundingTranche", "movement"):
            found["Query", root, place] = f'(projectCode: "{project["code"]}", seq: 1)'
    return found


def _pages() -> Iterator[Way]:
    for kind, (root, places) in _LISTS.items():
        connection = f"{kind}Connection"
        for place, given in places.items():
            route = (("Query", root),)
            yield Way(connection, place, f"{{ {SPOT}: {root}({given}) {{ %s }} }}", route)
            yield Way(f"{kind}Edge", place,
                      f"{{ {root}({given}) {{ {SPOT}: edges {{ %s }} }} }}",
                      (*route, (connection, "edges")))
    yield Way("PageInfo", NONE, f"{{ plan(code: \"{_PLAN}\") {{ targets {{ {SPOT}: pageInfo "
              "{ %s } } } }", (("Query", "plan"), ("Plan", "targets")))


def _mutations() -> Iterator[Way]:
    for name, (given, success) in MUTATIONS.items():
        of = "mutation ($file: Upload!)" if "$file" in given else "mutation"
        yield Way("Mutation", NONE, f"{of} {{ %s }}", fields=(name,))
        for kind in (success, *_REFUSALS.get(name, ())):
            yield Way(kind, NONE, f"{of} {{ {SPOT}: {name}(input: {given}) {{ ... on {kind} "
                      "{ %s } } }", (("Mutation", name),))
    given, _ = MUTATIONS["pairingAgree"]
    yield Way("Problem", NONE, f"mutation {{ pairingAgree(input: {given}) {{ ... on InvalidInput "
              f"{{ {SPOT}: problems {{ %s }} }} }} }}", (("Mutation", "pairingAgree"),))


_REFUSALS: Mapping[str, tuple[str, ...]] = {
    "accountDisable": ("NotFound",), "planTargetAdjust": ("StaleVersion",),
    "pairingAgree": ("InvalidInput", "UserError", "Conflict"),
    "movementReverse": ("Overdrawn", "NotYours"),
}
"""The types of refusals to look at by each mutation; each type is looked at once."""


def _ids(rows: Rows, own: frozenset[int], kind: str, place: str) -> list[int]:
    """A few rows of a kind that are of a place, which together say as much as can be."""
    left = [(row["id"], _says(rows, kind, row)) for row in rows.all(kind)
            if place_of(rows, own, kind, row) == place]
    chosen: list[int] = []
    said: set[str] = set()
    while left and len(chosen) < MOST:
        number, says = max(left, key=lambda one: len(one[1] - said))
        if chosen and says <= said:
            break
        chosen.append(number)
        said |= says
    return chosen


def _says(rows: Rows, kind: str, row: Row) -> set[str]:
    """What there is to say of a row: its columns that hold something, what hangs on it."""
    below = {"PlanTarget": (("PlanTargetYear", "target_id"), ("PlanTargetAdjustment", "target_id"),
                            ("AidProject", "target_id")),
             "RecipientRegion": (("Pairing", "recipient_id"), ("PublishedFigure", "region_id")),
             "PlanSection": (("PlanSection", "parent_id"),),
             "AidProject": (*((kind, "project_id") for kind in (
                 "StageChange", "ProjectAdjustment", "ProgressReport", "Evaluation", "Document",
                 "Milestone", "ProjectVillageRow", "SecondmentProjectRow", "FundingTranche",
                 "Movement", "ChainHead")),),
             "Milestone": (("Rescheduling", "milestone_id"),
                           ("MilestoneCorrection", "milestone_id")),
             "FundingTranche": (("Movement", "tranche_id"),),
             "Movement": (("Movement", "reverses_id"),),
             "DisbursementRequest": (("DisbursementDecision", "request_id"),),
             "Account": (("AccountRegionRow", "account_id"),),
             "KeyVillage": (("VillageWork", "village_id"), ("VillageAcceptance", "village_id"),
                            ("NaturalVillage", "village_id"),
                            ("ProjectVillageRow", "village_id")),
             "VillageWork": (("VillageReport", "work_id"), ("WorkAdjustment", "work_id")),
             "SecondedCadre": (("Secondment", "cadre_id"),),
             "Post": (("Secondment", "post_id"),),
             "Secondment": (("Secondment", "predecessor_id"),
                            ("SecondmentExtension", "secondment_id"),
                            ("SecondmentProjectRow", "secondment_id"))}
    return {column for column, value in row.values.items() if value is not None} | {
        of for of, column in below.get(kind, ()) if rows.where(of, column, row["id"])}


def place_of(rows: Rows, own: frozenset[int], kind: str, row: Row) -> str:
    """Whose a row is, for the recipient that sees the divisions `own`."""
    if kind in _NATIONAL:
        return NONE
    if kind == "SecondedCadre":
        terms = rows.where("Secondment", "cadre_id", row["id"])
        return OWN if any(term["recipient_id"] in own for term in terms) else OTHER
    if kind in ("RecipientRegion", "Pairing", *_OF_A_RECIPIENT):
        return OWN if row["id" if kind == "RecipientRegion" else "recipient_id"] in own else OTHER
    if row["region_id"] is None and row["group_id"] is None:
        return NONE
    members = {link["division_id"] for link in rows.where(
        "RegionGroupMember", "group_id", row["group_id"])} if row["group_id"] else set()
    return OWN if row["region_id"] in own or own & members else OTHER
