"""Who asks, what they may do, which regions are theirs."""

import pytest

from aid.access.actor import Actor, Role
from aid.access.policy import Permission, Reach, reach
from schema.endpoint import Endpoint
from tests.actors import LEADER, LOCAL
from tests.actors import recipient as recipient_of
from tests.api.client import ask, data
from tests.api.conftest import World
from tests.api.entries import Entry
from tests.api.operations import Operation

WHO = Operation("{ viewer { name displayName role permissions { action reach } } }")
REGIONS = Operation("{ viewer { regions { code name pairings { code } } } }")


@pytest.mark.parametrize("role", Role)
async def test_the_viewer_says_what_the_policy_says(world: World, role: Role) -> None:
    """Every permission, and how far it goes, for whoever is signed in."""
    actor = Actor(role.value, role)
    viewer = (await Entry(Endpoint, world.database, actor).data(WHO))["viewer"]
    assert viewer["name"] == viewer["displayName"] == role.value
    assert viewer["role"] == role.name
    assert viewer["permissions"] == [
        {"action": permission.value, "reach": reach(role, permission).name}
        for permission in Permission]


async def test_a_tokens_scopes_narrow_what_the_viewer_may(world: World) -> None:
    """What is not in the scopes reaches nowhere."""
    scoped = Actor("program", Role.OFFICE,
                   scopes=frozenset({Permission.SELF, Permission.PLAN_READ}))
    viewer = (await Entry(Endpoint, world.database, scoped).data(WHO))["viewer"]
    assert {p["action"] for p in viewer["permissions"] if p["reach"] != Reach.NONE.name} == {
        "self", "plan.read"}


async def test_a_recipients_regions_are_the_uppermost_of_what_it_sees(world: World) -> None:
    """Not the counties below, of today or of former times; who sees all has none of their own."""
    places = world.rows.all("RecipientRegion")
    top = next(place for place in places if place["code"] == "540200")
    below = {period["division_id"] for period in world.rows.where(
        "DivisionPeriod", "parent_id", top["id"])}
    assert len(below) > 10
    mine = recipient_of(top["id"], *sorted(below))
    regions = (await Entry(Endpoint, world.database, mine).data(REGIONS))["viewer"]["regions"]
    assert [region["code"] for region in regions] == ["540200"]
    assert regions[0]["pairings"]
    for everyone in (LOCAL, LEADER):
        answer = await Entry(Endpoint, world.database, everyone).data(REGIONS)
        assert answer["viewer"]["regions"] == []


async def test_administrators_see_no_region_of_their_own_either(world: World) -> None:
    """They may not read regions at all."""
    answer = await Entry(Endpoint, world.database, Actor("a", Role.SYSTEM_ADMIN)).ask(REGIONS)
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN", "fields": ["viewer.regions"]}


def test_over_http_the_viewer_is_whose_token_it_is(server_url: str) -> None:
    """The name to show is that of the account; a recipient's regions are those granted."""
    recipient = data(server_url, REGIONS.text.replace("regions", "displayName role regions"),
                     as_="recipient")["viewer"]
    assert (recipient["displayName"], recipient["role"]) == ("Recipient", "RECIPIENT")
    assert [region["code"] for region in recipient["regions"]] == ["540200"]


def test_nobody_is_answered_nothing(server_url: str) -> None:
    """Without a token there is no viewer, not even a null one."""
    answer = ask(server_url, "{ viewer { name } }", authorization="")
    assert "data" not in answer
