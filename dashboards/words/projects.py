"""The words of the pages of projects."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "projects.title": Text("帮扶项目", "Projects"),
    "projects.lead": Text("各项目所处阶段、投资、进度和逾期情况。",
                          "The stage, investment and progress of each project, and whether it "
                          "is late."),
    "projects.stage": Text("阶段", "Stage"),
    "projects.kind": Text("类别", "Kind"),
    "projects.state": Text("状态", "State"),
    "projects.late": Text("逾期", "Late"),
    "projects.behind": Text("有逾期节点", "Late milestones"),
    "projects.text.hint": Text("名称或编号", "name or code"),
    "none.projects": Text("没有符合筛选条件的项目。", "No project matches these filters."),
    "empty.projects": Text("还没有项目", "There are no projects yet"),
    "how.projects": Text(
        "在“填报 · 导入表格”里导入，或在服务器上用命令导入（模板：aid import template projects）：",
        "Import a sheet of them under “Log”, or on the server (template: aid import template "
        "projects):",
    ),
    "projects.count": Text("共 {count} 个项目", "{count} projects"),
    "projects.count.of": Text("{name}负责的项目 {count} 个", "{count} projects of {name}"),
    "projects.simulated": Text("其中模拟 {count} 个", "simulated: {count}"),
    "projects.figure.count": Text("项目数", "Projects"),
    "projects.figure.count.is": Text(
        "符合筛选条件的全部项目，含储备、暂停和终止的。期间：计划工期与期间有重叠。",
        "All projects that match the filters, including those in reserve, suspended or cancelled. "
        "Period: the planned works overlap it.",
    ),
    "projects.figure.approved": Text("批准投资", "Approved investment"),
    "projects.figure.approved.is": Text(
        "符合筛选条件的项目现行批准投资之和；未立项的没有批准投资，不计。",
        "The present approved investment of all matching projects, added up; projects not yet "
        "approved have none.",
    ),
    "projects.figure.late": Text("逾期项目", "Late projects"),
    "projects.figure.late.is": Text(
        "计划完工日期已过、尚未完工的项目，不含已结项和终止的。",
        "Projects not completed although their planned end has passed; closed and cancelled ones "
        "are not counted.",
    ),
    "projects.export": Text("导出", "Export"),
    "projects.proposed": Text("申报", "proposed"),
    "listed.code": Text("编号", "Code"),
    "listed.name": Text("项目名称", "Name"),
    "listed.place": Text("所在地", "Place"),
    "listed.sector": Text("领域", "Sector"),
    "listed.stage": Text("阶段", "Stage"),
    "listed.investment": Text("投资", "Investment"),
    "listed.progress": Text("形象进度", "Progress"),
    "listed.planned_end": Text("计划完工", "Planned end"),
}
