"""What simulated cadres do, where, and when they go. Data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aid.cadres.terms import CadreCategory, Direction
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Office:
    """A post: the unit goes after the name of a place. `home` goes after that of a district."""

    unit: str
    title: Text
    home: str


@dataclass(frozen=True, slots=True)
class Series:
    """Batches that follow each other: the first goes on a day of 2001, each for so many months."""

    code: str
    name: Text
    categories: frozenset[CadreCategory]
    month: int
    months: int


OFFICES: Mapping[CadreCategory, tuple[Office, ...]] = MappingProxyType({
    CadreCategory.OFFICIAL: (
        Office("人民政府办公室", Text("副主任", "Deputy director"), "人民政府办公室"),
        Office("发展和改革委员会", Text("副主任", "Deputy director"), "发展和改革委员会"),
        Office("扶贫开发办公室", Text("副主任", "Deputy director"), "合作交流办公室"),
        Office("教育局", Text("副局长", "Deputy head of bureau"), "教育局"),
        Office("卫生局", Text("副局长", "Deputy head of bureau"), "卫生局"),
        Office("建设局", Text("副局长", "Deputy head of bureau"), "建设和交通委员会"),
    ),
    CadreCategory.TEACHER: (
        Office("第一中学", Text("数学教师", "Teacher of mathematics"), "教育局"),
        Office("民族中学", Text("英语教师", "Teacher of English"), "教育局"),
        Office("教师进修学校", Text("教研员", "Teacher trainer"), "教师进修学院"),
        Office("职业技术学校", Text("实训教师", "Workshop teacher"), "教育局"),
    ),
    CadreCategory.DOCTOR: (
        Office("人民医院", Text("外科医师", "Surgeon"), "中心医院"),
        Office("人民医院", Text("内科医师", "Physician"), "中心医院"),
        Office("妇幼保健院", Text("妇产科医师", "Obstetrician"), "妇幼保健院"),
        Office("疾病预防控制中心", Text("公卫医师", "Public health doctor"), "疾病预防控制中心"),
    ),
    CadreCategory.AGRONOMIST: (
        Office("农业技术推广站", Text("农艺师", "Agronomist"), "农业技术推广中心"),
        Office("畜牧兽医站", Text("兽医师", "Veterinarian"), "动物卫生监督所"),
    ),
    CadreCategory.SPECIALIST: (
        Office("规划设计院", Text("工程师", "Engineer"), "规划和土地管理局"),
        Office("水利局", Text("工程师", "Engineer"), "水务局"),
    ),
    CadreCategory.VOLUNTEER: (
        Office("青年志愿者服务站", Text("支教志愿者", "Volunteer teacher"), "团委"),
        Office("青年志愿者服务站", Text("支医志愿者", "Volunteer in health"), "团委"),
    ),
})
"""By category."""

PEOPLE: tuple[tuple[CadreCategory, float], ...] = (
    (CadreCategory.OFFICIAL, 16), (CadreCategory.TEACHER, 28), (CadreCategory.DOCTOR, 20),
    (CadreCategory.AGRONOMIST, 9), (CadreCategory.SPECIALIST, 9), (CadreCategory.VOLUNTEER, 18),
)
"""How the people sent divide into categories."""

SERIES = (
    Series("officials", Text("党政干部", "Officials"), frozenset({CadreCategory.OFFICIAL}), 7, 36),
    Series("specialists", Text("专业技术人才", "Specialists"), frozenset({
        CadreCategory.TEACHER, CadreCategory.DOCTOR, CadreCategory.AGRONOMIST,
        CadreCategory.SPECIALIST}), 3, 18),
    Series("volunteers", Text("青年志愿者", "Volunteers"), frozenset({CadreCategory.VOLUNTEER}),
           8, 12),
)
"""As agreed between the places: officials for three years, specialists for a year and a half."""

COMING = Office("来沪挂职", Text("挂职干部", "Seconded official"), "教育局")
"""A post for somebody from a recipient, at the supporter: its unit names a district first."""

DIRECTIONS: Mapping[Direction, str] = MappingProxyType({
    Direction.OUT: "赴受援地", Direction.IN: "来沪"})
EARLY = ("因病回沪", "工作调动", "家庭原因", "任务提前完成")
"""Why a term ended early."""
LONGER = ("接任人员尚未到岗，延期交接", "在办工作尚未完成，延期")
"""Why a term was made longer."""
