"""What comes of planning and moving money."""

from typing import Annotated

import strawberry

from schema.errors import Conflict, InvalidInput, NotFound, NotYours, Overdrawn, StaleVersion
from schema.funds.types import DisbursementRequest, FundingTranche, Movement
from schema.projects.types import AidProject
from schema.read.fields import NodeOf, read
from schema.read.needs import STRUCTURE, needs


@needs(STRUCTURE)
@strawberry.type(description="The project with its new instalments.")
class TranchesPlanned:
    row_id: strawberry.Private[int]
    project: AidProject = read(NodeOf("row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The instalment as planned now, or as withdrawn.")
class TrancheChanged:
    row_id: strawberry.Private[int]
    tranche: FundingTranche = read(NodeOf("row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The movement as recorded, now or when the key was first used.")
class FundsMoved:
    row_id: strawberry.Private[int]
    tranche_row_id: strawberry.Private[int]
    movement: Movement = read(NodeOf("row_id"))
    tranche: FundingTranche = read(NodeOf("tranche_row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The request as recorded, now or when the key was first used.")
class DisbursementRequested:
    row_id: strawberry.Private[int]
    request: DisbursementRequest = read(NodeOf("row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The request as decided; its movement, if it was approved.")
class DisbursementDecided:
    row_id: strawberry.Private[int]
    request: DisbursementRequest = read(NodeOf("row_id"))


TranchePlanResult = Annotated[
    TranchesPlanned | InvalidInput | NotFound | Conflict, strawberry.union("TranchePlanResult")]
TrancheResult = Annotated[
    TrancheChanged | InvalidInput | StaleVersion | NotFound | Conflict,
    strawberry.union("TrancheResult"),
]
FundsResult = Annotated[
    FundsMoved | InvalidInput | NotFound | Overdrawn | NotYours | Conflict,
    strawberry.union("FundsResult"),
]
DisbursementRequestResult = Annotated[
    DisbursementRequested | InvalidInput | NotFound | Overdrawn | Conflict,
    strawberry.union("DisbursementRequestResult"),
]
DisbursementDecideResult = Annotated[
    DisbursementDecided | InvalidInput | NotFound | Overdrawn | NotYours | Conflict,
    strawberry.union("DisbursementDecideResult"),
]
