"""Words of projects."""

from enum import StrEnum


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
