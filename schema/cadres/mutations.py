"""Mutations of seconded people: register, agree on a post, post, extend, end, succeed."""

from datetime import date
from typing import Annotated

import strawberry

from aid.access.policy import Permission
from aid.cadres.drafts import (
    BatchDraft,
    CadreDraft,
    EndDraft,
    ExtensionDraft,
    PostDraft,
    TermDraft,
)
from aid.cadres.queries import project_numbered
from aid.cadres.service import (
    agree_post,
    assign_project,
    end_early,
    end_post,
    extend,
    make_batch,
    post_cadre,
    register_cadre,
    succeed,
    unassign_project,
)
from aid.cadres.terms import CadreCategory, Direction
from aid.clock import today
from schema.action import action, checked, given
from schema.cadres.types import Batch, Post, SecondedCadre, Secondment
from schema.context import Context
from schema.errors import Conflict, InvalidInput, NotFound, StaleVersion
from schema.ids import decode_id_of
from schema.read.execution import check_result
from schema.read.fields import NodeOf, read
from schema.read.needs import STRUCTURE, needs

Info = strawberry.Info[Context, None]


@strawberry.input(description="A person to register. No telephone, no identity number.")
class CadreRegisterInput:
    name: str
    category: CadreCategory
    home_unit: str | None = None
    supporter_code: str
    district_code: str | None = None


@needs(STRUCTURE)
@strawberry.type(description="The person as registered.")
class CadreRegistered:
    row_id: strawberry.Private[int]
    cadre: SecondedCadre = read(NodeOf("row_id"))


@strawberry.input(description="A batch of people to send.")
class BatchMakeInput:
    code: str = strawberry.field(description="Your own code for it: lower case, digits, hyphens.")
    name: str
    name_en: str | None = None
    direction: Direction = Direction.OUT
    starts_on: date
    months: int = strawberry.field(description="The length of a term: 36 for officials.")


@needs(STRUCTURE)
@strawberry.type(description="The batch as made.")
class BatchMade:
    row_id: strawberry.Private[int]
    batch: Batch = read(NodeOf("row_id"))


@strawberry.input(description="A post to agree on. The recipient's code is the one in force on "
                              "agreedFrom, or the last it bore.")
class PostAgreeInput:
    recipient_code: str
    pairing_code: str | None = None
    unit: str
    title: str
    title_en: str | None = None
    category: CadreCategory
    direction: Direction = Direction.OUT
    agreed_from: date
    agreed_until: date | None = None


@needs(STRUCTURE)
@strawberry.type(description="The post as agreed.")
class PostAgreed:
    row_id: strawberry.Private[int]
    post: Post = read(NodeOf("row_id"))


@strawberry.input(description="The end of a post. Terms in it have to be over by then.")
class PostEndInput:
    id: strawberry.ID
    agreed_until: date = strawberry.field(description="Its last day.")


@needs(STRUCTURE)
@strawberry.type(description="The post as ended.")
class PostEnded:
    row_id: strawberry.Private[int]
    post: Post = read(NodeOf("row_id"))


@strawberry.input(description="A person's term in a post. What is left out is the batch's.")
class SecondmentPostInput:
    cadre_id: strawberry.ID
    post_id: strawberry.ID
    batch_code: str | None = None
    starts_on: date | None = None
    planned_end: date | None = None


@strawberry.input(description="Who succeeds a secondment in its post, and when.")
class SecondmentSucceedInput:
    id: strawberry.ID = strawberry.field(description="The secondment that is succeeded.")
    cadre_id: strawberry.ID
    batch_code: str | None = None
    starts_on: date | None = None
    planned_end: date | None = None


@needs(STRUCTURE)
@strawberry.type(description="The secondment as posted.")
class SecondmentPosted:
    row_id: strawberry.Private[int]
    secondment: Secondment = read(NodeOf("row_id"))


@strawberry.input(description="The early end of a term.")
class SecondmentEndInput:
    id: strawberry.ID
    expected_version: int = strawberry.field(description="The version you worked on.")
    ended_on: date = strawberry.field(description="Its actual last day.")
    reason: str


@needs(STRUCTURE)
@strawberry.type(description="The secondment as ended; its planned end stays.")
class SecondmentEnded:
    row_id: strawberry.Private[int]
    secondment: Secondment = read(NodeOf("row_id"))


@strawberry.input(description="A longer term.")
class SecondmentExtendInput:
    id: strawberry.ID
    expected_version: int = strawberry.field(description="The version you worked on.")
    new_end: date = strawberry.field(description="Its new planned last day.")
    reason: str


@needs(STRUCTURE)
@strawberry.type(description="The secondment as extended.")
class SecondmentExtended:
    row_id: strawberry.Private[int]
    secondment: Secondment = read(NodeOf("row_id"))


@strawberry.input(description="A project of the same recipient that a seconded person answers for, "
                              "or no longer does.")
class SecondmentAssignInput:
    id: strawberry.ID
    project_code: str
    answers: bool = strawberry.field(default=True, description="False: no longer.")


@needs(STRUCTURE)
@strawberry.type(description="The secondment with what it answers for.")
class SecondmentAssigned:
    row_id: strawberry.Private[int]
    secondment: Secondment = read(NodeOf("row_id"))


CadreRegisterResult = Annotated[
    CadreRegistered | InvalidInput, strawberry.union("CadreRegisterResult")]
BatchMakeResult = Annotated[BatchMade | InvalidInput, strawberry.union("BatchMakeResult")]
PostAgreeResult = Annotated[PostAgreed | InvalidInput, strawberry.union("PostAgreeResult")]
PostEndResult = Annotated[
    PostEnded | InvalidInput | NotFound | Conflict, strawberry.union("PostEndResult")]
SecondmentPostResult = Annotated[
    SecondmentPosted | InvalidInput | NotFound | Conflict,
    strawberry.union("SecondmentPostResult")]
SecondmentSucceedResult = Annotated[
    SecondmentPosted | InvalidInput | NotFound | Conflict,
    strawberry.union("SecondmentSucceedResult")]
SecondmentEndResult = Annotated[
    SecondmentEnded | InvalidInput | StaleVersion | NotFound | Conflict,
    strawberry.union("SecondmentEndResult")]
SecondmentExtendResult = Annotated[
    SecondmentExtended | InvalidInput | StaleVersion | NotFound | Conflict,
    strawberry.union("SecondmentExtendResult")]
SecondmentAssignResult = Annotated[
    SecondmentAssigned | InvalidInput | NotFound, strawberry.union("SecondmentAssignResult")]


@strawberry.type
class CadreMutations:
    @action(needs=Permission.CADRE_POST, description="Register a person who is to be seconded.")
    async def cadre_register(self, info: Info, input: CadreRegisterInput) -> CadreRegisterResult:
        check_result(info, CadreRegistered)
        draft = checked(CadreDraft, supporter=input.supporter_code, district=input.district_code,
                        **given(input, "name", "category", "home_unit"))
        async with info.context.database.writing(info.context.actor) as session:
            cadre = await register_cadre(session, draft)
        return CadreRegistered(row_id=cadre.id)

    @action(needs=Permission.CADRE_POST, description="Make a batch of people who are sent together "
                                                     "(批次).")
    async def batch_make(self, info: Info, input: BatchMakeInput) -> BatchMakeResult:
        check_result(info, BatchMade)
        draft = checked(BatchDraft, **given(
            input, "code", "name", "name_en", "direction", "starts_on", "months"))
        async with info.context.database.writing(info.context.actor) as session:
            batch = await make_batch(session, draft)
        return BatchMade(row_id=batch.id)

    @action(needs=Permission.CADRE_POST, description="Agree with a recipient on a post to fill "
                                                     "(商定岗位).")
    async def post_agree(self, info: Info, input: PostAgreeInput) -> PostAgreeResult:
        check_result(info, PostAgreed)
        draft = checked(
            PostDraft, recipient=input.recipient_code, pairing=input.pairing_code,
            **given(input, "unit", "title", "title_en", "category", "direction", "agreed_from",
                    "agreed_until"))
        async with info.context.database.writing(info.context.actor) as session:
            post = await agree_post(session, draft)
        return PostAgreed(row_id=post.id)

    @action(needs=Permission.CADRE_POST, description="Say until when a post is agreed.")
    async def post_end(self, info: Info, input: PostEndInput) -> PostEndResult:
        check_result(info, PostEnded)
        post_id = decode_id_of(input.id, "Post")
        async with info.context.database.writing(info.context.actor) as session:
            await end_post(session, post_id, agreed_until=input.agreed_until)
        return PostEnded(row_id=post_id)

    @action(needs=Permission.CADRE_POST, description="Post a person for a term (派任).")
    async def secondment_post(
        self, info: Info, input: SecondmentPostInput
    ) -> SecondmentPostResult:
        check_result(info, SecondmentPosted)
        draft = _term(input)
        cadre_id = decode_id_of(input.cadre_id, "SecondedCadre")
        post_id = decode_id_of(input.post_id, "Post")
        async with info.context.database.writing(info.context.actor) as session:
            secondment = await post_cadre(session, cadre_id, post_id, draft)
        return SecondmentPosted(row_id=secondment.id)

    @action(needs=Permission.CADRE_POST,
            description="Post a person as the successor of a secondment, in its post (接任).")
    async def secondment_succeed(
        self, info: Info, input: SecondmentSucceedInput
    ) -> SecondmentSucceedResult:
        check_result(info, SecondmentPosted)
        draft = _term(input)
        cadre_id = decode_id_of(input.cadre_id, "SecondedCadre")
        before = decode_id_of(input.id, "Secondment")
        async with info.context.database.writing(info.context.actor) as session:
            secondment = await succeed(session, before, draft, cadre_id=cadre_id)
        return SecondmentPosted(row_id=secondment.id)

    @action(needs=Permission.CADRE_POST,
            description="End a term on its actual last day (提前结束).")
    async def secondment_end(self, info: Info, input: SecondmentEndInput) -> SecondmentEndResult:
        check_result(info, SecondmentEnded)
        draft = checked(EndDraft, ended_on=input.ended_on, reason=input.reason)
        secondment_id = decode_id_of(input.id, "Secondment")
        async with info.context.database.writing(info.context.actor) as session:
            await end_early(session, secondment_id, draft,
                            expected_version=input.expected_version, today=today())
        return SecondmentEnded(row_id=secondment_id)

    @action(needs=Permission.CADRE_POST,
            description="Make a term longer (延期); the old end is kept with the reason.")
    async def secondment_extend(
        self, info: Info, input: SecondmentExtendInput
    ) -> SecondmentExtendResult:
        check_result(info, SecondmentExtended)
        draft = checked(ExtensionDraft, new_end=input.new_end, reason=input.reason)
        secondment_id, actor = decode_id_of(input.id, "Secondment"), info.context.actor
        async with info.context.database.writing(actor) as session:
            await extend(session, secondment_id, draft,
                         expected_version=input.expected_version, actor=actor)
        return SecondmentExtended(row_id=secondment_id)

    @action(needs=Permission.CADRE_POST,
            description="Say that a seconded person answers for a project, or no longer does.")
    async def secondment_assign(
        self, info: Info, input: SecondmentAssignInput
    ) -> SecondmentAssignResult:
        check_result(info, SecondmentAssigned)
        secondment_id = decode_id_of(input.id, "Secondment")
        async with info.context.database.writing(info.context.actor) as session:
            project_id = await project_numbered(session, input.project_code)
            change = assign_project if input.answers else unassign_project
            await change(session, secondment_id, project_id)
        return SecondmentAssigned(row_id=secondment_id)


def _term(input_: SecondmentPostInput | SecondmentSucceedInput) -> TermDraft:
    return checked(TermDraft, batch=input_.batch_code, starts_on=input_.starts_on,
                   planned_end=input_.planned_end)
