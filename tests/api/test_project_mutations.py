"""The life of projects through the API: every step, every refusal, and nobody else's projects."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.engine import URL

from tests.api.client import ask, data
from tests.api.doing import (
    JUDGED,
    SCHOOL,
    act,
    act_with_file,
    moved,
    operation,
    problems,
    proposed,
    started,
)
from tests.conftest import Peopled, server
from tests.integration.paper import PDF, PNG

NOWHERE = "QWlkUHJvamVjdDo5OTk5OTk5OTk="
"""The id of a project that is not there."""
CHANGED, STALE, CONFLICT, NOT_FOUND = "ProjectChanged", "StaleVersion", "Conflict", "NotFound"


@pytest.fixture(scope="module")
def base(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server that these tests change: each proposes projects of its own."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("projects")) as found:
        yield found


def _refused(base: str, name: str, project: Any, **given: Any) -> dict[str, Any]:
    result = act(base, name, id=project["id"], expectedVersion=project["version"], **given)
    assert result["__typename"] != CHANGED
    return result


# Whole lives.

def test_a_construction_project_from_its_proposal_to_its_close(base: str) -> None:
    """Ten stages, each with its paper; what is missing, too early or out of turn is refused."""
    project = proposed(base, "wenshan")
    assert (project["stage"], project["approvedInvestment"]) == ("RESERVE", None)
    assert project["code"].startswith("310000-532600-2007-")
    assert problems(_refused(base, "projectApprove", project, approvedInvestment="0.00",
                             occurredOn="2006-12-31")) == {
        "occurredOn", "evidenceNo", "approvedInvestment"}
    early = _refused(base, "projectStart", project, evidenceNo="1")
    assert (early["__typename"], early["code"]) == (CONFLICT, "WRONG_STAGE")
    project = moved(base, "projectApprove", project, "2007-02-01",
                    approvedInvestment="980000.00")
    assert project["approvedInvestment"] == "980000.00"
    late = act(base, "projectTender", id=project["id"], expectedVersion=1, evidenceNo="1")
    assert (late["__typename"], late["currentVersion"]) == (STALE, project["version"])
    for name, on in (("projectTender", "2007-02-20"), ("projectStart", "2007-03-15"),
                     ("projectComplete", "2008-02-20")):
        assert problems(_refused(base, name, project)) == {"evidenceNo"}
        project = moved(base, name, project, on)
    report = act(base, "progressReport", "wenshan", projectId=project["id"], percent="100",
                 reportedOn="2008-02-20")
    assert report["project"]["progress"] == "100.00"
    assert problems(_refused(base, "projectAccept", project, evidenceNo="1")) == {
        "judgement.assessor"}
    assert problems(_refused(
        base, "projectAccept", project, occurredOn="2999-01-01", judgement={
            "assessor": " ", "passed": False, "score": "101", "settledInvestment": "1.00"})) == {
        "occurredOn", "evidenceNo", "judgement.assessor", "judgement.passed", "judgement.score",
        "judgement.settledInvestment"}
    project = moved(base, "projectAccept", project, "2008-04-01",
                    judgement={**JUDGED, "score": "92.5"})
    project = moved(base, "projectAudit", project, "2008-06-01",
                    judgement={"assessor": "市审计局", "settledInvestment": "975000.00"})
    project = moved(base, "projectHandOver", project, "2008-07-01")
    project = moved(base, "projectEvaluate", project, "2008-12-01",
                    judgement={"assessor": "第三方", "findings": "良好"})
    project = moved(base, "projectClose", project, "2009-01-05", evidenceNo=None)
    assert [one["toStage"] for one in project["stageHistory"]] == [
        "RESERVE", "APPROVED", "TENDERED", "STARTED", "COMPLETED", "ACCEPTED", "AUDITED",
        "HANDED_OVER", "EVALUATED", "CLOSED"]
    assert [one["evidence"] for one in project["stageHistory"]][1:4] == [
        "APPROVAL_NO", "AWARD_NOTICE", "START_PERMIT"]
    assert [(one["kind"], one["score"], one["settledInvestment"])
            for one in project["evaluations"]] == [
        ("ACCEPTANCE", "92.5", None), ("FINAL_AUDIT", None, "975000.00"),
        ("THIRD_PARTY", None, None)]
    over = _refused(base, "projectCancel", project, reason="晚了")
    assert (over["__typename"], over["code"]) == (CONFLICT, "WRONG_STAGE")


def test_a_project_that_builds_nothing_skips_two_stages(base: str) -> None:
    """Training is neither tendered nor handed over."""
    project = proposed(base, kind="NON_FIXED_ASSET", name="乡村医生培训", sectorCode="health")
    project = moved(base, "projectApprove", project, "2007-02-01", approvedInvestment="50000.00")
    skipped = _refused(base, "projectTender", project, evidenceNo="1")
    assert skipped["code"] == "WRONG_STAGE"
    assert "开工" in skipped["message"]
    for name, on, more in (
        ("projectStart", "2007-03-01", {}), ("projectComplete", "2007-09-01", {}),
        ("projectAccept", "2007-10-01", {"judgement": JUDGED}),
        ("projectAudit", "2007-11-01", {"judgement": JUDGED}),
    ):
        project = moved(base, name, project, on, **more)
    assert _refused(base, "projectHandOver", project, evidenceNo="1")["code"] == "WRONG_STAGE"
    project = moved(base, "projectEvaluate", project, "2007-12-01", judgement=JUDGED)
    project = moved(base, "projectClose", project, "2007-12-31")
    assert len(project["stageHistory"]) == 8


# Beside the path.

def test_what_is_missing_is_passed_over_with_a_reason(base: str) -> None:
    """And it is written down that it was."""
    project = proposed(base)
    assert problems(_refused(base, "projectApprove", project, approvedInvestment="1.00",
                             override=True)) == {"reason"}
    project = moved(base, "projectApprove", project, "2007-02-01", evidenceNo=None, override=True,
                    reason="文号待补", approvedInvestment="1.00")
    last = project["stageHistory"][-1]
    assert (last["override"], last["evidence"], last["reason"]) == (True, None, "文号待补")


def test_a_project_is_set_aside_and_taken_up_again(base: str) -> None:
    """From the stage it had; and cancelled in the end, its history kept."""
    project = started(base)
    assert problems(_refused(base, "projectSuspend", project, reason=" ")) == {"reason"}
    project = moved(base, "projectSuspend", project, "2007-06-01", reason="塌方")
    assert (project["stage"], project["heldStage"]) == ("SUSPENDED", "STARTED")
    for name in ("projectStart", "projectComplete"):
        waiting = _refused(base, name, project, evidenceNo="1")
        assert (waiting["code"], "恢复以后才能" in waiting["message"]) == ("WRONG_STAGE", True)
    project = moved(base, "projectResume", project, "2007-08-01", reason="道路已通")
    assert (project["stage"], project["heldStage"]) == ("STARTED", None)
    project = moved(base, "projectCancel", project, "2007-09-01", reason="并入新项目")
    assert [one["toStage"] for one in project["stageHistory"]][-3:] == [
        "SUSPENDED", "STARTED", "CANCELLED"]


def test_ten_percent_more_is_approved_anew(base: str) -> None:
    """A little less is an adjustment; the amount that was approved stands until then."""
    project = started(base)

    def adjusted(amount: str, **given: Any) -> dict[str, Any]:
        return act(base, "projectAdjust", id=project["id"], expectedVersion=project["version"],
                   approvedInvestment=amount, **{"reason": "材料涨价", **given})

    assert problems(adjusted("1000000.00", reason="", adjustedOn="2999-01-01")) == {
        "approvedInvestment", "reason", "adjustedOn"}
    project = adjusted("1099999.99")["project"]
    assert (project["stage"], project["approvedInvestment"]) == ("STARTED", "1099999.99")
    project = adjusted("1100000.00")["project"]
    assert (project["stage"], project["heldStage"], project["approvedInvestment"],
            project["proposedInvestment"]) == ("RESERVE", "STARTED", "1099999.99", "1100000.00")
    assert adjusted("5.00")["code"] == "WRONG_STAGE"
    again = act(base, "projectApprove", id=project["id"], expectedVersion=project["version"],
                approvedInvestment="1100000.00", evidenceNo="沪合〔2026〕9号")["project"]
    assert (again["stage"], again["approvedInvestment"]) == ("STARTED", "1100000.00")


def test_a_failed_acceptance_is_recorded_and_leads_nowhere(base: str) -> None:
    """So is a second evaluation, and nothing before the works are completed."""
    project = started(base)

    def assessed(**given: Any) -> dict[str, Any]:
        return act(base, "projectAssess", id=project["id"], **{
            "kind": "ACCEPTANCE", "assessedOn": "2008-03-01",
            "judgement": {**JUDGED, "passed": False}, **given})

    assert assessed()["code"] == "WRONG_STAGE"
    project = moved(base, "projectComplete", project, "2008-02-20")
    assert problems(assessed(assessedOn="2008-02-01", judgement={
        "assessor": "", "score": "1.234", "settledInvestment": "1.00"})) == {
        "assessedOn", "judgement.assessor", "judgement.score", "judgement.settledInvestment"}
    failed = assessed()
    assert (failed["evaluation"]["passed"], failed["project"]["stage"]) == (False, "COMPLETED")
    assert failed["project"]["version"] == project["version"]


# Proposals.

def test_every_mistake_of_a_proposal_is_listed_by_its_input_field(base: str) -> None:
    """Codes, names, amounts and days at once; then what they mean together."""
    wrong = act(base, "projectPropose", **{
        **SCHOOL, "name": " ", "recipientCode": "53", "supporterCode": "x", "regionCode": "1",
        "sectorCode": "A B", "proposedInvestment": "0.00", "plannedStart": "1900-01-01",
        "place": "山" * 201})
    assert problems(wrong) == {"name", "recipientCode", "supporterCode", "regionCode",
                               "sectorCode", "proposedInvestment", "plannedStart", "place"}
    wrong = act(base, "projectPropose", **{
        **SCHOOL, "sectorCode": "none", "plannedEnd": "2006-01-01", "proposedOn": "2099-01-01",
        "regionCode": "540200", "targetCode": "none"})
    assert problems(wrong) == {
        "sectorCode", "plannedEnd", "proposedOn", "regionCode", "targetCode"}
    amount = ask(base, operation("projectPropose"),
                 {"input": {**SCHOOL, "proposedInvestment": "1,000"}})
    assert "4130000.00" in amount["errors"][0]["message"]


def test_a_recipient_proposes_for_itself_alone(base: str) -> None:
    """Another's region is not its own, and it decides nothing."""
    project = proposed(base, "wenshan", plannedStart="2008-01-01")
    assert project["stageHistory"][0]["actor"] == "wenshan"
    foreign = act(base, "projectPropose", "recipient", **SCHOOL)
    assert problems(foreign) == {"recipientCode"}
    answer = ask(base, operation("projectApprove"), {"input": {
        "id": project["id"], "expectedVersion": 1, "approvedInvestment": "1.00",
        "evidenceNo": "1"}}, as_="wenshan")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_a_proposal_sent_twice_is_one_project(base: str) -> None:
    """At once or later, for ever; the key means nothing to another recipient."""
    key = "form-7f3a-92"
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: proposed(base, name="只报一次", idempotencyKey=key),
                              range(4)))
    assert len({one["code"] for one in found}) == 1
    approved = moved(base, "projectApprove", found[0], "2007-02-01",
                     approvedInvestment="900000.00", evidenceNo="沪发改〔2007〕1号")
    again = proposed(base, name="只报一次", idempotencyKey=key)
    assert (again["code"], again["stage"]) == (approved["code"], "APPROVED")
    other = act(base, "projectPropose", **{**SCHOOL, "name": "另一个", "idempotencyKey": key})
    assert problems(other) == {"idempotencyKey"}
    assert approved["code"] in other["problems"][0]["message"]
    theirs = proposed(base, recipientCode="540200", name="只报一次", idempotencyKey=key)
    assert theirs["code"] != approved["code"]
    short = act(base, "projectPropose", **{**SCHOOL, "idempotencyKey": "short"})
    assert problems(short) == {"idempotencyKey"}


# Milestones and progress.

def test_milestones_are_planned_from_the_template_or_as_given(base: str) -> None:
    """Each name once; a mistake says in which of them."""
    project = started(base)
    assert [one["name"] for one in project["milestones"]][:2] == ["招投标完成", "开工"]
    assert problems(act(base, "milestonePlan", projectId=project["id"])) == {"name"}
    given = [{"stage": "STARTED", "name": "封顶", "plannedOn": "2007-11-01"},
             {"stage": "STARTED", "name": "", "plannedOn": "1066-10-14"},
             {"stage": "CLOSED", "name": "x" * 201, "plannedOn": "2008-01-01"}]
    assert problems(act(base, "milestonePlan", projectId=project["id"], milestones=given)) == {
        "milestones.1.name", "milestones.1.plannedOn", "milestones.2.name"}
    twice = [given[0], given[0], {"stage": "SUSPENDED", "name": "停", "plannedOn": "2008-01-01"}]
    assert problems(act(base, "milestonePlan", projectId=project["id"], milestones=twice)) == {
        "milestones.1.name", "milestones.2.stage"}
    assert problems(act(base, "milestonePlan", projectId=project["id"], milestones=[])) == {
        "milestones"}
    more = act(base, "milestonePlan", projectId=project["id"], milestones=given[:1])["project"]
    assert "封顶" in [one["name"] for one in more["milestones"]]


def test_a_milestone_is_logged_once_however_often_it_is_pressed(base: str) -> None:
    """By its id or by its name; the same again answers the same, otherwise it is a conflict."""
    project = started(base)
    milestone = next(one for one in project["milestones"] if one["name"] == "开工")
    said = {"metOn": "2007-03-15", "evidenceNo": "开工令2007-3", "note": "如期"}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda by: act(base, "milestoneLog", **by, **said), [
            {"milestoneId": milestone["id"]}, {"projectId": project["id"], "name": "开工"}] * 2))
    assert all(one == found[0] for one in found)
    assert found[0]["__typename"] == "MilestoneChanged"
    assert found[0]["milestone"]["version"] == milestone["version"] + 1
    other = act(base, "milestoneLog", milestoneId=milestone["id"], metOn="2007-03-16", note="x")
    assert (other["__typename"], other["code"]) == (CONFLICT, "ALREADY_LOGGED")
    assert "2007-03-15" in other["message"]
    moved_ = act(base, "milestoneReschedule", id=milestone["id"], expectedVersion=2,
                 plannedOn="2007-05-01", reason="雨季")
    assert moved_["code"] == "ALREADY_LOGGED"


def test_which_milestone_is_said_in_one_way(base: str) -> None:
    """By id, or by project and name; the names there are, are told."""
    project = started(base)
    ids = {"milestoneId": project["milestones"][0]["id"], "projectId": project["id"]}
    for given in ({}, ids, {"projectId": project["id"]}, {"name": "开工"}):
        assert problems(act(base, "milestoneLog", note="x", **given)) == {"milestoneId"}
    unknown = act(base, "milestoneLog", note="x", projectId=project["id"], name="上梁")
    assert problems(unknown) == {"name"}
    assert "主体工程完成" in unknown["problems"][0]["message"]
    wrong = act(base, "milestoneLog", milestoneId=ids["milestoneId"], metOn="2999-01-01")
    assert problems(wrong) == {"metOn", "evidenceNo"}


def test_a_milestone_planned_anew_keeps_its_old_day(base: str) -> None:
    """With the reason; whoever comes second is told so."""
    milestone = started(base)["milestones"][3]
    given = {"id": milestone["id"], "expectedVersion": 1, "plannedOn": "2008-01-31"}
    assert problems(act(base, "milestoneReschedule", **{**given, "plannedOn": "1066-10-14"},
                        reason="")) == {"plannedOn", "reason"}
    found = act(base, "milestoneReschedule", **given, reason="雨季")["milestone"]
    assert found["reschedulings"] == [
        {"oldOn": milestone["plannedOn"], "newOn": "2008-01-31", "reason": "雨季"}]
    assert act(base, "milestoneReschedule", **given, reason="雨季")["__typename"] == STALE


def test_a_milestone_logged_wrongly_is_put_right(base: str) -> None:
    """By who logs; with the reason and what had been logged; every mistake at once."""
    project = started(base)
    milestone = next(one for one in project["milestones"] if one["name"] == "开工")
    unlogged = act(base, "milestoneUnlog", id=milestone["id"], expectedVersion=1, reason="误登")
    assert (unlogged["__typename"], unlogged["code"]) == (CONFLICT, "NOT_LOGGED")
    act_with_file(base, "milestoneLog", ("开工令.png", PNG), milestoneId=milestone["id"],
                  metOn="2007-03-15", evidenceNo="开工令2007-3")
    given = {"id": milestone["id"], "expectedVersion": 2, "metOn": "2007-03-25"}
    assert problems(act(base, "milestoneCorrect", **{**given, "metOn": "2999-01-01"},
                        reason=" ")) == {"metOn", "evidenceNo", "reason"}
    found = act(base, "milestoneCorrect", **given, evidenceNo="开工令2007-3", reason="看错日期")
    assert (found["milestone"]["metOn"], found["milestone"]["document"]) == ("2007-03-25", None)
    was = {"oldOn": "2007-03-15", "newOn": "2007-03-25", "oldEvidenceNo": "开工令2007-3",
           "oldNote": None, "oldDocument": {"title": "开工令.png"}, "reason": "看错日期",
           "actor": "office"}
    assert found["milestone"]["corrections"] == [was]
    again = act(base, "milestoneCorrect", **given, evidenceNo="x", reason="x")
    assert again["__typename"] == STALE
    gone = act(base, "milestoneUnlog", id=milestone["id"], expectedVersion=3, reason="尚未开工")
    assert (gone["milestone"]["metOn"], gone["milestone"]["evidenceNo"]) == (None, None)
    assert gone["milestone"]["corrections"] == [was, {
        **was, "oldOn": "2007-03-25", "newOn": None, "oldDocument": None, "reason": "尚未开工"}]


def test_progress_is_reported_by_the_prefecture_and_never_twice(base: str) -> None:
    """A fall says why; pressing again reports nothing new."""
    project = started(base)
    given = {"projectId": project["id"], "reportedOn": "2007-09-30"}
    found = [act(base, "progressReport", "wenshan", **given, percent="45.5") for _ in range(2)]
    assert found[0] == found[1]
    assert found[0]["report"] == {"reportedOn": "2007-09-30", "percent": "45.50", "note": None,
                                  "documents": []}
    reports = data(base, """query ($id: ID!) { node(id: $id) { ... on AidProject {
        reports { percent } } } }""", {"id": project["id"]})["node"]["reports"]
    assert reports == [{"percent": "45.50"}]
    assert problems(act(base, "progressReport", **given, percent="40")) == {"note"}
    assert problems(act(base, "progressReport", projectId=project["id"], percent="100.01",
                        reportedOn="2007-01-01")) == {"percent", "reportedOn"}
    assert act(base, "progressReport", projectId=proposed(base)["id"], percent="1")[
        "code"] == "WRONG_STAGE"
    wrong = ask(base, operation("progressReport"), {"input": {**given, "percent": "half"}})
    assert "84.50" in wrong["errors"][0]["message"]


# Walls.

def test_anothers_project_answers_as_one_that_is_not_there(base: str) -> None:
    """Word for word, for a prefecture that may do such a thing to its own."""
    project = started(base)
    progress = [act(base, "progressReport", "recipient", projectId=id_, percent="50")
                for id_ in (project["id"], NOWHERE)]
    documents = [act_with_file(base, "documentAttach", ("批复.pdf", PDF), "recipient",
                               projectId=id_) for id_ in (project["id"], NOWHERE)]
    for found in (progress, documents):
        assert found[0]["__typename"] == NOT_FOUND
        assert found[0] == found[1]


def test_what_is_not_there_or_is_something_else_is_refused(base: str) -> None:
    """For the office, of every mutation that names a project."""
    plan = "UGxhbjox"
    steps: dict[str, dict[str, Any]] = {
        "projectApprove": {"approvedInvestment": "1.00"}, "projectTender": {}, "projectStart": {},
        "projectComplete": {}, "projectAccept": {}, "projectAudit": {}, "projectHandOver": {},
        "projectEvaluate": {}, "projectClose": {}, "projectSuspend": {"reason": "x"},
        "projectResume": {"reason": "x"}, "projectCancel": {"reason": "x"},
        "projectAdjust": {"approvedInvestment": "1.00", "reason": "x"},
    }
    for name, given in steps.items():
        found = [act(base, name, id=id_, expectedVersion=1, **given)["__typename"]
                 for id_ in (NOWHERE, plan, "?")]
        assert found == [NOT_FOUND, "InvalidInput", "InvalidInput"], name
    assert act(base, "projectAssess", id=NOWHERE, kind="THIRD_PARTY", judgement=JUDGED)[
        "__typename"] == NOT_FOUND
    assert act(base, "milestonePlan", projectId=NOWHERE)["__typename"] == NOT_FOUND
    assert act(base, "milestoneLog", projectId=NOWHERE, name="开工", note="x")[
        "__typename"] == NOT_FOUND
    assert act(base, "milestoneLog", milestoneId="TWlsZXN0b25lOjk5OTk5OTk=", note="x")[
        "__typename"] == NOT_FOUND


def test_a_document_that_shows_something_is_the_projects_own(base: str) -> None:
    """Whatever other document is named: one that is not there, or another thing altogether."""
    project = proposed(base)
    other = act_with_file(base, "documentAttach", ("批复.pdf", PDF), projectId=proposed(base)["id"])
    for id_ in (other["document"]["id"], "RG9jdW1lbnQ6OTk5OTk5"):
        assert problems(_refused(base, "projectApprove", project, evidenceNo="1", documentId=id_,
                                 approvedInvestment="1.00")) == {"documentId"}
    wrong = _refused(base, "projectApprove", project, evidenceNo="1", documentId="UGxhbjox",
                     approvedInvestment="1.00")
    assert wrong["__typename"] == "InvalidInput"


def test_what_is_too_long_to_be_shown_is_refused(base: str) -> None:
    """Numbers of papers and names of 200 characters, reasons and notes of 4000."""
    project = started(base)
    number, prose = "号" * 201, "因" * 4001
    milestone = project["milestones"][0]["id"]
    assert problems(_refused(base, "projectSuspend", project, reason=prose,
                             evidenceNo=number)) == {"reason", "evidenceNo"}
    assert problems(_refused(base, "projectComplete", project, reason=prose,
                             evidenceNo=number)) == {"reason", "evidenceNo"}
    assert problems(_refused(base, "projectAdjust", project, reason=prose, documentNo=number,
                             approvedInvestment="5.00")) == {"reason", "documentNo"}
    assert problems(act(base, "milestoneLog", milestoneId=milestone, note=prose,
                        evidenceNo=number)) == {"note", "evidenceNo"}
    assert problems(act(base, "milestoneReschedule", id=milestone, expectedVersion=1,
                        plannedOn="2009-01-01", reason=prose)) == {"reason"}
    assert problems(act(base, "progressReport", projectId=project["id"], percent="1",
                        note=prose)) == {"note"}
    project = moved(base, "projectComplete", project, "2008-02-20")
    assert problems(_refused(base, "projectAccept", project, evidenceNo="1", judgement={
        "assessor": number, "findings": prose})) == {"judgement.assessor", "judgement.findings"}
