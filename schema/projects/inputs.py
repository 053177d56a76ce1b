"""What is sent to change projects."""

from datetime import date
from decimal import Decimal

import strawberry

from aid.projects.files import MOST
from schema.projects.terms import AssessmentKind, DeliveryMode, ProjectKind, Stage
from schema.scalars import Percent, Yuan
from schema.uploads import Upload

_TODAY = "today in China if left out"
_VERSION = "The project's version that you worked on."
DOCUMENT = "The id of a document of the project."
FILE = "The file itself, kept as a document of the project; instead of documentId."
TITLE = "What the file is listed as; its name if left out."
FILES = f"Pictures, or other files, kept with it: all of them or none, at most {MOST}."
TITLES = "What the files are listed as; each by its own name if left out."


@strawberry.input(description="A project to propose (申报). Codes of places are those in force on "
                              "plannedStart, or the last that the place bore.")
class ProjectProposeInput:
    name: str
    name_en: str | None = None
    description: str | None = None
    recipient_code: str = strawberry.field(description="Whose project it is; a recipient's own.")
    region_code: str | None = strawberry.field(
        default=None, description="The division it lies in, at or below the recipient; the "
                                  "recipient if left out.")
    place: str | None = strawberry.field(
        default=None, description="Where in the region, in words.")
    supporter_code: str
    district_code: str | None = None
    pairing_code: str | None = strawberry.field(
        default=None, description="The one in force on plannedStart if left out.")
    plan_code: str | None = strawberry.field(default=None, description="Given with targetCode.")
    target_code: str | None = strawberry.field(
        default=None, description="The plan's target that it serves.")
    sector_code: str
    kind: ProjectKind
    delivery_mode: DeliveryMode
    proposed_investment: Yuan
    planned_start: date
    planned_end: date
    proposed_on: date | None = strawberry.field(
        default=None, description=f"The day it was proposed; {_TODAY}.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Your own for this proposal, 8 to 200 characters: the same again "
                                  "answers the same project, for ever.")


@strawberry.input(description="A project's next step, with what shows that it was taken.")
class ProjectStepInput:
    id: strawberry.ID = strawberry.field(description="The project.")
    expected_version: int = strawberry.field(description=_VERSION)
    occurred_on: date | None = strawberry.field(
        default=None, description=f"The day of the step; {_TODAY}.")
    evidence_no: str | None = strawberry.field(
        default=None, description="The number of the paper that the step needs.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description=DOCUMENT)
    file: Upload | None = strawberry.field(default=None, description=FILE)
    title: str | None = strawberry.field(default=None, description=TITLE)
    override: bool = strawberry.field(
        default=False, description="Go on though what is needed is missing; with a reason.")
    reason: str | None = None


@strawberry.input(description="The approval of a project (立项), which always has a number.")
class ProjectApproveInput(ProjectStepInput):
    approved_investment: Yuan


@strawberry.input(description="What acceptance, the final audit or a third party found.")
class JudgementInput:
    assessor: str = strawberry.field(description="Who judged.")
    passed: bool = True
    score: Decimal | None = strawberry.field(
        default=None, description="Of 100 points, with at most two decimals.")
    settled_investment: Yuan | None = strawberry.field(
        default=None, description="What the final audit settled (决算审定); of that alone.")
    findings: str | None = None


@strawberry.input(description="A step that somebody's judgement leads to.")
class ProjectJudgedStepInput(ProjectStepInput):
    judgement: JudgementInput | None = strawberry.field(
        default=None, description="Needed, like the evidence, unless it is passed over.")


@strawberry.input(description="A judgement that leads to no stage: a failed acceptance, a second "
                              "evaluation.")
class ProjectAssessInput:
    id: strawberry.ID = strawberry.field(description="The project.")
    kind: AssessmentKind
    judgement: JudgementInput
    assessed_on: date | None = strawberry.field(
        default=None, description=f"The day of the judgement; {_TODAY}.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description=DOCUMENT)


@strawberry.input(description="A project set aside, taken up again, or ended before its time.")
class ProjectAsideInput:
    id: strawberry.ID = strawberry.field(description="The project.")
    expected_version: int = strawberry.field(description=_VERSION)
    occurred_on: date | None = strawberry.field(
        default=None, description=f"The day of the decision; {_TODAY}.")
    reason: str
    evidence_no: str | None = strawberry.field(
        default=None, description="The number of the decision.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description=DOCUMENT)
    file: Upload | None = strawberry.field(default=None, description=FILE)
    title: str | None = strawberry.field(default=None, description=TITLE)


@strawberry.input(description="Another approved investment (概算调整).")
class ProjectAdjustInput:
    id: strawberry.ID = strawberry.field(description="The project.")
    expected_version: int = strawberry.field(description=_VERSION)
    approved_investment: Yuan = strawberry.field(description="The new amount.")
    reason: str
    adjusted_on: date | None = strawberry.field(
        default=None, description=f"The day it holds from; {_TODAY}.")
    document_no: str | None = None


@strawberry.input(description="A milestone to plan.")
class MilestoneInput:
    stage: Stage = strawberry.field(description="The stage that it belongs to.")
    name: str = strawberry.field(description="No other milestone of the project has it.")
    name_en: str | None = None
    planned_on: date


@strawberry.input(description="Milestones to add to a project.")
class MilestonePlanInput:
    project_id: strawberry.ID
    milestones: list[MilestoneInput] | None = strawberry.field(
        default=None, description="Those of the template for the project's kind if left out, "
                                  "spread over its planned period.")


@strawberry.input(description="That a milestone was met, with what shows it: a number, a "
                              "document, a file or a note.")
class MilestoneLogInput:
    milestone_id: strawberry.ID | None = strawberry.field(
        default=None, description="The milestone; or else projectId and name.")
    project_id: strawberry.ID | None = None
    name: str | None = strawberry.field(
        default=None, description="The milestone's name in its project.")
    met_on: date | None = strawberry.field(
        default=None, description=f"The day it was met; {_TODAY}.")
    evidence_no: str | None = None
    note: str | None = None
    document_id: strawberry.ID | None = strawberry.field(default=None, description=DOCUMENT)
    file: Upload | None = strawberry.field(default=None, description=FILE)
    title: str | None = strawberry.field(default=None, description=TITLE)


@strawberry.input(description="Another day for a milestone; the old one is kept with the reason.")
class MilestoneRescheduleInput:
    id: strawberry.ID = strawberry.field(description="The milestone.")
    expected_version: int = strawberry.field(
        description="The milestone's version that you worked on.")
    planned_on: date = strawberry.field(description="The new day.")
    reason: str


@strawberry.input(description="A milestone as it should have been logged: its day, and all that "
                              "shows it. What is left out of that no longer does.")
class MilestoneCorrectInput:
    id: strawberry.ID = strawberry.field(description="The milestone.")
    expected_version: int = strawberry.field(
        description="The milestone's version that you worked on.")
    met_on: date = strawberry.field(description="The day it was met.")
    reason: str = strawberry.field(description="Why it was logged otherwise.")
    evidence_no: str | None = None
    note: str | None = None
    document_id: strawberry.ID | None = strawberry.field(default=None, description=DOCUMENT)
    file: Upload | None = strawberry.field(default=None, description=FILE)
    title: str | None = strawberry.field(default=None, description=TITLE)


@strawberry.input(description="A milestone that was logged and not met.")
class MilestoneUnlogInput:
    id: strawberry.ID = strawberry.field(description="The milestone.")
    expected_version: int = strawberry.field(
        description="The milestone's version that you worked on.")
    reason: str


@strawberry.input(description="Physical progress (形象进度) of works that have started.")
class ProgressReportInput:
    project_id: strawberry.ID
    percent: Percent = strawberry.field(description="0–100 in all, not since the last report.")
    reported_on: date | None = strawberry.field(
        default=None, description=f"The day it was so; {_TODAY}.")
    note: str | None = strawberry.field(
        default=None, description="Why, where it is less than was reported before.")
    document_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Documents that the project has already, with or without files.")
    files: list[Upload] | None = strawberry.field(default=None, description=FILES)
    title: str | None = strawberry.field(default=None, description=TITLES)


@strawberry.input(description="A file to attach to a project.")
class DocumentAttachInput:
    project_id: strawberry.ID
    file: Upload = strawberry.field(
        description="PDF, PNG, JPEG, WebP, docx, xlsx, pptx, odt, ods; nothing that runs.")
    title: str | None = strawberry.field(default=None, description=TITLE)
