"""Values for the arguments of generated operations: what is in the data, was, and is not."""

import json
from base64 import b64decode, b64encode
from typing import Any

from graphql import (
    GraphQLInputType,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
)
from hypothesis import strategies as st

from tests.api.fieldwork import BATCHES
from tests.api.money import DOCUMENT, VOUCHER
from tests.api.projects import PROJECTS
from tests.api.rows import TABLES
from tests.api.world import ODD, PLANS

ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\u0130\u03a3"), max_size=8)
"""Without zero, which is refused, and the letters whose lower case is a matter of opinion."""
NODES = tuple(kind for kind in TABLES if kind in {
    "RecipientRegion", "SupportingCity", "SupportingDistrict", "Pairing", "Plan", "PlanSection",
    "RegionGroup", "Indicator", "PlanTarget", "PublishedFigure", "Discrepancy",
    "Sector", "AidProject", "Milestone", "Document", "KeyVillage",
    "VillageWork", "VillageReport", "SecondedCadre", "Post", "Secondment",
    "FundSource", "Schedule", "FundingTranche", "Movement", "DisbursementRequest"})

_REGIONS = (
    "540200", "542300", "530800", "532700", "420506", "420521", "420583", "533400", "653100",
    "540000", "540202", "652900", "310000", "310101", "530000", "500101", "000000", "",
)
_SUPPORTERS = ("310000", "310101", "310115", "310104", "540200", "")
_VILLAGES = ("V-540200-2005-001", "V-532600-2007-001", "V-652900-2006-001", "V-1", "")
_PLANS = ("shanghai-2006-2010", *PLANS, "no-such-plan")
_TEXTS: dict[str, tuple[str, ...]] = {
    "code": (*_REGIONS, *_PLANS, "health", "funds", "tenth", "objective-01-sustainable-aid"),
    "planCode": _PLANS,
    "regionCode": _REGIONS,
    "parentCode": _REGIONS,
    "groupCode": ("yunnan-four", "partner-regions", "example-regions", "three-gorges", "none"),
    "indicatorCode": ("project_funds", "grant_funds", "aid_projects", "village_clinics", "none"),
    "supporterCode": _SUPPORTERS,
    "districtCode": _SUPPORTERS,
    "pairingCode": ("310000-540200-tibet", "310000-532600-east-west", "none"),
    "targetCode": ("rikaze-housing", "health", "tenth", "none"),
    "sectorCodes": ("housing", "education", "water", "health", "none"),
    "projectCode": (*PROJECTS, "none"),
    "villageCode": _VILLAGES,
    "cadreCode": ("C-310000-00001", "C-310000-00007", "C-1", ""),
    "batchCode": (*BATCHES, "none", ""),
    "sheet": ("standard-1", "none"),
    "sourceCode": ("310000-city", "310115-district", "none"),
    "voucherNo": (VOUCHER, "none"),
    "documentNo": (DOCUMENT, "none"),
    "section": ("三(二)1", "三(二)", "三", "二", "二1", "十", "十一", "一(一)", "三(", ""),
    "search": (
        "a", "THE", "培训", "州", "日喀则", "思茅", "5303", "54", "", "%", "_", "\\", '"', "'",
        "\n", "$1", ":p0", "学", "cistern", "%", *(text[:9] for text in ODD),
    ),
}
_DATES = ("2006-09-30", "2007-01-01", "2008-03-01", "2008-05-01", "2009-01-01", "2012-01-10",
          "2026-11-21", "2006-01-01", "2014-06-26", "2014-06-27", "2001-12-31", "1998-01-01",
          "1900-01-01", "9999-12-31", "0001-01-01")
_CODES_OF = {
    "supportingCity": ("310000", "310101", "000000"),
    "recipientRegion": _REGIONS,
    "plan": _PLANS,
    "aidProject": (*PROJECTS, "none"),
    "keyVillage": _VILLAGES,
    "planTarget": ("health", "health-rikaze-clinics", "tenth", "objective-01-sustainable-aid"),
}


_NUMBERS = {"designatedIn": st.integers(2004, 2009), "endingWithinDays": st.integers(-1, 3000)}


def global_id(kind: str, number: int) -> str:
    """The id of the row with a number."""
    return b64encode(f"{kind}:{number}".encode()).decode()


def kind_of_id(text: str) -> str:
    """The name of the type inside an id."""
    return b64decode(text).decode().partition(":")[0]


def number_of_id(text: str) -> int:
    """The number of the row inside an id."""
    return int(b64decode(text).decode().partition(":")[2])


def ids() -> st.SearchStrategy[str]:
    """Ids of all kinds, mostly of rows there are."""
    number = st.one_of(st.integers(1, 12), st.integers(1, 500), st.just(10**17))
    return st.builds(global_id, st.sampled_from((*NODES, "Change", "Nothing")), number)


def texts(field: str, argument: str) -> st.SearchStrategy[str]:
    """Texts for an argument: mostly such as it is meant for."""
    known = _CODES_OF.get(field, ()) if argument == "code" else _TEXTS[argument]
    return st.sampled_from(known or _TEXTS["code"]) | ANY_TEXT


def leaf(field: str, argument: str, type_: Any) -> st.SearchStrategy[Any]:
    """Values of an argument that is neither a list nor an input object, as JSON."""
    if is_enum_type(type_):
        return st.sampled_from(list(type_.values))
    name = str(type_)
    if name == "ID":
        return ids()
    if name == "Boolean":
        return st.booleans()
    if argument == "year":
        return st.integers(2006, 2011) | st.sampled_from((-(2**31), 0, 2**31 - 1))
    if name == "Yuan":
        return st.sampled_from(("1000000.00", "1000000.01", "0.00", "10.05", "-1.00", "600.00",
                                "1000.00"))
    if argument in _NUMBERS:
        return _NUMBERS[argument]
    if name == "Int":
        return st.integers(1, 5) | st.sampled_from((20, 99, 100))
    if name == "Date":
        return st.sampled_from(_DATES)
    return texts(field, argument)


def literal(of: GraphQLInputType, value: Any) -> str:
    """The value as GraphQL writes it."""
    type_: Any = get_nullable_type(of)
    if value is None:
        return "null"
    if is_list_type(type_):
        return f"[{', '.join(literal(type_.of_type, item) for item in value)}]"
    if is_input_object_type(type_):
        fields = [f"{key}: {literal(type_.fields[key].type, item)}" for key, item in value.items()]
        return f"{{{', '.join(fields)}}}"
    return str(value) if is_enum_type(type_) else json.dumps(value, ensure_ascii=False)
