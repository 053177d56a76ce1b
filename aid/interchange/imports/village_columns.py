"""The columns of sheets of key villages, their works, and progress. Data."""

from aid.sheets.columns import Column, Shape
from aid.text import Text
from aid.villages.terms import COMPONENT_NAMES

VILLAGE_COLUMNS = (
    Column(key="code", title=Text("重点村编号", "Village code"), shape=Shape.CODE, note=Text(
        "空白：新村由系统编号，已有的村按受援地、所在区划和村名识别",
        "Blank: a new village gets one, a known one is told by recipient, region and name")),
    Column(key="name", title=Text("村名", "Name"), required=True),
    Column(key="name_en", title=Text("英文名称", "English name")),
    Column(key="recipient", title=Text("受援地代码", "Recipient code"), shape=Shape.CODE,
           required=True, note=Text("六位区划代码或名称，如 532600 文山壮族苗族自治州",
                                    "A division's code, or a recipient's name")),
    Column(key="region", title=Text("所在区划代码", "Region code"), shape=Shape.CODE, note=Text(
        "受援地或其下级区划；空白：受援地", "The recipient or below it; blank: the recipient")),
    Column(key="township", title=Text("乡镇", "Township")),
    Column(key="supporter", title=Text("支援城市代码", "Supporter code"), shape=Shape.CODE,
           note=Text("空白：唯一的支援城市", "Blank: the only supporting city there is")),
    Column(key="district", title=Text("支援区县代码", "District code"), shape=Shape.CODE),
    Column(key="designated_in", title=Text("确定年度", "Designated in"), shape=Shape.INTEGER,
           required=True, note=Text("如 2006", "Such as 2006")),
    Column(key="households", title=Text("户数", "Households"), shape=Shape.INTEGER),
    Column(key="population", title=Text("人口", "Population"), shape=Shape.INTEGER),
    Column(key="natural_villages", title=Text("自然村", "Natural villages"), note=Text(
        "名称之间用顿号；只增不减", "Names with 、 between them; they are only added")),
)

WORK_COLUMNS = (
    Column(key="village", title=Text("重点村编号", "Village code"), shape=Shape.CODE,
           required=True),
    Column(key="code", title=Text("建设内容编号", "Work code"), shape=Shape.CODE, note=Text(
        "空白：新内容由系统编号，已有的按类别、自然村和名称识别",
        "Blank: a new work gets one, a known one is told by component, hamlet and name")),
    Column(key="component", title=Text("类别", "Component"), shape=Shape.CHOICE,
           choices=COMPONENT_NAMES, required=True),
    Column(key="name", title=Text("建设内容", "Work"), required=True),
    Column(key="natural_village", title=Text("自然村", "Natural village"), note=Text(
        "该村已有的自然村；空白：全村", "A hamlet of the village; blank: the village as a whole")),
    Column(key="project", title=Text("项目编号", "Project code"), shape=Shape.CODE, note=Text(
        "同一受援地的项目", "A project of the same recipient")),
    Column(key="unit", title=Text("单位", "Unit"), required=True, note=Text(
        "实物量单位，如 亩、公里、户", "A physical unit, such as 亩, 公里, 户")),
    Column(key="planned", title=Text("计划量", "Planned"), shape=Shape.QUANTITY, required=True),
    Column(key="cost_yuan", title=Text("计划造价（元）", "Planned cost (yuan)"), shape=Shape.YUAN),
    Column(key="planned_start", title=Text("计划开工", "Planned start"), shape=Shape.DAY,
           required=True),
    Column(key="planned_end", title=Text("计划完工", "Planned end"), shape=Shape.DAY,
           required=True),
    Column(key="reason", title=Text("变更原因", "Reason of the change"), note=Text(
        "更改已有内容的计划量、单位、造价或工期的必填，原值保留",
        "Needed where quantity, unit, cost or days of a known work change; the old ones are kept")),
)

_EITHER = Text("项目填项目编号和形象进度；重点村填村和建设内容编号、累计完成量",
               "Of a project: its code and progress; of a village's work: both codes and what is "
               "done")
PROGRESS_COLUMNS = (
    Column(key="project", title=Text("项目编号", "Project code"), shape=Shape.CODE, note=_EITHER),
    Column(key="village", title=Text("重点村编号", "Village code"), shape=Shape.CODE, note=_EITHER),
    Column(key="work", title=Text("建设内容编号", "Work code"), shape=Shape.CODE, note=_EITHER),
    Column(key="reported_on", title=Text("报告日期", "Reported on"), shape=Shape.DAY,
           required=True),
    Column(key="percent", title=Text("形象进度（%）", "Progress (%)"), shape=Shape.PERCENT,
           note=Text("0 至 100，至多两位小数", "0 to 100, with at most two decimals")),
    Column(key="done", title=Text("累计完成量", "Done"), shape=Shape.QUANTITY, note=Text(
        "到报告日为止的总量", "In all, until the day")),
    Column(key="note", title=Text("说明", "Note"), note=Text(
        "低于此前上报的须说明", "Needed where it is less than reported before")),
    Column(key="correction", title=Text("更正", "Correction"), shape=Shape.FLAG, note=Text(
        "是：当天已有另一数值，以此为准；原值保留",
        "Yes: another value is there for the day; this one counts, the other stays")),
)
