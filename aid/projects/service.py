"""Verbs on projects, of a session that is open for writing. Each file beside this has some."""

from aid.projects.documents import Attachment, Upload
from aid.projects.drafts import Judgement, MilestoneDraft, ProjectDraft, Step
from aid.projects.holding import WrongStage
from aid.projects.investment import InvestmentChange, adjust_investment
from aid.projects.milestones import (
    AlreadyLogged,
    MilestoneLog,
    MoneySent,
    NotLogged,
    correct_milestone,
    log_milestone,
    milestone_named,
    plan_milestones,
    reschedule_milestone,
    unlog_milestone,
)
from aid.projects.proposing import propose
from aid.projects.reporting import Progress, assess, attach_document, report_progress
from aid.projects.stages import advance, approve, cancel, resume, suspend

__all__ = [
    "AlreadyLogged", "Attachment", "InvestmentChange", "Judgement", "MilestoneDraft",
    "MilestoneLog", "MoneySent", "NotLogged", "Progress", "ProjectDraft", "Step", "Upload",
    "WrongStage", "adjust_investment", "advance", "approve", "assess", "attach_document", "cancel",
    "correct_milestone", "log_milestone", "milestone_named", "plan_milestones", "propose",
    "report_progress", "reschedule_milestone", "resume", "suspend", "unlog_milestone",
]
