"""A generated plan of any size, in the form of docs/plan-file.md."""

import csv
from pathlib import Path

HEAD = ("code,title,supporter,period_start,period_end\n"
        "bench-2011-2015,Generated plan,310000,2011-01-01,2015-12-31\n")
SECTIONS = 40
REGIONS = ("542300", "652900", "532600", "532500", "530800", "533400", "500101", "420506")
THEMES = ("villages", "education", "industry", "training", "tourism")
COLUMNS = ("code", "section", "parent", "theme", "kind", "statement", "statement_en", "region",
           "indicator", "unit", "baseline", "target", "annual", "due_on")


def write_plan(folder: Path, targets: int) -> None:
    """Write a plan with so many quantitative targets in 40 sections, a fifth of them parents."""
    folder.mkdir(parents=True)
    (folder / "plan.csv").write_text(HEAD)
    (folder / "sections.csv").write_text(
        "number,title\n" + "".join(f"{n},Section {n}\n" for n in range(1, SECTIONS + 1)))
    (folder / "indicators.csv").write_text(
        "code,name,name_en,unit,money\nbench_villages,整村推进村,Villages,个,no\n")
    for empty in ("groups.csv", "figures.csv", "breakdowns.csv"):
        header = {"groups.csv": "code,name,members",
                  "figures.csv": "code,section,indicator,value,unit,period_start,period_end",
                  "breakdowns.csv": "code,total,parts,exhaustive,name"}[empty]
        (folder / empty).write_text(header + "\n")
    with (folder / "targets.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(targets):
            writer.writerow(_target(number))


def _target(number: int) -> dict[str, object]:
    parent = number - number % 5
    return {
        "code": f"t-{number:05d}",
        "section": number % SECTIONS + 1,
        "parent": "" if parent == number else f"t-{parent:05d}",
        "theme": THEMES[number % len(THEMES)],
        "kind": "quantitative",
        "statement": f"第{number}项：建成一批重点村，改善基本生产生活条件，并使农户增加收入",
        "statement_en": f"Item {number}: build key villages and raise the households' income",
        "region": REGIONS[number % len(REGIONS)],
        "indicator": "bench_villages",
        "unit": "个",
        "baseline": number % 7,
        "target": 10 + number % 90,
        "annual": "2011=2 2012=3 2013=5",
        "due_on": "2015-12-31",
    }
