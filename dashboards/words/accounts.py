"""The words of the accounts page, and what roles and permissions are called."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "accounts.title": Text("账户与权限", "Accounts and rights"),
    "accounts.lead": Text(
        "可登录的账户及其角色、可见地区。本页只供查看；更改用命令 aid user 或 API，"
        "每次都记入审计日志。",
        "Who may sign in, in which role and for which regions. This page is read-only: changes are "
        "made with the command aid user or the API, and each is in the audit log.",
    ),
    "accounts.list": Text("账户 {count} 个", "Accounts: {count}"),
    "accounts.none": Text(
        "还没有账户。系统管理员用 aid user add 建立。",
        "There is no account yet. The system administrator adds one with aid user add.",
    ),
    "accounts.name": Text("账户名", "Account"),
    "accounts.display": Text("姓名", "Name"),
    "accounts.role": Text("角色", "Role"),
    "accounts.regions": Text("地区", "Regions"),
    "accounts.seen": Text("最近登录", "Last sign-in"),
    "accounts.state": Text("状态", "State"),
    "accounts.never": Text("从未登录", "never"),
    "accounts.no_role": Text("尚未授予角色", "no role yet"),
    "accounts.no_region": Text("⚠ 尚未指定地区", "⚠ no region yet"),
    "accounts.everywhere": Text("全部地区", "all regions"),
    "accounts.nowhere": Text("无", "none"),
    "accounts.since": Text("停用于 {moment}", "disabled on {moment}"),
    "state.active": Text("可用", "active"),
    "state.disabled": Text("⊘ 已停用", "⊘ disabled"),
    "state.waiting": Text("○ 待授予角色", "○ waits for a role"),
    "three.heading": Text("三员分立", "Separation of the three administrators"),
    "three.lead": Text(
        "一个账户只有一个角色，授予后不能更改；三种管理员互相制约，都看不到任何地区的数据和资金。",
        "An account has one role, which never changes once granted. The three administrators hold "
        "each other in check, and none of them sees a region's data or its money.",
    ),
    "three.system_admin": Text(
        "系统管理员：建立、停用和恢复账户；不能授予角色和地区，不能看审计日志。",
        "System administrator: adds and disables accounts and lets them in again; may not grant "
        "roles or regions, may not read the audit log.",
    ),
    "three.security_admin": Text(
        "安全管理员：授予角色和地区；不能建立账户，不能看审计日志。",
        "Security administrator: grants roles and regions; may not add accounts, may not read the "
        "audit log.",
    ),
    "three.audit_admin": Text(
        "审计管理员：查看审计日志和全部账户；不能更改任何账户和权限。",
        "Audit administrator: reads the audit log and all accounts; may not change any account or "
        "right.",
    ),
    "matrix.heading": Text("各角色的权限", "Rights of each role"),
    "matrix.lead": Text(
        "全部＝所有地区；本地区＝受援地自己的地区、其下各级，以及不涉及单个地区的内容；—＝不可以。",
        "all: every region; own: a recipient's own region, all below it, and what is said of no "
        "single region; —: not allowed.",
    ),
    "matrix.action": Text("操作", "Action"),
    "matrix.allowed": Text("可以", "yes"),
    "reach.all": Text("全部", "all"),
    "reach.own": Text("本地区", "own"),
    "reach.none": Text("—", "—"),
    "role.office": Text("合作交流办", "Office"),
    "role.recipient": Text("受援地", "Recipient"),
    "role.leader": Text("领导", "Leader"),
    "role.auditor": Text("审计", "Auditor"),
    "role.system_admin": Text("系统管理员", "System administrator"),
    "role.security_admin": Text("安全管理员", "Security administrator"),
    "role.audit_admin": Text("审计管理员", "Audit administrator"),
    "permission.plan_read": Text("查看规划文件", "Read plans"),
    "permission.region_read": Text("查看行政区划", "Read divisions"),
    "permission.pairing_read": Text("查看结对关系", "Read pairings"),
    "permission.target_read": Text("查看目标与任务", "Read targets"),
    "permission.figure_read": Text("查看已公布数据", "Read published figures"),
    "permission.discrepancy_read": Text("查看分项与总数的核对", "Read discrepancies"),
    "permission.history_read": Text("查看修改历史", "Read who changed what"),
    "permission.target_adjust": Text("调整目标", "Adjust targets"),
    "permission.pairing_agree": Text("建立结对", "Agree pairings"),
    "permission.pairing_end": Text("结束结对", "End pairings"),
    "permission.project_read": Text("查看帮扶项目", "Read projects"),
    "permission.project_propose": Text("申报项目", "Propose projects"),
    "permission.project_decide": Text("批准、暂停、终止、调整项目", "Decide on projects"),
    "permission.project_advance": Text("推进阶段、登记节点", "Advance projects, log milestones"),
    "permission.progress_report": Text("报告进度", "Report progress"),
    "permission.document_attach": Text("上传附件", "Attach documents"),
    "permission.village_read": Text("查看重点村", "Read key villages"),
    "permission.village_keep": Text("指定、规划和验收重点村", "Designate and accept villages"),
    "permission.cadre_read": Text("查看援派干部", "Read cadres"),
    "permission.cadre_post": Text("选派、延期和召回干部", "Post, extend and recall cadres"),
    "permission.fund_read": Text("查看资金", "Read money"),
    "permission.request_read": Text("查看拨付申请", "Read requests for disbursement"),
    "permission.fund_plan": Text("编制资金批次", "Plan instalments"),
    "permission.fund_commit": Text("下达、拨付和撤销", "Commit, disburse and cancel"),
    "permission.fund_confirm": Text("确认到账、登记支付和退回", "Confirm receipts and pay"),
    "permission.fund_reverse": Text("冲正自己一方登记的流水", "Reverse what one's side recorded"),
    "permission.metric_read": Text("查看指标", "Read metrics"),
    "permission.account_read": Text("查看账户", "Read accounts"),
    "permission.account_keep": Text("建立、停用和恢复账户", "Add and disable accounts"),
    "permission.account_grant": Text("授予角色和地区", "Grant roles and regions"),
    "permission.audit_read": Text("查看审计日志", "Read the audit log"),
    "permission.self": Text("管理自己的密码", "Keep one's own password"),
}
