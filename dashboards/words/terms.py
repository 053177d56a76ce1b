"""The names of the terms of a plan."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "kind.qualitative": Text("定性", "In words"),
    "kind.quantitative": Text("定量", "In numbers"),
    "theme.villages": Text("重点村", "Key villages"),
    "theme.livelihood": Text("民生", "Livelihood"),
    "theme.education": Text("教育", "Education"),
    "theme.health": Text("卫生", "Health"),
    "theme.industry": Text("产业", "Industry"),
    "theme.tourism": Text("旅游", "Tourism"),
    "theme.culture": Text("文化", "Culture"),
    "theme.training": Text("培训", "Training"),
    "theme.employment": Text("就业", "Employment"),
    "theme.trade": Text("经贸", "Trade"),
    "theme.minorities": Text("少数民族", "Minorities"),
    "theme.talent": Text("人才", "Talent"),
    "theme.regional": Text("区域合作", "Regional cooperation"),
    "theme.environment": Text("投资环境", "Investment climate"),
    "theme.platforms": Text("服务平台", "Platforms"),
    "theme.exchange": Text("往来", "Exchange"),
    "theme.expo": Text("世博", "Expo"),
    "theme.organisation": Text("组织", "Organisation"),
    "theme.funds": Text("资金", "Funds"),
    "theme.relief": Text("救灾", "Relief"),
    "theme.offices": Text("办事处", "Offices"),
    "theme.overall": Text("总目标", "Overall"),
}
