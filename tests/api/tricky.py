"""Operations that went wrong once, or look as if they could. Each has a line on why."""

from tests.api.operations import Operation
from tests.api.values import global_id

INDICATOR, CHANGE = global_id("Indicator", 1), global_id("Change", 1)

NOTHING_LEFT = (  # of a connection, an edge, a page info, an object, the operation itself
    Operation("""{
      planTargets(first: 1) {
        totalCount @skip(if: true) edges { cursor @skip(if: true) }
        pageInfo { endCursor @include(if: false) }
      }
      publishedFigures { totalCount @skip(if: true) }
      plans { code @skip(if: true) } }"""),
    Operation("query ($no: Boolean! = false) { plans @include(if: $no) { id } }"),
)
COUNTS = (
    # Nothing that aggregates the page's rows: still one object.
    Operation("""{ planTargets { totalCount } publishedFigures { __typename }
      recipientRegions { pageInfo { hasPreviousPage } } }"""),
    # The same count under several keys, in nested pages too.
    Operation("""{ planTargets { totalCount a: totalCount ...F b: totalCount }
      plans {
        targets(filter: {search: "a"}) { totalCount t: totalCount }
        publishedFigures { totalCount } } }
      fragment F on PlanTargetConnection { totalCount c: totalCount }"""),
)
VALUES = (
    # 三(二)10 and 十一 begin with the numbers of other sections but are not below them.
    Operation("""{
      a: planTargets(filter: {section: "三(二)1"}) { totalCount nodes { section { number } } }
      b: planTargets(filter: {section: "十"}) { nodes { code section { number } } }
      c: planTargets(filter: {section: "二1"}) { nodes { code } }
      d: planTargets(filter: {section: "三("}) { nodes { code } } }"""),
    # Half a cent of a percent, nothing aimed at, far beyond the aim, less than nothing.
    Operation("""{ planTargets(first: 100, filter: {kind: QUANTITATIVE}) { nodes {
      code baseline target actual attainment annual { year value } unit } } }"""),
    # Amounts beyond what a double or a short numeric quotient holds, and negative fen.
    Operation("""{ publishedFigures(first: 100, orderBy: {field: VALUE, direction: DESC}) {
      edges { cursor node { value unit amount qualifier note } } } }"""),
    # Equal values with other digits, across a page's edge.
    Operation("""{ publishedFigures(
      first: 3, after: "«PublishedFigure:VALUE:ASC:30»", orderBy: {field: VALUE}
    ) { nodes { id value } pageInfo { hasNextPage endCursor } } }"""),
    # Quotes, newlines, control characters and emoji, in what is kept.
    Operation("""{ planTargets(first: 100, filter: {adjusted: true}) { nodes {
      statement statementEn
      adjustments { field oldValue newValue reason documentNo actor }
      history { field old new actor } } } }"""),
    # The pairing that ended, and the moment it was recorded.
    Operation("""{ supportingCities { pairings {
      code endsOn version history { field old new at } } } }"""),
    # A code that another place bore before, on the days around the change.
    Operation("""{
      two: recipientRegion(code: "420583") { name periods { code validFrom validTo } }
      a: recipientRegion(code: "542300") { name nameOn(date: "2014-06-25") }
      b: recipientRegion(code: "540200", on: "2006-01-01") { name }
      c: recipientRegion(code: "530800", on: "2007-01-20") {
        name a: nameOn(date: "2007-01-20") b: nameOn(date: "2007-01-21")
        c: nameOn(date: "0001-01-01") d: nameOn(date: "9999-12-31") periods { name } } }"""),
)
DAYS = (
    # One field as of several days, one of them a variable that is null, one left out: today.
    Operation("""query ($then: Date, $now: Date) { keyVillages(first: 30) { nodes { code
      a: progress(asOf: "2006-12-31") b: progress(asOf: $then) c: progress(asOf: $now) progress
      old: standing(asOf: $then) { late stalled } standing { late stalled } } } }""",
              {"then": "2008-01-01", "now": None}),
    # Days before anything and after everything; selects two levels deep below a page.
    Operation("""{ recipientRegion(code: "540200") {
      keyVillages(filter: {asOf: "9999-12-31", late: true}) { totalCount nodes {
        components(asOf: "0001-01-01") { component progress planned done cost }
        works { standing(asOf: "9999-12-31") { done late planned }
          village { components { works } } } } }
      secondments(filter: {current: true, asOf: "0001-01-01"}) { totalCount } } }"""),
    # Conditions that hold on the day of the filter, beside fields of another day.
    Operation("""query ($f: SecondmentFilter, $days: Int) {
      secondments(filter: $f) { nodes { start endsWithinDays(asOf: "2008-06-30") } }
      soon: secondments(filter: {endingWithinDays: $days, asOf: "2009-06-01"}) { nodes {
        plannedEnd endsWithinDays(asOf: "2009-06-01") } }
      posts(filter: {vacant: true, asOf: "2010-12-31"}) { nodes { vacant(asOf: "2011-01-01") } }
      postFill(asOf: "2010-12-31") { agreed vacant rate region { code } } }""",
              {"f": {"current": False, "asOf": "2008-03-01"}, "days": 60}),
    # The newest come first, unless the order or its field is asked for.
    Operation("""query ($o: VillageReportOrder) {
      villageReports(first: 4) { nodes { id reportedOn } pageInfo { endCursor } }
      a: villageReports(first: 4, orderBy: {field: REPORTED}) { nodes { id } }
      b: villageReports(first: 4, orderBy: {direction: ASC}) { nodes { id } }
      c: villageReports(first: 4, orderBy: $o) { nodes { id } } }""", {"o": None}),
)
COUNT_OF_PAIRED = "query ($p: Boolean) { recipientRegions(filter: {paired: $p}) { totalCount } }"
ARGUMENTS = (
    # An absent variable leaves the default of the input field; null does not.
    Operation(COUNT_OF_PAIRED),
    Operation(COUNT_OF_PAIRED, {"p": None}),
    Operation("query ($f: RecipientRegionFilter) { recipientRegions(filter: $f) { totalCount } }",
              {"f": {"search": "思茅"}}),
    # One theme for a list of themes; themes in and beside variables; no theme at all.
    Operation("""query ($t: PlanTheme!, $l: [PlanTheme!], $d: [PlanTheme!] = HEALTH) {
      a: planTargets(filter: {themes: EXPO}) { totalCount }
      b: planTargets(filter: {themes: [EXPO, $t]}) { totalCount }
      c: planTargets(filter: {themes: $l}) { totalCount }
      d: planTargets(filter: {themes: $d}) { totalCount }
      e: planTargets(filter: {themes: []}) { totalCount } }""", {"t": "FUNDS", "l": "TALENT"}),
)
SHAPES = (
    # One key selected in four places: merged in the order in which it comes first.
    Operation("""query Q {
      plans { supporter { code } } ...A ... { plans { code } }
      ... on Query { plans { groups { members { code } } } } }
      fragment A on Query { plans {
        groups { code members { parent { code } name } }
        supporter { name districts { city { code } } } } }"""),
    # A node seen through its interface, whatever it is, and one that is none.
    Operation(f"""query ($id: ID!) {{
      node(id: $id) {{ id ...N }} plan: node(id: "UGxhbjox") {{ ...N }}
      none: node(id: "{CHANGE}") {{ id }} }}
      fragment N on Node {{ __typename ... on Plan {{ code }} ... on Indicator {{ unit }} }}""",
              {"id": INDICATOR}),
)
PROJECTS = (
    # Words of a list in and beside variables; a year that is none; wildcards that are none.
    Operation("""query ($s: String!, $l: [String!], $y: Int) {
      a: aidProjects(filter: {sectorCodes: ["water", $s]}) { totalCount }
      b: aidProjects(filter: {sectorCodes: $l, year: $y}) { totalCount }
      c: aidProjects(filter: {sectorCodes: []}) { totalCount }
      d: aidProjects(filter: {search: "%"}) { nodes { name } }
      e: aidProjects(filter: {search: "CISTERN", year: 2147483647}) { totalCount } }""",
              {"s": "housing", "l": ["housing", "none"], "y": 2007}),
    # A stage, and what is set aside at it; the same amount before and after approval.
    Operation("""{
      a: aidProjects(filter: {stages: [TENDERED, APPROVED]}) { nodes { code stage heldStage } }
      b: aidProjects(filter: {stages: [SUSPENDED, RESERVE]}) { nodes { code stage heldStage } }
      c: aidProjects(orderBy: {field: INVESTMENT}, first: 100,
        filter: {approvedInvestmentTo: "1000000.00"}) { nodes {
          proposedInvestment approvedInvestment adjustments { oldInvestment newInvestment } } } }"""
              ),
    # Equal amounts across a page's edge; the province of a place; a code of another time.
    Operation("""{
      a: aidProjects(first: 4, after: "«AidProject:INVESTMENT:DESC:3»",
        orderBy: {field: INVESTMENT, direction: DESC}) { edges { cursor node { code } } }
      b: aidProjects(filter: {regionCode: "540000"}) { totalCount nodes { region { code } } }
      c: aidProjects(filter: {regionCode: "542300", planCode: "shanghai-2006-2010"}) { totalCount
        nodes { plan { code } target { code projects { totalCount } } } }
      d: aidProjects(filter: {regionCode: "540222"}) { nodes { code place } }
      e: recipientRegion(code: "530000") { aidProjects(filter: {late: true}) { totalCount } } }"""
              ),
    # Late the day after, and not on the day itself.
    Operation("""{ milestones(first: 100, filter: {met: false}) { nodes {
        plannedOn a: late(on: "2008-02-29") b: late(on: "2008-03-01") late
        project { plannedEnd a: late(on: "2009-01-01") b: late(on: "2009-01-02") } } }
      now: milestones(filter: {dueWithinDays: 0}) { nodes { name late } }
      soon: milestones(filter: {dueWithinDays: 30, open: true}) { nodes { name } }
      gone: milestones(filter: {open: false, late: true}) { totalCount } }"""),
)
TRICKY = (*PROJECTS, *NOTHING_LEFT, *COUNTS, *VALUES, *DAYS, *ARGUMENTS, *SHAPES)
