"""Acting on projects over real HTTP, as offices and prefectures do."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from tests.api.client import data
from tests.people import bearer

PROJECT = """id code version stage heldStage approvedInvestment proposedInvestment progress
  completedOn stageHistory { toStage occurredOn evidence evidenceNo override reason actor }
  milestones { id name stage plannedOn metOn version }
  evaluations { kind assessor passed score settledInvestment }"""
MILESTONE = """milestone { id name metOn evidenceNo note version plannedOn
  document { id title fileName size url } reschedulings { oldOn newOn reason }
  corrections { oldOn newOn oldEvidenceNo oldNote oldDocument { title } reason actor } }"""
SUCCESS = {
    "projectPropose": ("ProjectProposed", f"project {{ {PROJECT} }}"),
    "projectAssess": ("ProjectAssessed", f"project {{ {PROJECT} }} evaluation {{ passed }}"),
    "milestonePlan": ("MilestonesPlanned", f"project {{ {PROJECT} }}"),
    "milestoneLog": ("MilestoneChanged", f"project {{ id version }} {MILESTONE}"),
    "milestoneReschedule": ("MilestoneChanged", f"project {{ id }} {MILESTONE}"),
    "milestoneCorrect": ("MilestoneChanged", f"project {{ id }} {MILESTONE}"),
    "milestoneUnlog": ("MilestoneChanged", f"project {{ id }} {MILESTONE}"),
    "progressReport": ("ProgressReported", f"project {{ {PROJECT} }} report {{ reportedOn "
                       "percent note documents { title fileName url } } "),
    "documentAttach": ("DocumentAttached", "project { documents { id } } document { id title "
                       "fileName mediaType size sha256 url actor }"),
}
INPUTS = {
    "projectPropose": "ProjectProposeInput", "projectApprove": "ProjectApproveInput",
    "projectAccept": "ProjectJudgedStepInput", "projectAudit": "ProjectJudgedStepInput",
    "projectEvaluate": "ProjectJudgedStepInput", "projectSuspend": "ProjectAsideInput",
    "projectResume": "ProjectAsideInput", "projectCancel": "ProjectAsideInput",
    "projectAdjust": "ProjectAdjustInput", "projectAssess": "ProjectAssessInput",
    "milestonePlan": "MilestonePlanInput", "milestoneLog": "MilestoneLogInput",
    "milestoneReschedule": "MilestoneRescheduleInput",
    "milestoneCorrect": "MilestoneCorrectInput", "milestoneUnlog": "MilestoneUnlogInput",
    "progressReport": "ProgressReportInput",
    "documentAttach": "DocumentAttachInput",
}
STALE = "... on StaleVersion { expectedVersion currentVersion }"
JUDGED = {"assessor": "州发展改革委"}
SCHOOL = {
    "name": "文山州希望小学", "recipientCode": "532600", "supporterCode": "310000",
    "sectorCode": "education", "kind": "FIXED_ASSET", "deliveryMode": "TURNKEY",
    "proposedInvestment": "1000000.00", "plannedStart": "2007-03-01", "plannedEnd": "2008-02-29",
    "proposedOn": "2007-01-10",
}
"""A proposal."""
File = tuple[str, bytes]
"""A file's name and its bytes."""


def operation(name: str) -> str:
    """The text of a mutation that takes its input as a variable and shows all that comes of it."""
    success, shown = SUCCESS.get(name, ("ProjectChanged", f"project {{ {PROJECT} }}"))
    return f"""mutation ($input: {INPUTS.get(name, "ProjectStepInput")}!) {{
      {name}(input: $input) {{ __typename ... on {success} {{ {shown} }}
        ... on UserError {{ code message }} ... on InvalidInput {{ problems {{ path message
        value }} }} {STALE if success in ("ProjectChanged", "MilestoneChanged") else ""} }} }}"""


def act(base: str, name: str, as_: str = "office", /, **given: Any) -> dict[str, Any]:
    """What comes of a mutation."""
    found: dict[str, Any] = data(base, operation(name), {"input": given}, as_=as_)[name]
    return found


def problems(result: Mapping[str, Any]) -> set[str]:
    """The input fields that an input was refused for."""
    assert result["__typename"] == "InvalidInput", result
    return {".".join(one["path"]) for one in result["problems"]}


def proposed(base: str, as_: str = "office", /, **given: Any) -> dict[str, Any]:
    """A project in reserve."""
    found: dict[str, Any] = act(base, "projectPropose", as_, **{**SCHOOL, **given})["project"]
    return found


def moved(base: str, name: str, project: Mapping[str, Any], on: str, /, **given: Any) -> Any:
    """The project after a step, with the number of a paper for it."""
    result = act(base, name, id=project["id"], expectedVersion=project["version"],
                 **{"occurredOn": on, "evidenceNo": "沪合〔2007〕1号", **given})
    assert result["__typename"] == "ProjectChanged", result
    return result["project"]


def started(base: str, **given: Any) -> Any:
    """A project whose works have started, with the milestones of its template."""
    project = proposed(base, **given)
    project = moved(base, "projectApprove", project, "2007-02-01",
                    approvedInvestment=project["proposedInvestment"])
    project = moved(base, "projectTender", project, "2007-02-20")
    project = moved(base, "projectStart", project, "2007-03-15")
    return act(base, "milestonePlan", projectId=project["id"])["project"]


def form(
    operations: Mapping[str, Any] | str, places: Mapping[str, Sequence[str]] | str,
    files: Mapping[str, File],
) -> dict[str, Any]:
    """The parts of a form as httpx takes them."""
    texts = {name: text if isinstance(text, str) else json.dumps(text)
             for name, text in (("operations", operations), ("map", places))}
    parts = [(name, (None, text.encode())) for name, text in texts.items()]
    return {"files": [*parts, *files.items()]}


def with_file(name: str, file: File, /, **given: Any) -> dict[str, Any]:
    """The form of a mutation with one file."""
    sent = {"query": operation(name), "variables": {"input": {**given, "file": None}}}
    return form(sent, {"0": ["variables.input.file"]}, {"0": file})


def with_files(name: str, files: Sequence[File], /, **given: Any) -> dict[str, Any]:
    """The form of a mutation with several files."""
    sent = {"query": operation(name),
            "variables": {"input": {**given, "files": [None] * len(files)}}}
    return form(sent, {str(at): [f"variables.input.files.{at}"] for at in range(len(files))},
                {str(at): file for at, file in enumerate(files)})


def send(base: str, as_: str = "office", **sent: Any) -> httpx.Response:
    """The answer to a form."""
    return httpx.post(f"{base}/graphql", headers=bearer(base, as_), timeout=60, **sent)


def act_with_file(
    base: str, name: str, file: File, as_: str = "office", /, **given: Any
) -> dict[str, Any]:
    """What comes of a mutation that brings a file."""
    return _done(send(base, as_, **with_file(name, file, **given)), name)


def act_with_files(
    base: str, name: str, files: Sequence[File], as_: str = "office", /, **given: Any
) -> dict[str, Any]:
    """What comes of a mutation that brings several."""
    return _done(send(base, as_, **with_files(name, files, **given)), name)


def _done(answer: httpx.Response, name: str) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert "errors" not in found, found
    result: dict[str, Any] = found["data"][name]
    return result


def fetch(base: str, path: str, as_: str = "office", **headers: str) -> httpx.Response:
    """What is at a path."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(f"{base}{path}", headers=bearer(base, as_) | given, timeout=60)


@contextmanager
def streamed(base: str, path: str) -> Iterator[httpx.Response]:
    """What is at a path, as it comes."""
    with httpx.stream("GET", f"{base}{path}", headers=bearer(base), timeout=60) as answer:
        yield answer
