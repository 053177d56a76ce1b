"""The columns of a sheet of seconded cadres (援派干部): a person, and a term, a row. Data."""

from aid.cadres.terms import CATEGORY_NAMES, DIRECTION_NAMES
from aid.sheets.columns import Column, Shape
from aid.text import Text

_TERM = Text("有任期的必填", "Needed where there is a term")

CADRE_COLUMNS = (
    Column(key="code", title=Text("干部编号", "Cadre code"), shape=Shape.CODE, note=Text(
        "空白：新干部由系统编号，已有的按姓名和派出单位识别",
        "Blank: a new cadre gets one, a known one is told by name and home unit")),
    Column(key="name", title=Text("姓名", "Name"), required=True),
    Column(key="category", title=Text("类别", "Category"), shape=Shape.CHOICE,
           choices=CATEGORY_NAMES, required=True),
    Column(key="home_unit", title=Text("派出单位", "Home unit")),
    Column(key="supporter", title=Text("支援城市代码", "Supporter code"), shape=Shape.CODE,
           note=Text("空白：唯一的支援城市", "Blank: the only supporting city there is")),
    Column(key="district", title=Text("支援区县代码", "District code"), shape=Shape.CODE),
    Column(key="recipient", title=Text("受援地代码", "Recipient code"), shape=Shape.CODE, note=Text(
        "六位区划代码或名称；有任期的必填",
        "A division's code, or a recipient's name; needed where there is a term")),
    Column(key="post", title=Text("岗位编号", "Post code"), shape=Shape.CODE, note=Text(
        "空白：按受援地、单位、职务找空缺岗位，没有则按任期新设",
        "Blank: a free post of the recipient, unit and title; if there is none, a new one")),
    Column(key="unit", title=Text("挂任单位", "Unit"), note=_TERM),
    Column(key="title", title=Text("挂任职务", "Post title"), note=_TERM),
    Column(key="direction", title=Text("方向", "Direction"), shape=Shape.CHOICE,
           choices=DIRECTION_NAMES, note=Text("空白：派出", "Blank: sent out")),
    Column(key="batch", title=Text("批次", "Batch"), shape=Shape.CODE, note=Text(
        "已登记批次的代码", "The code of a known batch")),
    Column(key="starts_on", title=Text("任期开始", "Starts on"), shape=Shape.DAY, note=Text(
        "空白：没有任期，或同批次", "Blank: no term, or as the batch")),
    Column(key="planned_end", title=Text("计划结束", "Planned end"), shape=Shape.DAY, note=Text(
        "空白：按批次月数", "Blank: by the batch's months")),
    Column(key="ended_on", title=Text("实际结束", "Ended on"), shape=Shape.DAY, note=Text(
        "最后一天；未结束的空白", "The last day; blank while it goes on")),
    Column(key="end_reason", title=Text("结束原因", "Reason of the end"), note=Text(
        "提前结束的必填", "Needed where the term ended early")),
    Column(key="extension_reason", title=Text("延期原因", "Reason of the extension"), note=Text(
        "计划结束改晚的必填", "Needed where the planned end is made later")),
)
