"""Names of places below the county and of people: put together by chance, of nobody. Data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aid.regions.terms import Programme
from seeds.demo.dice import Dice


@dataclass(frozen=True, slots=True)
class Manner:
    """How names of places sound where a programme works, and what hamlets are called there."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    hamlets: tuple[str, ...]

    def place(self, dice: Dice) -> str:
        """A name such as 龙塘."""
        return dice.one_of(self.first) + dice.one_of(self.second)


_GROUPS = tuple(f"{number}组" for number in "一二三四五六七八")
_TIBET = Manner(
    ("扎西", "曲", "多", "仁", "卡", "恰", "查", "德", "普", "达", "江", "帮", "色", "那", "吉",
     "热", "嘎", "罗", "松", "贡"),
    ("岗", "林", "当", "布", "雄", "玛", "堆", "麦", "孜", "宗", "如", "木", "龙", "措"),
    ("上村", "下村", "东村", "西村", "老村", "新村", "桥头", "坡上"))
_XINJIANG = Manner(
    ("库木", "阿热", "托克", "英", "巴格", "亚克", "琼", "吐格", "喀拉", "依干", "塔什", "奥依",
     "尤喀", "恰瓦"),
    ("买里", "勒克", "巴什", "艾日克", "托格", "库勒", "吾斯塘", "巴扎", "其", "曼", "库都克"),
    _GROUPS)
_YUNNAN = Manner(
    ("大", "小", "石", "龙", "平", "马", "红", "白", "双", "新", "老", "上", "下", "金", "高", "清",
     "木", "竹", "岩", "水"),
    ("坪", "寨", "塘", "河", "山", "坝", "箐", "田", "沟", "岭", "桥", "泉", "井", "溪", "关",
     "坡"),
    ("上寨", "下寨", "大寨", "小寨", "老寨", "新寨", "坡头", "河边", "箐口", "岩脚", "大坪子"))
_GORGES = Manner(
    ("龙", "白", "熊", "太", "高", "长", "余", "响", "新", "天", "分", "甘", "黄", "青"),
    ("驹", "溪", "坪", "安", "峰", "滩", "家", "田", "水", "坝", "梁", "垭", "湾"),
    _GROUPS)
MANNERS: Mapping[str, Manner] = MappingProxyType({
    Programme.TIBET: _TIBET, Programme.QINGHAI: _TIBET, Programme.XINJIANG: _XINJIANG,
    Programme.EAST_WEST: _YUNNAN, Programme.THREE_GORGES: _GORGES,
})

_SURNAMES = ("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
             "于杜叶程魏苏吕丁沈任姚卢傅钟姜崔谭陆汪石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷")
_GIVEN = ("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚英华玉萍红鹏飞桂兰建国志海燕春梅晓东文斌波辉"
          "宁云欣悦航宇浩然佳思远卫民立新永康庆和嘉诚")


def person(dice: Dice) -> str:
    """A name that anybody could have."""
    given = dice.one_of(_GIVEN)
    return dice.one_of(_SURNAMES) + given + (dice.one_of(_GIVEN) if dice.chance(0.7) else "")
