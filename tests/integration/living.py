"""A project whose milestones are logged while somebody looks, on two processes of the server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from aid.projects import service
from aid.projects.terms import Stage
from tests.actors import LOCAL
from tests.api.client import data
from tests.conftest import Peopled, as_app, copied, patient, serving
from tests.integration.working import led_to
from tests.people import TOKENS

LOG = """
mutation($project: ID!, $name: String!) {
  milestoneLog(input: {projectId: $project, name: $name, note: "已验收", metOn: "2007-08-01"}) {
    __typename } }
"""
PROPOSE = """
mutation($input: ProjectProposeInput!) { projectPropose(input: $input) { __typename } }
"""
FIND = "query($code: String!) { aidProject(code: $code) { id milestones { name metOn } } }"


@dataclass(frozen=True, slots=True)
class Living:
    """The addresses of two servers over one database, its name, and a project of Wenshan's."""

    bases: tuple[str, str]
    name: str
    code: str

    def log(self, at: int = 1) -> str:
        """Log the next milestone at a server; its name."""
        base = self.bases[at]
        project = data(base, FIND, {"code": self.code})["aidProject"]
        name: str = next(one["name"] for one in project["milestones"] if one["metOn"] is None)
        assert data(base, LOG, {"project": project["id"], "name": name}) == {
            "milestoneLog": {"__typename": "MilestoneChanged"}}
        return name


    def propose(self, recipient: str, at: int = 1) -> None:
        """Propose a project of a recipient, at a server."""
        found = data(self.bases[at], PROPOSE, {"input": {
            "name": "另一地的小学", "recipientCode": recipient, "supporterCode": "310000",
            "sectorCode": "education", "kind": "FIXED_ASSET", "deliveryMode": "CHEQUE",
            "proposedInvestment": "1.00", "plannedStart": "2007-03-01",
            "plannedEnd": "2008-03-01", "proposedOn": "2007-01-10"}})
        assert found == {"projectPropose": {"__typename": "ProjectProposed"}}


@contextmanager
def living(admin_url: URL, people: Peopled, place: Path) -> Iterator[Living]:
    """Two processes of the server, started the ordinary way."""
    with copied(admin_url, people.name) as name:
        url = as_app(admin_url, name)
        code = asyncio.run(_project(url))
        with serving(url, place, "serve") as one, serving(url, place, "serve") as other:
            for base in (one, other):
                TOKENS[base] = people.tokens
            yield Living((one, other), name, code)


async def _project(url: str) -> str:
    database = patient(url)
    await database.open()
    try:
        project = await led_to(database, Stage.STARTED)
        async with database.writing(LOCAL) as session:
            await service.plan_milestones(session, project.id)
        return str(project.code)
    finally:
        await database.close()
