"""What simulated projects and village works are about: kinds of works, by field of aid. Data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aid.plans.terms import Theme
from aid.projects.terms import ProjectKind
from aid.regions.terms import Programme
from aid.text import Text
from aid.villages.terms import Component


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A kind of project. `size` is what it costs beside the others, `days` how long it takes.

    Its name goes after that of its county and township.
    """

    name: Text
    kind: ProjectKind
    size: float
    days: tuple[int, int]


def _built(zh: str, en: str, size: float, least: int, most: int) -> Undertaking:
    return Undertaking(Text(zh, en), ProjectKind.FIXED_ASSET, size, (least, most))


def _done(zh: str, en: str, size: float, least: int, most: int) -> Undertaking:
    return Undertaking(Text(zh, en), ProjectKind.NON_FIXED_ASSET, size, (least, most))


UNDERTAKINGS: Mapping[str, tuple[Undertaking, ...]] = MappingProxyType({
    "housing": (
        _built("农牧民安居工程", "Safe homes for farmers and herders", 2.6, 200, 420),
        _built("抗震安居房建设", "Earthquake-resistant homes", 2.2, 180, 400),
        _built("贫困户危房改造", "Rebuilding unsafe homes", 1.4, 120, 300),
    ),
    "education": (
        _built("希望小学教学楼新建工程", "Hope primary school building", 1.6, 180, 400),
        _built("中心小学学生宿舍楼", "Boarders' house of the primary school", 1.3, 160, 360),
        _built("初级中学实验楼", "Laboratory building of the junior middle school", 1.9, 200, 420),
        _built("寄宿制学校食堂改扩建", "Canteen of the boarding school", 0.9, 120, 260),
        _done("远程教育教室设备配置", "Equipment of a distance-learning room", 0.5, 60, 150),
    ),
    "health": (
        _built("卫生院改扩建工程", "Extension of the township clinic", 1.5, 160, 380),
        _built("标准化村卫生室", "Standard village clinics", 0.6, 90, 220),
        _done("妇幼保健院医疗设备配置", "Equipment of the maternity clinic", 1.1, 60, 150),
        _done("“白玉兰”远程医疗点", "White Magnolia telemedicine post", 0.7, 60, 150),
    ),
    "water": (
        _built("人畜饮水工程", "Drinking water for people and livestock", 0.9, 100, 260),
        _built("农田灌溉渠系改造", "Renewal of irrigation channels", 1.2, 120, 320),
        _built("集雨水窖建设", "Rainwater cisterns", 0.5, 80, 200),
    ),
    "transport": (
        _built("乡村道路改造工程", "Upgrading of village roads", 1.7, 150, 380),
        _built("便民桥新建工程", "New footbridge", 0.8, 120, 280),
        _built("进村公路硬化工程", "Paved road into the village", 1.2, 120, 300),
    ),
    "energy": (
        _built("农村沼气池建设", "Household biogas", 0.7, 90, 240),
        _built("无电村太阳能供电", "Solar power for villages off the grid", 1.1, 90, 240),
    ),
    "agriculture": (
        _built("日光温室蔬菜基地", "Greenhouse vegetables", 1.1, 120, 300),
        _built("牲畜暖棚圈舍建设", "Winter sheds for livestock", 0.8, 100, 260),
        _built("生态茶园示范基地", "Model tea garden", 1.2, 180, 420),
        _done("良种引进与示范推广", "Improved seed and its demonstration", 0.4, 120, 300),
    ),
    "ecology": (
        _built("农村垃圾集中处理场", "Village waste site", 0.8, 100, 260),
        _done("水源地植树造林", "Planting trees above the springs", 0.5, 120, 360),
    ),
    "culture": (
        _built("文化活动中心", "Cultural centre", 1.3, 160, 380),
        _done("广播电视“村村通”设备", "Radio and television for every village", 0.5, 60, 180),
    ),
    "training": (
        _done("农业实用技术培训", "Practical farm training", 0.25, 60, 240),
        _done("中小学骨干教师培训", "Training of leading teachers", 0.3, 60, 240),
        _done("乡村医生进修培训", "Further training of village doctors", 0.3, 90, 300),
        _done("劳动力转移技能培训", "Job skills for leaving farm work", 0.4, 60, 300),
    ),
    "governance": (
        _built("村民活动室", "Village meeting house", 0.5, 90, 220),
        _built("社区服务站", "Community service station", 0.9, 120, 260),
    ),
    "resettlement": (
        _built("移民安置点基础设施配套", "Services of a resettlement site", 2.0, 180, 420),
        _built("移民就业基地标准厂房", "Standard workshops for resettled people", 3.0, 240, 480),
    ),
    "trade": (
        _done("特色农产品展销推介", "Promotion of local farm produce", 0.4, 60, 150),
    ),
    "relief": (
        _done("受灾群众冬令救助", "Winter relief after a disaster", 0.5, 30, 90),
    ),
})
"""By code of sector (seeds/data/sectors)."""

WHOLE_VILLAGE = _built("整村推进项目", "Whole-village development", 1.0, 150, 330)
"""The project of a key village. It is counted with the sector that weighs most in its place."""

_WEIGHTS = """
              tibet  xinjiang  east_west  three_gorges  qinghai
housing       16     10        6          3             14
education     16     24        20         16            18
health        10     16        14         10            14
water         8      8         14         6             8
transport     8      5         12         8             8
energy        5      3         6          1             6
agriculture   9      8         10         12            8
ecology       2      3         3          4             6
culture       6      8         3          4             4
training      8      9         9          10            8
governance    8      4         2          3             4
resettlement  0      0         0          16            0
trade         1      1         1          5             0
relief        3      1         0          2             2
"""


def _by_programme(table: str) -> Mapping[str, tuple[tuple[str, float], ...]]:
    heading, *lines = (line.split() for line in table.strip().splitlines())
    return MappingProxyType({
        name: tuple((line[0], float(line[at])) for line in lines)
        for at, name in enumerate(heading, 1)})


SECTORS = _by_programme(_WEIGHTS)
"""How often which sector comes, by programme: (code of sector, weight)."""
assert set(SECTORS) == set(Programme)  # noqa: S101

THEMES: Mapping[str, tuple[Theme, ...]] = MappingProxyType({
    "housing": (Theme.LIVELIHOOD, Theme.VILLAGES),
    "education": (Theme.EDUCATION,),
    "health": (Theme.HEALTH, Theme.EDUCATION),
    "water": (Theme.VILLAGES, Theme.LIVELIHOOD),
    "transport": (Theme.VILLAGES, Theme.LIVELIHOOD),
    "agriculture": (Theme.INDUSTRY,),
    "culture": (Theme.CULTURE, Theme.TOURISM),
    "training": (Theme.TRAINING,),
    "governance": (Theme.VILLAGES, Theme.LIVELIHOOD),
    "resettlement": (Theme.EMPLOYMENT,),
    "trade": (Theme.TRADE,),
})
"""Which commitments of a plan a project serves, by its sector; the first theme found counts."""


@dataclass(frozen=True, slots=True)
class VillageWorks:
    """A kind of work in a village: so much of a unit, and what one unit costs beside others'."""

    component: Component
    name: str
    unit: str
    least: int
    most: int
    size: float
    counted: bool = False


VILLAGE_WORKS = (
    VillageWorks(Component.PRODUCTION, "稳产农田改造", "亩", 60, 600, 0.5),
    VillageWorks(Component.PRODUCTION, "灌溉沟渠", "公里", 1, 6, 30),
    VillageWorks(Component.PRODUCTION, "机耕路", "公里", 1, 5, 24),
    VillageWorks(Component.LIVING, "人畜饮水入户", "户", 40, 240, 1.0, counted=True),
    VillageWorks(Component.LIVING, "村内道路硬化", "公里", 1, 4, 40),
    VillageWorks(Component.LIVING, "民居改造", "户", 15, 90, 3.0, counted=True),
    VillageWorks(Component.LIVING, "沼气池", "户", 20, 120, 0.8, counted=True),
    VillageWorks(Component.EDUCATION, "村小学校舍", "平方米", 150, 500, 0.4),
    VillageWorks(Component.EDUCATION, "劳动力技能培训", "人次", 40, 240, 0.1, counted=True),
    VillageWorks(Component.HEALTH, "村卫生室", "平方米", 60, 120, 0.5),
    VillageWorks(Component.HEALTH, "卫生厕所", "个", 10, 60, 0.5, counted=True),
    VillageWorks(Component.INCOME, "经济林果种植", "亩", 50, 400, 0.3),
    VillageWorks(Component.INCOME, "养殖示范户", "户", 5, 40, 1.2, counted=True),
    VillageWorks(Component.ORGANISATION, "村民活动室", "平方米", 80, 200, 0.4),
    VillageWorks(Component.ORGANISATION, "村务公示栏", "个", 1, 6, 1.0, counted=True),
)
