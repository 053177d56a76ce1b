"""A row of each kind as somebody would type it: for templates and documents. Data."""

from collections.abc import Mapping
from types import MappingProxyType

from aid.interchange.imports.terms import ImportKind

EXAMPLES: Mapping[ImportKind, Mapping[str, str]] = MappingProxyType({
    ImportKind.PROJECTS: {
        "name": "文山州希望小学", "name_en": "A primary school in Wenshan",
        "recipient": "532600 文山壮族苗族自治州", "locality": "文山县开化镇",
        "sector": "教育", "kind": "固定资产类", "delivery_mode": "交钥匙",
        "proposed_yuan": "1000000.00", "planned_start": "2007-03-01",
        "planned_end": "2008-02-29", "description": "教学楼一幢", "proposed_on": "2007-01-10",
        "stage": "开工", "approved_yuan": "980000.00", "approved_on": "2007-02-01",
        "approval_no": "沪合〔2007〕2号", "tendered_on": "2007-02-20",
        "award_no": "中标〔2007〕8号", "started_on": "2007-03-05", "permit_no": "施〔2007〕1号",
    },
    ImportKind.VILLAGES: {
        "name": "小街村", "name_en": "Xiaojie", "recipient": "532600", "township": "开化镇",
        "designated_in": "2006", "households": "112", "population": "486",
        "natural_villages": "上寨、下寨",
    },
    ImportKind.WORKS: {
        "village": "V-532600-2006-001", "component": "基本生产", "name": "机耕路",
        "unit": "公里", "planned": "3.5", "cost_yuan": "120000.00",
        "planned_start": "2006-03-01", "planned_end": "2006-12-31", "natural_village": "上寨",
    },
    ImportKind.PROGRESS: {
        "village": "V-532600-2006-001", "work": "W001", "reported_on": "2006-06-30",
        "done": "1.2", "note": "路基完成",
    },
    ImportKind.CADRES: {
        "name": "王建国", "category": "党政干部", "home_unit": "市教育委员会",
        "recipient": "532600", "unit": "州教育局", "title": "副局长", "direction": "派出",
        "starts_on": "2004-07-01", "planned_end": "2007-06-30", "ended_on": "2007-06-30",
    },
    ImportKind.TRANCHES: {
        "project": "310000-532600-2007-0001", "name": "首期款", "name_en": "First instalment",
        "source": "310000-city 上海市级财政", "amount_yuan": "392000.00", "due_on": "2007-03-01",
        "at_stage": "立项",
    },
    ImportKind.MOVEMENTS: {
        "project": "310000-532600-2007-0001", "tranche": "1", "kind": "计划下达",
        "amount_yuan": "392000.00", "occurred_on": "2007-02-15", "document_no": "沪合〔2007〕12号",
    },
})
