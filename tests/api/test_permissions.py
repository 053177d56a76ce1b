"""Who is served which field: measured, agreed on in golden/permissions.csv, and as declared."""

import os
from collections.abc import Mapping

import pytest
import strawberry
from graphql import GraphQLNamedType
from graphql.execution.values import VariableValues

from aid.access.actor import Actor
from aid.access.policy import Permission, Reach, reach
from aid.access.roles import Role
from schema.context import Context
from schema.endpoint import Endpoint
from schema.read.allowed import Forbidden
from schema.read.needs import Declared, Needs
from schema.read.prepared import Documents
from schema.schema import NEEDS, schema
from tests.actors import LEADER
from tests.api.conftest import World
from tests.api.entries import Entry, OrdinaryOnly
from tests.api.matrix import EMPTY, REFUSED, SERVED, Cell, committed, measured, recipient_of, write
from tests.api.operations import Operation
from tests.api.ways import NONE, OTHER, ways


@pytest.fixture(scope="module")
async def matrix(world: World) -> dict[Cell, str]:
    """The matrix as it is served."""
    return await measured(world)


def test_the_matrix_is_the_one_agreed_on(matrix: dict[Cell, str]) -> None:
    """`python -m tests.api.golden` writes it anew: look at the difference before committing it."""
    if os.environ.get("WRITE_GOLDEN"):
        write(matrix)
    agreed = committed()
    assert {key: (agreed.get(key), found) for key, found in matrix.items()
            if agreed.get(key) != found} == {}
    assert agreed.keys() == matrix.keys()


def test_every_field_is_classified(matrix: dict[Cell, str]) -> None:
    """A new field fails here until there is a way to it."""
    assert {field for field, _, _ in matrix} == {".".join(key) for key in NEEDS}


def test_every_field_is_declared() -> None:
    """Nothing is served because somebody forgot to say who may see it."""
    assert NEEDS.undeclared() == []
    for type_, field in NEEDS:
        assert Declared.NOTHING not in NEEDS.of(_type(type_), field)


def test_fields_are_refused_just_as_declared(world: World, matrix: dict[Cell, str]) -> None:
    """To whom the policy does not give what the field, or the way to it, needs."""
    routes: dict[tuple[str, str], set[frozenset[object]]] = {}
    for way in ways(world.rows, frozenset(recipient_of(world).recipients)):
        on_the_way = frozenset().union(*(NEEDS.of(_type(t), f) for t, f in way.route))
        routes.setdefault((way.kind, way.place), set()).add(on_the_way)
    for (field, place, role), found in matrix.items():
        kind, _, name = field.partition(".")
        needs = NEEDS.of(_type(kind), name)
        open_ = any(_opens(Role(role), needs | route) for route in routes[kind, place])
        assert (found == REFUSED) is not open_, (field, place, role)


def test_a_recipient_is_shown_its_own_and_nobody_elses(matrix: dict[Cell, str]) -> None:
    """Where a permission reaches the own region only; all else it is shown as the office is."""
    for (field, place, role), found in matrix.items():
        own = any(_reach(Role(role), need) is Reach.OWN for need in _of_what_is_shown(field))
        if found == REFUSED:
            continue
        if own and place == OTHER:
            assert found == EMPTY, (field, place, role)
        elif role == Role.RECIPIENT and place != NONE:
            assert found == matrix[field, place, Role.OFFICE], (field, place, role)


def test_who_may_the_same_sees_the_same(matrix: dict[Cell, str]) -> None:
    """Office, leader and auditor read alike; what one administrator sees, the others do."""
    for group in ((Role.OFFICE, Role.LEADER, Role.AUDITOR),
                  (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)):
        for field, place in {key[:2] for key in matrix}:
            shown = {matrix[field, place, role] for role in group} - {REFUSED}
            assert len(shown) <= 1, (field, place, group)


def test_most_of_it_is_shown_to_somebody(matrix: dict[Cell, str]) -> None:
    """Or the matrix would say little."""
    fields = {key[0] for key in matrix}
    unseen = fields - {field for (field, _, _), found in matrix.items() if found == SERVED}
    assert unseen == NEVER_SHOWN


NEVER_SHOWN = {
    "AccountAdded.account", "AccountAdded.password", "AccountDisabled.account",
    "AccountEnabled.account", "AccountGranted.account", "PlanTargetAdjusted.target",
    "PairingAgreed.pairing", "PairingEnded.pairing", "StaleVersion.code", "StaleVersion.message",
    "StaleVersion.expectedVersion", "StaleVersion.currentVersion", "Conflict.code",
    "Conflict.message", "Pairing.district",
    "VillageAcceptance.document", "VillageWork.project",
    "ProjectProposed.project", "ProjectChanged.project",
    "ProjectAssessed.evaluation", "ProjectAssessed.project", "MilestonesPlanned.project",
    "MilestoneChanged.milestone", "MilestoneChanged.project", "ProgressReported.report",
    "ProgressReported.project", "DocumentAttached.document", "DocumentAttached.project",
    "VillageDesignated.village",
    "NaturalVillageAdded.naturalVillage", "VillageWorkPlanned.work", "VillageWorkChanged.work",
    "VillageProgressReported.report", "VillageAccepted.acceptance", "VillageAccepted.village",
    "CadreRegistered.cadre", "BatchMade.batch", "PostAgreed.post", "PostEnded.post",
    "SecondmentPosted.secondment", "SecondmentEnded.secondment", "SecondmentExtended.secondment",
    "SecondmentAssigned.secondment",
    "TranchesPlanned.project", "TrancheChanged.tranche", "FundsMoved.movement",
    "FundsMoved.tranche", "DisbursementRequested.request", "DisbursementDecided.request",
    "Overdrawn.code", "Overdrawn.message", "Overdrawn.available", "NotYours.code",
    "NotYours.message",
}
"""What comes of mutations that succeed or come second, as the matrix changes nothing; and what the
rows it is asked of do not have."""


# Refusals.

IN_A_BRANCH = (
    '{ plan(code: "x") { code discrepancies @include(if: false) { kind } } }',
    '{ plan(code: "x") { code discrepancies @skip(if: true) { kind } } }',
    'query ($no: Boolean! = false) { plan(code: "x") { ...F @include(if: $no) } }'
    " fragment F on Plan { discrepancies { kind } }",
    '{ plan(code: "x") { ... on Node { ...F } } } fragment F on Node { ...G }'
    " fragment G on Plan { discrepancies { __typename } }",
    '{ node(id: "UGxhbjox") { ... on Discrepancy { kind } } }',
    '{ node(id: "UGxhbjox") { ... on Discrepancy { __typename } } }',
    "mutation { pairingEnd(input: {id: \"x\", expectedVersion: 1, endsOn: \"2011-01-01\"})"
    " { __typename } }",
)


@pytest.mark.parametrize("query", IN_A_BRANCH, ids=range(len(IN_A_BRANCH)))
@pytest.mark.parametrize("kind", [Endpoint, OrdinaryOnly])
async def test_a_field_is_refused_wherever_it_hides(
    world: World, kind: type[Endpoint], query: str
) -> None:
    """In branches that are not taken, in fragments of fragments, in a mutation: nothing runs."""
    answer = await Entry(kind, world.database, recipient_of(world)).ask(Operation(query))
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "data" not in answer
    office = await Entry(kind, world.database).ask(Operation(query))
    assert all(e.get("extensions", {}).get("code") != "FORBIDDEN" for e in office.get("errors", ()))


async def test_a_refusal_names_the_outermost_fields(world: World) -> None:
    """By their response keys, and not what lies below them."""
    query = ('{ a: plan(code: "x") { code odd: discrepancies { kind figures { code } } }'
             ' b: plan(code: "y") { title } discrepancies(planCode: "x") { id } }')
    answer = await Entry(Endpoint, world.database, recipient_of(world)).ask(Operation(query))
    [error] = answer["errors"]
    assert error["extensions"]["fields"] == ["a.odd", "discrepancies"]
    assert "a.odd" in error["message"]


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
async def test_node_finds_only_what_one_may_read(world: World, role: Role) -> None:
    """For an administrator there is no plan; there is an account."""
    entry = Entry(Endpoint, world.database, Actor("admin", role))
    office = Entry(Endpoint, world.database)
    account = (await Entry(Endpoint, world.database, Actor("a", role)).data(
        Operation("{ accounts(first: 1) { nodes { id } } }")))["accounts"]["nodes"][0]["id"]
    for id_, seen_by in ((account, entry), ("UGxhbjox", office)):
        for asking in (entry, office):
            found = await asking.data(Operation(f'{{ node(id: "{id_}") {{ __typename }} }}'))
            assert bool(found["node"]) is (asking is seen_by)


async def test_a_tokens_scopes_hold_for_every_field(world: World) -> None:
    """An office's token for plans reads no targets and adjusts none."""
    token = Actor("program", Role.OFFICE, scopes=frozenset({Permission.PLAN_READ}))
    entry = Entry(Endpoint, world.database, token)
    assert "errors" not in await entry.ask(Operation("{ plans { code sections { title } } }"))
    for query in ("{ plans { targets { totalCount } } }", "{ viewer { name } }", "{ __schema "
                  "{ queryType { name } } }", IN_A_BRANCH[-1]):
        answer = await entry.ask(Operation(query))
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", query


async def test_an_actor_who_may_nothing_is_told_nothing(world: World) -> None:
    """Somebody half signed in, with no permission at all: not even the schema."""
    nobody = Actor("half", Role.OFFICE, scopes=frozenset())
    entry = Entry(Endpoint, world.database, nobody)
    for query in ('{ __type(name: "Plan") { name } }', "{ plans { code } }", "{ viewer { role } }"):
        assert "data" not in await entry.ask(Operation(query))


async def test_the_second_wall_stands_by_itself(world: World) -> None:
    """Had the endpoint let it pass: the mutation and the compiler refuse, each on its own."""
    documents, nothing = Documents(schema._schema), VariableValues({}, {})
    prepared = documents.prepare(IN_A_BRANCH[-1], None)
    context = Context(world.database, LEADER, "", "en", documents, prepared, nothing)
    result = await schema.execute(IN_A_BRANCH[-1], context_value=context)
    assert result.errors
    assert isinstance(result.errors[0].original_error, Forbidden)
    read = documents.prepare("{ plans { discrepancies { kind } } }", None)
    with pytest.raises(Forbidden):
        documents.statement(read, nothing, recipient_of(world))


def test_what_nobody_declared_nobody_is_served() -> None:
    """At run time as well: an undeclared type needs what no actor has."""
    @strawberry.type
    class Forgotten:
        secret: str

    @strawberry.type
    class Query:
        forgotten: Forgotten | None = None

    bare = strawberry.Schema(Query)._schema
    needs = Needs(bare)
    assert needs.undeclared() == ["Query.forgotten", "Forgotten.secret"]
    everything = frozenset(Permission)
    assert not needs.of(bare.type_map["Forgotten"], "secret") <= everything
    assert not needs.of(bare.type_map["Forgotten"], "__typename") <= everything


def _of_what_is_shown(field: str) -> frozenset[object]:
    """What it needs to see what the field holds, which may be more than to ask for it."""
    kind, _, name = field.partition(".")
    if field in ("Node.id", "Query.node"):  # the matrix asks for targets
        return frozenset({Permission.TARGET_READ})
    if name in ("edges", "nodes", "cursor", "node"):
        return NEEDS.of_type(_type(f"{kind.removesuffix('Edge').removesuffix('Connection')}"))
    return NEEDS.of(_type(kind), name)


def _type(name: str) -> GraphQLNamedType:
    found: Mapping[str, GraphQLNamedType] = schema._schema.type_map
    return found[name]


def _opens(role: Role, needs: frozenset[object]) -> bool:
    return all(_reach(role, need) is not Reach.NONE for need in needs)


def _reach(role: Role, need: object) -> Reach:
    return reach(role, need) if isinstance(need, Permission) else Reach.NONE
