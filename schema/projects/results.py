"""What comes of changing projects."""

from typing import Annotated

import strawberry

from schema.errors import Conflict, InvalidInput, NotFound, StaleVersion
from schema.projects.types import AidProject, Document, Evaluation, Milestone, ProgressReport
from schema.read.fields import NodeOf, read
from schema.read.needs import STRUCTURE, needs


@needs(STRUCTURE)
@strawberry.type(description="The project as proposed, in reserve.")
class ProjectProposed:
    row_id: strawberry.Private[int]
    project: AidProject = read(NodeOf("row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The project as it stands now.")
class ProjectChanged:
    row_id: strawberry.Private[int]
    project: AidProject = read(NodeOf("row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The judgement as recorded.")
class ProjectAssessed:
    row_id: strawberry.Private[int]
    project_row_id: strawberry.Private[int]
    evaluation: Evaluation = read(NodeOf("row_id"))
    project: AidProject = read(NodeOf("project_row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The project with its new milestones.")
class MilestonesPlanned:
    row_id: strawberry.Private[int]
    project: AidProject = read(NodeOf("row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The milestone as it stands now.")
class MilestoneChanged:
    row_id: strawberry.Private[int]
    project_row_id: strawberry.Private[int]
    milestone: Milestone = read(NodeOf("row_id"))
    project: AidProject = read(NodeOf("project_row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The report as recorded.")
class ProgressReported:
    row_id: strawberry.Private[int]
    project_row_id: strawberry.Private[int]
    report: ProgressReport = read(NodeOf("row_id"))
    project: AidProject = read(NodeOf("project_row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The document as kept.")
class DocumentAttached:
    row_id: strawberry.Private[int]
    project_row_id: strawberry.Private[int]
    document: Document = read(NodeOf("row_id"))
    project: AidProject = read(NodeOf("project_row_id"))


ProjectProposeResult = Annotated[
    ProjectProposed | InvalidInput, strawberry.union("ProjectProposeResult")]
ProjectResult = Annotated[
    ProjectChanged | InvalidInput | StaleVersion | NotFound | Conflict,
    strawberry.union("ProjectResult"),
]
ProjectAssessResult = Annotated[
    ProjectAssessed | InvalidInput | NotFound | Conflict, strawberry.union("ProjectAssessResult")]
MilestonePlanResult = Annotated[
    MilestonesPlanned | InvalidInput | NotFound | Conflict,
    strawberry.union("MilestonePlanResult"),
]
MilestoneResult = Annotated[
    MilestoneChanged | InvalidInput | StaleVersion | NotFound | Conflict,
    strawberry.union("MilestoneResult"),
]
ProgressReportResult = Annotated[
    ProgressReported | InvalidInput | NotFound | Conflict,
    strawberry.union("ProgressReportResult"),
]
DocumentAttachResult = Annotated[
    DocumentAttached | InvalidInput | NotFound, strawberry.union("DocumentAttachResult")]
