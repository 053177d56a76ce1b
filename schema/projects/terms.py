"""Words of projects as the API names them: an enumeration first met unnamed gets a second name."""

import strawberry

from aid.projects.terms import AssessmentKind, DeliveryMode, Evidence, ProjectKind, Stage

strawberry.enum(Stage, description="The stages of a project's life, in order, and the two ways of "
                                   "leaving it: SUSPENDED, CANCELLED.")
strawberry.enum(ProjectKind, description="Whether something is built (固定资产类) or not "
                                         "(非固定资产类: training, relief).")
strawberry.enum(DeliveryMode, description="TURNKEY 交钥匙: the supporter builds. CHEQUE 交支票: "
                                          "the recipient builds with the supporter's money.")
strawberry.enum(Evidence, description="What a stage needs to be entered (门槛材料).")
strawberry.enum(AssessmentKind, name="EvaluationKind", description="Who judged a project.")

__all__ = ["AssessmentKind", "DeliveryMode", "Evidence", "ProjectKind", "Stage"]
