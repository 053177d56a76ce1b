"""The words of plans and published figures, as values."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from aid.text import Text


class TargetKind(StrEnum):
    """Whether a target has a number (定量) or is a commitment in words (定性)."""

    QUALITATIVE = "qualitative"
    QUANTITATIVE = "quantitative"


class Theme(StrEnum):
    """What a target is about."""

    VILLAGES = "villages"
    LIVELIHOOD = "livelihood"
    EDUCATION = "education"
    HEALTH = "health"
    INDUSTRY = "industry"
    TOURISM = "tourism"
    CULTURE = "culture"
    TRAINING = "training"
    EMPLOYMENT = "employment"
    TRADE = "trade"
    MINORITIES = "minorities"
    TALENT = "talent"
    REGIONAL = "regional"
    ENVIRONMENT = "environment"
    PLATFORMS = "platforms"
    EXCHANGE = "exchange"
    EXPO = "expo"
    ORGANISATION = "organisation"
    FUNDS = "funds"
    RELIEF = "relief"
    OFFICES = "offices"
    OVERALL = "overall"


class Qualifier(StrEnum):
    """What a report says beside a number: nothing, 近 (nearly), 余 (and more)."""

    EXACT = "exact"
    NEARLY = "nearly"
    OVER = "over"


class DiscrepancyKind(StrEnum):
    """How parts and a stated total disagree."""

    PARTS_EXCEED_TOTAL = "parts_exceed_total"
    PARTS_FALL_SHORT = "parts_fall_short"


TARGET_KIND_NAMES: Mapping[TargetKind, Text] = MappingProxyType({
    TargetKind.QUALITATIVE: Text("定性", "In words"),
    TargetKind.QUANTITATIVE: Text("定量", "In numbers"),
})

THEME_NAMES: Mapping[Theme, Text] = MappingProxyType({
    Theme.VILLAGES: Text("重点村", "Key villages"),
    Theme.LIVELIHOOD: Text("民生", "Livelihood"),
    Theme.EDUCATION: Text("教育", "Education"),
    Theme.HEALTH: Text("卫生", "Health"),
    Theme.INDUSTRY: Text("产业", "Industry"),
    Theme.TOURISM: Text("旅游", "Tourism"),
    Theme.CULTURE: Text("文化", "Culture"),
    Theme.TRAINING: Text("培训", "Training"),
    Theme.EMPLOYMENT: Text("就业", "Employment"),
    Theme.TRADE: Text("经贸", "Trade"),
    Theme.MINORITIES: Text("少数民族", "Minorities"),
    Theme.TALENT: Text("人才", "Talent"),
    Theme.REGIONAL: Text("区域合作", "Regional cooperation"),
    Theme.ENVIRONMENT: Text("投资环境", "Investment climate"),
    Theme.PLATFORMS: Text("服务平台", "Platforms"),
    Theme.EXCHANGE: Text("往来", "Exchange"),
    Theme.EXPO: Text("世博", "Expo"),
    Theme.ORGANISATION: Text("组织", "Organisation"),
    Theme.FUNDS: Text("资金", "Funds"),
    Theme.RELIEF: Text("救灾", "Relief"),
    Theme.OFFICES: Text("办事处", "Offices"),
    Theme.OVERALL: Text("总目标", "Overall"),
})
