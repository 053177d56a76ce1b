"""Words of projects."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from aid.text import Text


class ProjectKind(StrEnum):
    """Whether something is built (固定资产类) or not (非固定资产类: training, relief …)."""

    FIXED_ASSET = "fixed_asset"
    NON_FIXED_ASSET = "non_fixed_asset"


class DeliveryMode(StrEnum):
    """Who builds: the supporter (交钥匙) or the recipient with the supporter's money (交支票)."""

    TURNKEY = "turnkey"
    CHEQUE = "cheque"


class Stage(StrEnum):
    """The stages of a project's life (项目阶段), in order, and the two ways of leaving it."""

    RESERVE = "reserve"
    APPROVED = "approved"
    TENDERED = "tendered"
    STARTED = "started"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    AUDITED = "audited"
    HANDED_OVER = "handed_over"
    EVALUATED = "evaluated"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Evidence(StrEnum):
    """What a stage needs to be entered (门槛材料)."""

    APPROVAL_NO = "approval_no"
    AWARD_NOTICE = "award_notice"
    START_PERMIT = "start_permit"
    COMPLETION_REPORT = "completion_report"
    ACCEPTANCE_CERTIFICATE = "acceptance_certificate"
    AUDIT_REPORT = "audit_report"
    HANDOVER_RECORD = "handover_record"
    EVALUATION_REPORT = "evaluation_report"


class AssessmentKind(StrEnum):
    """Who judged a project: acceptance, final audit (决算审计), a third party (第三方评估)."""

    ACCEPTANCE = "acceptance"
    FINAL_AUDIT = "final_audit"
    THIRD_PARTY = "third_party"


class Delay(StrEnum):
    """How a project is late: its works past their planned end, or a milestone past its day."""

    LATE = "late"
    BEHIND = "behind"


STAGE_NAMES: Mapping[Stage, Text] = MappingProxyType({
    Stage.RESERVE: Text("储备", "in reserve"),
    Stage.APPROVED: Text("立项", "approved"),
    Stage.TENDERED: Text("招投标", "tendered"),
    Stage.STARTED: Text("开工", "started"),
    Stage.COMPLETED: Text("完工", "completed"),
    Stage.ACCEPTED: Text("竣工验收", "accepted"),
    Stage.AUDITED: Text("决算审计", "audited"),
    Stage.HANDED_OVER: Text("移交", "handed over"),
    Stage.EVALUATED: Text("第三方评估", "evaluated"),
    Stage.CLOSED: Text("结项", "closed"),
    Stage.SUSPENDED: Text("暂停", "suspended"),
    Stage.CANCELLED: Text("终止", "cancelled"),
})

KIND_NAMES: Mapping[ProjectKind, Text] = MappingProxyType({
    ProjectKind.FIXED_ASSET: Text("固定资产类", "fixed asset"),
    ProjectKind.NON_FIXED_ASSET: Text("非固定资产类", "non-fixed asset"),
})

DELIVERY_NAMES: Mapping[DeliveryMode, Text] = MappingProxyType({
    DeliveryMode.TURNKEY: Text("交钥匙", "turnkey"),
    DeliveryMode.CHEQUE: Text("交支票", "cheque"),
})

EVIDENCE_NAMES: Mapping[Evidence, Text] = MappingProxyType({
    Evidence.APPROVAL_NO: Text("立项批复文号", "the number of the approval"),
    Evidence.AWARD_NOTICE: Text("中标通知书", "the notice of award"),
    Evidence.START_PERMIT: Text("开工许可（非建设类为启动通知）",
                                "the start permit (of what is not built: the notice to begin)"),
    Evidence.COMPLETION_REPORT: Text("完工报告", "the completion report"),
    Evidence.ACCEPTANCE_CERTIFICATE: Text("竣工验收证书", "the acceptance certificate"),
    Evidence.AUDIT_REPORT: Text("决算审计报告", "the audit report"),
    Evidence.HANDOVER_RECORD: Text("移交清册", "the handover record"),
    Evidence.EVALUATION_REPORT: Text("评估报告", "the evaluation report"),
})
