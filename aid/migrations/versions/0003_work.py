"""Projects, milestones, documents; key villages; cadres.

Each table of a region's data carries `recipient_id`, kept true by composite foreign keys, and row
security tests that column alone. A recipient may add what it reports of its own region: progress,
documents, proposals.

Revision ID: 0003
Revises: 0002
"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

REFERENCE = ("sector", "acceptance_criterion", "batch")
SCOPED = (
    "project", "stage_change", "project_adjustment", "milestone", "rescheduling",
    "progress_report", "assessment", "document", "key_village", "project_village",
    "natural_village", "village_work", "work_adjustment", "village_report", "village_acceptance",
    "acceptance_score", "post", "secondment", "extension", "secondment_project",
)
OWN = "recipient_id = ANY ((SELECT aid_recipients())::bigint[])"
REPORTED = {
    "progress_report": OWN,
    "village_report": OWN,
    "document": OWN,
    "project": f"{OWN} AND stage = 'reserve' AND progress = 0 AND num_nonnulls(held_stage,"
               " approved_fen, approved_on, started_on, completed_on, accepted_on, audited_on,"
               " closed_on, progress_on) = 0",
    "stage_change": f"{OWN} AND to_stage = 'reserve' AND from_stage IS NULL",
    "content": "(SELECT aid_role()) = 'recipient'"
               " AND EXISTS (SELECT FROM document d WHERE d.sha256 = content.sha256)",
}
"""What a recipient may add, of its own region."""

TRUE = ("EXISTS (SELECT FROM milestone m WHERE m.id = milestone_id AND m.met_on = old_on"
        " AND m.evidence_no IS NOT DISTINCT FROM old_evidence_no"
        " AND m.note IS NOT DISTINCT FROM old_note"
        " AND m.document_id IS NOT DISTINCT FROM old_document_id)")
"""A correction says what is logged until then: days before are answered from it."""

SHOWN_WITH = {"progress_document": "progress_report", "village_report_document": "village_report"}
"""What reports came with. Nothing is added to a report but by the transaction that records it."""

LISTED = [
    "region_id", "supporter_id", "district_id", "pairing_id", "target_id",
    "sector_id", "kind", "delivery_mode", "stage", "held_stage", "simulated", "planned_start",
    "planned_end", "proposed_fen", "approved_fen", "completed_on",
]
"""What lists of projects are narrowed by, beside the recipient: each index that they are ordered by
holds it, so that a row is fetched only if it is shown."""

APPEND_ONLY = (
    "stage_change", "project_adjustment", "rescheduling", "milestone_correction",
    "progress_report", "assessment", "document", "content", "work_adjustment", "village_report", "village_acceptance",
    "acceptance_score", "extension", "progress_document", "village_report_document",
)
CHANGEABLE = (
    "sector", "acceptance_criterion", "batch", "project", "milestone", "key_village",
    "natural_village", "village_work", "cadre", "post", "secondment",
)
LINKS = ("project_village", "secondment_project")

CHANGES = (
    "(SELECT aid_sees_all()) AND entity <> 'account' OR CASE"
    " WHEN entity = 'account'"
    " THEN (SELECT aid_role() IN ('system_admin', 'security_admin', 'audit_admin'))"
    " WHEN NOT (SELECT aid_reads()) THEN false"
    " WHEN entity = 'plan_target' THEN EXISTS (SELECT FROM plan_target t WHERE t.id = entity_id)"
    " WHEN entity = 'published_figure'"
    " THEN EXISTS (SELECT FROM published_figure f WHERE f.id = entity_id)"
    " WHEN entity = 'pairing' THEN EXISTS (SELECT FROM pairing p WHERE p.id = entity_id)"
    " WHEN entity = 'project' THEN EXISTS (SELECT FROM project p WHERE p.id = entity_id)"
    " WHEN entity = 'milestone' THEN EXISTS (SELECT FROM milestone m WHERE m.id = entity_id)"
    " WHEN entity = 'key_village' THEN EXISTS (SELECT FROM key_village v WHERE v.id = entity_id)"
    " WHEN entity = 'village_work' THEN EXISTS (SELECT FROM village_work w WHERE w.id = entity_id)"
    " WHEN entity = 'cadre' THEN EXISTS (SELECT FROM cadre c WHERE c.id = entity_id)"
    " WHEN entity = 'secondment' THEN EXISTS (SELECT FROM secondment s WHERE s.id = entity_id)"
    " ELSE entity IN ('division', 'division_period', 'plan', 'indicator') END"
)
"""As in 0002, with the things that come here."""

SOUGHT = {"project": "project_id", "key_village": "village_id"}
"""What is searched by name and code: its table, and how it is named in the table of its terms."""
KEPT = ("project_term", "key_village_term", "project_place", "village_progress", "milestone_total")
"""What triggers keep and everybody else but reads."""

PROGRESS = """
CREATE FUNCTION aid_note_progress() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE project p SET progress = r.percent, progress_on = r.reported_on
  FROM (SELECT DISTINCT ON (g.project_id) g.project_id, g.percent, g.reported_on
        FROM progress_report g WHERE g.project_id IN (SELECT project_id FROM added)
        ORDER BY g.project_id, g.reported_on DESC, g.id DESC) r
  WHERE p.id = r.project_id
  AND (p.progress, p.progress_on) IS DISTINCT FROM (r.percent, r.reported_on);
  RETURN NULL;
END $$
"""
"""The last report of each project is kept on the project, for lists and metrics; a project that says
so already is not written again. It runs as aid_owner, whom the policies `kept_by_trigger` let do
just this, so that a recipient's report counts without the recipient being able to change a project.
"""

VILLAGE_PROGRESS = """
CREATE FUNCTION aid_progress_of(villages bigint[]) RETURNS TABLE (
  village_id bigint, recipient_id bigint, since date, until date, progress numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH work AS MATERIALIZED (
    SELECT * FROM village_work w WHERE w.village_id = ANY (villages)
  ), day AS (
    SELECT w.village_id, '-infinity'::date AS since FROM work w
    UNION SELECT w.village_id, r.reported_on FROM work w JOIN village_report r ON r.work_id = w.id
  ), part AS (
    SELECT w.village_id, w.recipient_id, d.since, w.component, w.cost_fen::numeric AS cost,
      round(least(coalesce(r.done, 0), w.planned), 40) / w.planned AS share
    FROM day d JOIN work w ON w.village_id = d.village_id LEFT JOIN LATERAL (
      SELECT r.done FROM village_report r WHERE r.work_id = w.id AND r.reported_on <= d.since
      ORDER BY r.reported_on DESC, r.id DESC LIMIT 1) r ON true
  ), component AS (
    SELECT p.village_id, p.recipient_id, p.since,
      CASE WHEN count(cost) = count(*) THEN sum(share * cost) / sum(cost)
        ELSE sum(share) / count(*) END AS share,
      CASE WHEN count(cost) = count(*) THEN sum(cost) END AS cost
    FROM part p GROUP BY p.village_id, p.recipient_id, p.since, p.component
  )
  SELECT c.village_id, c.recipient_id, c.since,
    lead(c.since, 1, 'infinity') OVER (PARTITION BY c.village_id ORDER BY c.since),
    trim_scale(round(100 * CASE WHEN count(cost) = count(*) THEN sum(share * cost) / sum(cost)
      ELSE sum(share) / count(*) END, 10))
  FROM component c GROUP BY c.village_id, c.recipient_id, c.since
$$;
CREATE FUNCTION aid_note_village_progress() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE touched bigint[];
BEGIN
  IF TG_TABLE_NAME = 'village_report' THEN
    touched := ARRAY(SELECT DISTINCT w.village_id FROM added a JOIN village_work w
                     ON w.id = a.work_id);
  ELSIF TG_OP = 'INSERT' THEN
    touched := ARRAY(SELECT DISTINCT a.village_id FROM added a);
  ELSE
    touched := ARRAY(SELECT a.village_id FROM added a UNION SELECT g.village_id FROM gone g);
  END IF;
  PERFORM FROM key_village v WHERE v.id = ANY (touched) ORDER BY v.id FOR NO KEY UPDATE;
  WITH now_so AS MATERIALIZED (SELECT * FROM aid_progress_of(touched)), past AS (
    DELETE FROM village_progress p WHERE p.village_id = ANY (touched)
    AND NOT EXISTS (SELECT FROM now_so n
                    WHERE n.village_id = p.village_id AND n.since = p.since)
  )
  INSERT INTO village_progress AS p (village_id, recipient_id, since, until, progress)
    SELECT * FROM now_so
  ON CONFLICT (village_id, since) DO UPDATE
    SET until = excluded.until, progress = excluded.progress
    WHERE (p.until, p.progress) IS DISTINCT FROM (excluded.until, excluded.progress);
  RETURN NULL;
END $$
"""
"""How far each village was from a day on, kept whenever its works or their reports change: the same
formula as in aid/villages/progress.py, and a test holds the two together. The village is locked
first, so that of two reports at once the second sees the first."""

TEXTS = r"""
CREATE FUNCTION aid_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(
  regexp_replace(lower(normalize(said, NFKC) COLLATE "C"),
    '[\x01-\x2f\x3a-\x60\x7b-\xbf\u2000-\u206f\u3000-\u303f]+' COLLATE "C", ' ', 'g'),
  '[a-z0-9]+' COLLATE "C", E'\x01\\&', 'g');
CREATE FUNCTION aid_terms(plain text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT split_part(substr(plain, p::int, 8), ' ', 1)
  FROM string_to_table(plain, NULL) WITH ORDINALITY AS c (c, p)
  WHERE c COLLATE "C" > 'z' OR c = E'\x01';
END;
CREATE FUNCTION aid_patterns(asked text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(array_agg('%' || word || '%'),
    CASE WHEN btrim(normalize(left(asked, 600), NFKC)) = '' THEN '{}' ELSE '{""}' END::text[])
  FROM string_to_table(aid_plain(left(asked, 600)), ' ') word
  WHERE word <> '' AND length(asked) <= 600;
END
"""
"""Names as they are searched. Plain: compatibility forms folded (full width, among others), ASCII
in lower case, punctuation blank, a mark (U+0001) before each run of ASCII letters and digits.
Terms: at each mark and each other character, the next 8 up to a blank. What is asked for is made
plain too, so that a pattern holds no wildcards, and begins inside a Chinese word, but no English
one. Blanks ask for nothing; punctuation alone, or more than a name can be, is held by nothing."""


def _found(table: str) -> str:
    """The rows whose names may hold what is asked for, or null where they are more than 3,000; and
    whether a recipient has rows that hold each term of it.

    The rarest of the longest terms decides. Recipients are gone through one by one, so that of
    others' names nothing can be learnt, not even from the time it takes.
    """
    return f"""
CREATE FUNCTION aid_found_{table}(asked text) RETURNS bigint[] LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  wanted text;
  places bigint[];
  hits bigint[];
  fewest bigint[];
BEGIN
  IF aid_patterns(asked) = '{{""}}' THEN
    RETURN '{{}}';
  END IF;
  IF aid_sees_all() THEN
    WITH RECURSIVE place AS (
      (SELECT t.recipient_id AS id FROM {table}_term t ORDER BY t.recipient_id LIMIT 1)
      UNION ALL SELECT (SELECT t.recipient_id FROM {table}_term t WHERE t.recipient_id > place.id
        ORDER BY t.recipient_id LIMIT 1) FROM place WHERE place.id IS NOT NULL
    ) SELECT array_agg(place.id) INTO places FROM place WHERE place.id IS NOT NULL;
  ELSE
    places := aid_recipients();
  END IF;
  FOR wanted IN SELECT DISTINCT ON (length(term), term) term FROM aid_terms(aid_plain(asked)) term
    ORDER BY length(term) DESC, term LIMIT 4
  LOOP
    hits := ARRAY(SELECT t.{SOUGHT[table]} FROM {table}_term t
      WHERE t.recipient_id = ANY (places) AND t.term >= wanted
      AND t.term < wanted || U&'\\+10FFFF' LIMIT 3001);
    IF cardinality(hits) <= least(3000, cardinality(fewest)) THEN
      fewest := hits;
    END IF;
    EXIT WHEN cardinality(fewest) <= 300;
  END LOOP;
  RETURN fewest;
END $$;
CREATE FUNCTION aid_has_{table}(asked text, recipient bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
RETURN (
  SELECT coalesce(bool_and(EXISTS (SELECT FROM {table}_term t
    WHERE t.recipient_id = recipient AND t.term >= wanted AND t.term < wanted || U&'\\+10FFFF'
    OFFSET 0)), true) FROM aid_terms(aid_plain(asked)) wanted)
"""

PLACES = """
CREATE FUNCTION aid_note_project_places() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO project_place (recipient_id, region_id)
      SELECT DISTINCT a.recipient_id, a.region_id FROM added a
      WHERE NOT EXISTS (SELECT FROM project_place p
                        WHERE (p.recipient_id, p.region_id) = (a.recipient_id, a.region_id))
      ORDER BY 1, 2 ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO project_place (recipient_id, region_id) VALUES (NEW.recipient_id, NEW.region_id)
      ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_places AFTER INSERT ON project REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_note_project_places();
CREATE TRIGGER note_new_places AFTER UPDATE ON project FOR EACH ROW
  WHEN ((OLD.recipient_id, OLD.region_id) IS DISTINCT FROM (NEW.recipient_id, NEW.region_id))
  EXECUTE FUNCTION aid_note_project_places()
"""
"""Which recipients have projects in which places: a list of a place's projects looks there first.
None is taken away again; one without projects costs a look."""

MILESTONES = """
CREATE FUNCTION aid_rebuilt_milestones() RETURNS TABLE (
  recipient_id bigint, month date, sector_id bigint, supporter_id bigint, district_id bigint,
  due bigint, in_time bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT p.recipient_id, date_trunc('month', m.planned_on)::date, p.sector_id, p.supporter_id,
    coalesce(p.district_id, 0), count(*), count(*) FILTER (WHERE m.met_on <= m.planned_on)
  FROM milestone m JOIN project p ON p.id = m.project_id WHERE p.stage <> 'cancelled'
  GROUP BY 1, 2, 3, 4, 5;
END;
CREATE FUNCTION aid_note_milestones() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE touched bigint[]; planned date[]; met date[]; sign bigint[];
BEGIN
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(project_id), array_agg(planned_on), array_agg(met_on), array_agg(1)
      INTO touched, planned, met, sign FROM added;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT touched || array_agg(project_id), planned || array_agg(planned_on),
      met || array_agg(met_on), sign || array_agg(-1) INTO touched, planned, met, sign FROM gone;
  END IF;
  PERFORM FROM project p WHERE p.id = ANY (touched) ORDER BY p.id FOR NO KEY UPDATE;
  INSERT INTO milestone_total AS t (recipient_id, month, sector_id, supporter_id, district_id, due,
      in_time)
    SELECT p.recipient_id, date_trunc('month', c.planned_on)::date, p.sector_id, p.supporter_id,
      coalesce(p.district_id, 0), sum(c.sign),
      coalesce(sum(c.sign) FILTER (WHERE c.met_on <= c.planned_on), 0)
    FROM unnest(touched, planned, met, sign) c (project_id, planned_on, met_on, sign)
    JOIN project p ON p.id = c.project_id WHERE p.stage <> 'cancelled'
    GROUP BY 1, 2, 3, 4, 5
    HAVING sum(c.sign) <> 0 OR sum(c.sign) FILTER (WHERE c.met_on <= c.planned_on) <> 0
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (recipient_id, month, sector_id, supporter_id, district_id)
    DO UPDATE SET due = t.due + excluded.due, in_time = t.in_time + excluded.in_time;
  RETURN NULL;
END $$;
CREATE FUNCTION aid_milestones_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO milestone_total AS t (recipient_id, month, sector_id, supporter_id, district_id, due,
      in_time)
    SELECT k.recipient_id, date_trunc('month', m.planned_on)::date, k.sector_id, k.supporter_id,
      coalesce(k.district_id, 0), k.sign * count(*),
      k.sign * count(*) FILTER (WHERE m.met_on <= m.planned_on)
    FROM milestone m, (VALUES
      (-1, OLD.recipient_id, OLD.sector_id, OLD.supporter_id, OLD.district_id, OLD.stage),
      (1, NEW.recipient_id, NEW.sector_id, NEW.supporter_id, NEW.district_id, NEW.stage)
    ) k (sign, recipient_id, sector_id, supporter_id, district_id, stage)
    WHERE m.project_id = NEW.id AND k.stage <> 'cancelled'
    GROUP BY k.sign, 1, 2, 3, 4, 5 ORDER BY k.sign, 1, 2, 3, 4, 5
    ON CONFLICT (recipient_id, month, sector_id, supporter_id, district_id)
    DO UPDATE SET due = t.due + excluded.due, in_time = t.in_time + excluded.in_time;
  RETURN NULL;
END $$;
CREATE TRIGGER note_milestones AFTER INSERT ON milestone REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_note_milestones();
CREATE TRIGGER note_new_milestones AFTER UPDATE ON milestone
  REFERENCING OLD TABLE AS gone NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_note_milestones();
CREATE TRIGGER note_gone_milestones AFTER DELETE ON milestone REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION aid_note_milestones();
CREATE TRIGGER milestones_follow AFTER UPDATE ON project FOR EACH ROW WHEN (
  (OLD.recipient_id, OLD.sector_id, OLD.supporter_id, coalesce(OLD.district_id, 0),
   OLD.stage = 'cancelled') <>
  (NEW.recipient_id, NEW.sector_id, NEW.supporter_id, coalesce(NEW.district_id, 0),
   NEW.stage = 'cancelled'))
  EXECUTE FUNCTION aid_milestones_follow()
"""
"""Milestones counted by month, of projects that are not cancelled, kept by adding and taking off. So
the triggers do not run for rows that are brought back: their totals are brought back as well. The
projects are held first, so that none is cancelled, or becomes another's, meanwhile."""


def _noted(table: str) -> str:
    """The terms of names and codes, kept as these come and change."""
    row = SOUGHT[table]
    return f"""
CREATE FUNCTION aid_note_{table}_terms() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO {table}_term (term, recipient_id, {row})
      SELECT term, a.recipient_id, a.id FROM added a, aid_terms(a.sought) term ORDER BY 2, 1;
  ELSE
    DELETE FROM {table}_term t USING aid_terms(OLD.sought) AS before (word)
      WHERE t.recipient_id = OLD.recipient_id AND t.term = before.word AND t.{row} = OLD.id;
    INSERT INTO {table}_term (term, recipient_id, {row})
      SELECT term, NEW.recipient_id, NEW.id FROM aid_terms(NEW.sought) term;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_terms AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_note_{table}_terms();
CREATE TRIGGER note_new_terms AFTER UPDATE ON {table} FOR EACH ROW
  WHEN ((OLD.sought, OLD.recipient_id) IS DISTINCT FROM (NEW.sought, NEW.recipient_id))
  EXECUTE FUNCTION aid_note_{table}_terms()
"""


def upgrade() -> None:
    _run(TEXTS)
    _create_tables()
    _row_security()
    _grant()
    _keep()


def _run(statements: str) -> None:
    for statement in re.split(r";\n(?=CREATE)", statements.strip()):
        op.execute(statement)


def _keep() -> None:
    """The triggers that keep what is derived. They run for replicated and restored rows as well."""
    _run(PROGRESS + ";\n" + VILLAGE_PROGRESS.strip() + ";\n" + PLACES.strip() + ";\n" + MILESTONES.strip())
    for table in SOUGHT:
        _run(_found(table) + ";\n" + _noted(table).strip())
    for trigger, table, event, seen in (
        ("note_progress", "progress_report", "INSERT", "NEW TABLE AS added"),
        ("note_village_progress", "village_report", "INSERT", "NEW TABLE AS added"),
        ("note_village_progress", "village_work", "INSERT", "NEW TABLE AS added"),
        ("note_new_village_progress", "village_work", "UPDATE",
         "OLD TABLE AS gone NEW TABLE AS added"),
    ):
        function = trigger.replace("new_", "")
        op.execute(f"CREATE TRIGGER {trigger} AFTER {event} ON {table} REFERENCING {seen}"
                   f" FOR EACH STATEMENT EXECUTE FUNCTION aid_{function}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    for table in SOUGHT:
        for trigger in ("note_terms", "note_new_terms"):
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    for trigger in ("note_places", "note_new_places"):
        op.execute(f"ALTER TABLE project ENABLE ALWAYS TRIGGER {trigger}")
    for noted in ("progress", "village_progress", "project_places", "milestones",
                  *(f"{table}_terms" for table in SOUGHT)):
        op.execute(f"REVOKE ALL ON FUNCTION aid_note_{noted}() FROM PUBLIC")
    op.execute("REVOKE ALL ON FUNCTION aid_milestones_follow() FROM PUBLIC")


def _create_tables() -> None:
    op.create_table('acceptance_criterion',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('component', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('points', sa.Numeric(), nullable=False),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('points > 0', name=op.f('ck_acceptance_criterion_points')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_criterion')),
    sa.UniqueConstraint('sheet', 'code', name=op.f('uq_acceptance_criterion_sheet_code'))
    )
    op.create_table('batch',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('direction', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('months', sa.BigInteger(), nullable=False),
    sa.Column('simulated', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("direction IN ('out', 'in')", name=op.f('ck_batch_direction')),
    sa.CheckConstraint('months > 0', name=op.f('ck_batch_months')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch')),
    sa.UniqueConstraint('code', name=op.f('uq_batch_code'))
    )
    op.create_table('content',
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('part', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('bytes', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', 'part', name=op.f('pk_content'))
    )
    op.create_table('sector',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sector')),
    sa.UniqueConstraint('code', name=op.f('uq_sector_code'))
    )
    op.create_table('cadre',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('home_unit', sa.Text(), nullable=True),
    sa.Column('supporter_id', sa.BigInteger(), nullable=False),
    sa.Column('district_id', sa.BigInteger(), nullable=True),
    sa.Column('simulated', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("category IN ('official', 'teacher', 'doctor', 'agronomist', 'specialist', 'volunteer')", name=op.f('ck_cadre_category')),
    sa.CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]*$'", name=op.f('ck_cadre_code')),
    sa.ForeignKeyConstraint(['district_id'], ['supporting_district.id'], name=op.f('fk_cadre_district_id')),
    sa.ForeignKeyConstraint(['supporter_id'], ['supporting_city.id'], name=op.f('fk_cadre_supporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cadre')),
    sa.UniqueConstraint('code', name=op.f('uq_cadre_code'))
    )
    op.create_index('ix_cadre_district_id', 'cadre', ['district_id'], unique=False)
    op.create_table('key_village',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('township', sa.Text(), nullable=True),
    sa.Column('supporter_id', sa.BigInteger(), nullable=False),
    sa.Column('district_id', sa.BigInteger(), nullable=True),
    sa.Column('designated_in', sa.BigInteger(), nullable=False),
    sa.Column('households', sa.BigInteger(), nullable=True),
    sa.Column('population', sa.BigInteger(), nullable=True),
    sa.Column('simulated', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('sought', sa.Text(collation='C'), sa.Computed("left(aid_plain(name || ' ' || coalesce(name_en, '') || ' ' || code), 600)", persisted=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]*$'", name=op.f('ck_key_village_code')),
    sa.CheckConstraint('designated_in BETWEEN 1979 AND 2100', name=op.f('ck_key_village_designated_in')),
    sa.CheckConstraint('households >= 0 AND population >= 0', name=op.f('ck_key_village_people')),
    sa.ForeignKeyConstraint(['district_id'], ['supporting_district.id'], name=op.f('fk_key_village_district_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['division.id'], name=op.f('fk_key_village_recipient_id')),
    sa.ForeignKeyConstraint(['region_id'], ['division.id'], name=op.f('fk_key_village_region_id')),
    sa.ForeignKeyConstraint(['supporter_id'], ['supporting_city.id'], name=op.f('fk_key_village_supporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_village')),
    sa.UniqueConstraint('code', name=op.f('uq_key_village_code')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_key_village_id_recipient_id'))
    )
    op.create_index('ix_key_village_district_id', 'key_village', ['district_id'], unique=False)
    op.create_index('ix_key_village_recipient_id', 'key_village', ['recipient_id', 'id'], unique=False)
    op.create_index('ix_key_village_region_id', 'key_village', ['region_id'], unique=False)
    op.create_table('key_village_term',
    sa.Column('term', sa.Text(collation='C'), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('village_id', sa.BigInteger(), nullable=False)
    )
    op.create_index('ix_key_village_term', 'key_village_term', ['recipient_id', 'term', 'village_id'], unique=False)
    op.create_table('village_progress',
    sa.Column('village_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('progress', sa.Numeric(), nullable=False),
    sa.CheckConstraint('since < until AND progress BETWEEN 0 AND 100', name=op.f('ck_village_progress_progress')),
    sa.ForeignKeyConstraint(['village_id', 'recipient_id'], ['key_village.id', 'key_village.recipient_id'], name='fk_village_progress_village', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('village_id', 'since', name=op.f('pk_village_progress'))
    )
    op.create_index('ix_village_progress_until', 'village_progress', ['until', 'since'], unique=False, postgresql_include=['village_id', 'recipient_id', 'progress'])
    op.create_table('natural_village',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('village_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('households', sa.BigInteger(), nullable=True),
    sa.Column('population', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('households >= 0 AND population >= 0', name=op.f('ck_natural_village_people')),
    sa.ForeignKeyConstraint(['village_id', 'recipient_id'], ['key_village.id', 'key_village.recipient_id'], name='fk_natural_village_village', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_natural_village')),
    sa.UniqueConstraint('id', 'village_id', name=op.f('uq_natural_village_id_village_id')),
    sa.UniqueConstraint('village_id', 'name', name=op.f('uq_natural_village_village_id_name'))
    )
    op.create_table('post',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('pairing_id', sa.BigInteger(), nullable=True),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=True),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('direction', sa.Text(), nullable=False),
    sa.Column('agreed_from', sa.Date(), nullable=False),
    sa.Column('agreed_until', sa.Date(), nullable=True),
    sa.Column('simulated', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("category IN ('official', 'teacher', 'doctor', 'agronomist', 'specialist', 'volunteer')", name=op.f('ck_post_category')),
    sa.CheckConstraint("direction IN ('out', 'in')", name=op.f('ck_post_direction')),
    sa.CheckConstraint('agreed_until IS NULL OR agreed_until >= agreed_from', name=op.f('ck_post_agreed')),
    sa.ForeignKeyConstraint(['pairing_id'], ['pairing.id'], name=op.f('fk_post_pairing_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['division.id'], name=op.f('fk_post_recipient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
    sa.UniqueConstraint('code', name=op.f('uq_post_code')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_post_id_recipient_id'))
    )
    op.create_index('ix_post_pairing_id', 'post', ['pairing_id'], unique=False)
    op.create_index('ix_post_recipient_id', 'post', ['recipient_id', 'id'], unique=False)
    op.create_table('project',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('place', sa.Text(), nullable=True),
    sa.Column('supporter_id', sa.BigInteger(), nullable=False),
    sa.Column('district_id', sa.BigInteger(), nullable=True),
    sa.Column('pairing_id', sa.BigInteger(), nullable=True),
    sa.Column('target_id', sa.BigInteger(), nullable=True),
    sa.Column('sector_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('delivery_mode', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('held_stage', sa.Text(), nullable=True),
    sa.Column('proposed_fen', sa.BigInteger(), nullable=False),
    sa.Column('approved_fen', sa.BigInteger(), nullable=True),
    sa.Column('planned_start', sa.Date(), nullable=False),
    sa.Column('planned_end', sa.Date(), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('audited_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('progress', sa.Numeric(), server_default=sa.text('0'), nullable=False),
    sa.Column('progress_on', sa.Date(), nullable=True),
    sa.Column('progress_hundredths', sa.BigInteger(), sa.Computed('(progress * 100)::bigint', persisted=True), nullable=False),
    sa.Column('sought', sa.Text(collation='C'), sa.Computed("left(aid_plain(name || ' ' || coalesce(name_en, '') || ' ' || code), 600)", persisted=True), nullable=False),
    sa.Column('simulated', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('proposal_key', sa.Text(), nullable=True),
    sa.Column('proposal_digest', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("stage = 'reserve' OR (stage = 'suspended') = (held_stage IS NOT NULL)", name=op.f('ck_project_held_stage')),
    sa.CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]*$'", name=op.f('ck_project_code')),
    sa.CheckConstraint("delivery_mode IN ('turnkey', 'cheque')", name=op.f('ck_project_delivery_mode')),
    sa.CheckConstraint("kind IN ('fixed_asset', 'non_fixed_asset')", name=op.f('ck_project_kind')),
    sa.CheckConstraint("stage IN ('reserve', 'approved', 'tendered', 'started', 'completed', 'accepted', 'audited', 'handed_over', 'evaluated', 'closed', 'suspended', 'cancelled')", name=op.f('ck_project_stage')),
    sa.CheckConstraint("stage IN ('reserve', 'suspended', 'cancelled') OR approved_fen IS NOT NULL", name=op.f('ck_project_approved')),
    sa.CheckConstraint('planned_end >= planned_start', name=op.f('ck_project_planned')),
    sa.CheckConstraint('(proposal_key IS NULL) = (proposal_digest IS NULL)', name=op.f('ck_project_proposal')),
    sa.CheckConstraint('progress BETWEEN 0 AND 100', name=op.f('ck_project_progress')),
    sa.CheckConstraint('proposed_fen > 0 AND (approved_fen IS NULL OR approved_fen > 0)', name=op.f('ck_project_amounts')),
    sa.ForeignKeyConstraint(['district_id'], ['supporting_district.id'], name=op.f('fk_project_district_id')),
    sa.ForeignKeyConstraint(['pairing_id'], ['pairing.id'], name=op.f('fk_project_pairing_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['division.id'], name=op.f('fk_project_recipient_id')),
    sa.ForeignKeyConstraint(['region_id'], ['division.id'], name=op.f('fk_project_region_id')),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_project_sector_id')),
    sa.ForeignKeyConstraint(['supporter_id'], ['supporting_city.id'], name=op.f('fk_project_supporter_id')),
    sa.ForeignKeyConstraint(['target_id'], ['plan_target.id'], name=op.f('fk_project_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('code', name=op.f('uq_project_code')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_project_id_recipient_id'), postgresql_include=['region_id', 'supporter_id', 'district_id', 'sector_id', 'approved_fen'])
    )
    op.create_index('ix_project_district_id', 'project', ['district_id'], unique=False)
    op.create_index('ix_project_pairing_id', 'project', ['pairing_id'], unique=False)
    op.create_index('ix_project_region_id', 'project', ['region_id'], unique=False)
    op.create_index('ix_project_target_id', 'project', ['target_id'], unique=False)
    op.create_index('ix_project_stage', 'project', ['stage', 'id'], unique=False)
    op.create_index('ix_project_code', 'project', ['recipient_id', 'code', 'id'], unique=False, postgresql_include=[*LISTED, 'sought'])
    op.create_index('ix_project_planned_start', 'project', ['recipient_id', 'planned_start', 'id'], unique=False, postgresql_include=LISTED)
    op.create_index('ix_project_planned_end', 'project', ['recipient_id', 'planned_end', 'id'], unique=False, postgresql_include=LISTED)
    op.create_index('uq_project_proposal_key', 'project', ['recipient_id', 'proposal_key'], unique=True, postgresql_where=sa.text('proposal_key IS NOT NULL'))
    op.create_index('ix_project_progress', 'project', ['recipient_id', 'progress_hundredths', 'id'], unique=False, postgresql_include=LISTED)
    op.create_index('ix_project_investment', 'project', ['recipient_id', sa.literal_column('(CASE WHEN approved_fen IS NULL THEN proposed_fen ELSE approved_fen END)'), 'id'], unique=False, postgresql_include=LISTED)
    op.create_table('project_place',
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('recipient_id', 'region_id', name=op.f('pk_project_place'))
    )
    op.create_table('milestone_total',
    sa.Column('recipient_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('sector_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('supporter_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('district_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('due', sa.BigInteger(), nullable=False),
    sa.Column('in_time', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('recipient_id', 'month', 'sector_id', 'supporter_id', 'district_id', name=op.f('pk_milestone_total'))
    )
    op.create_table('project_term',
    sa.Column('term', sa.Text(collation='C'), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False)
    )
    op.create_index('ix_project_term', 'project_term', ['recipient_id', 'term', 'project_id'], unique=False)
    op.create_table('secondment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('cadre_id', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.BigInteger(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('predecessor_id', sa.BigInteger(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('planned_end', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    postgresql.ExcludeConstraint((sa.text("int8range(cadre_id, cadre_id, '[]')"), '&&'), (sa.text("daterange(starts_on, coalesce(ended_on, planned_end), '[]')"), '&&'), using='gist', name='ex_secondment_one_at_a_time'),
    sa.CheckConstraint('(ended_on IS NULL) = (end_reason IS NULL)', name=op.f('ck_secondment_ended')),
    sa.CheckConstraint('planned_end >= starts_on AND (ended_on IS NULL OR ended_on >= starts_on)', name=op.f('ck_secondment_term')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_secondment_batch_id')),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadre.id'], name=op.f('fk_secondment_cadre_id')),
    sa.ForeignKeyConstraint(['post_id', 'recipient_id'], ['post.id', 'post.recipient_id'], name='fk_secondment_post', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['predecessor_id'], ['secondment.id'], name=op.f('fk_secondment_predecessor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_secondment')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_secondment_id_recipient_id'))
    )
    op.create_index('ix_secondment_cadre_id', 'secondment', ['cadre_id', 'starts_on'], unique=False)
    op.create_index('ix_secondment_planned_end', 'secondment', ['planned_end', 'id'], unique=False, postgresql_where=sa.text('ended_on IS NULL'))
    op.create_index('ix_secondment_post_id', 'secondment', ['post_id', 'starts_on'], unique=False)
    op.create_index('ix_secondment_recipient_id', 'secondment', ['recipient_id', 'id'], unique=False)
    op.create_table('document',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(sha256) = 32 AND size > 0', name=op.f('ck_document_content')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_document_project', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['recipient_id'], ['division.id'], name=op.f('fk_document_recipient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_document_id_recipient_id')),
    sa.UniqueConstraint('project_id', 'sha256', 'title', name=op.f('uq_document_project_id_sha256_title'))
    )
    op.create_index('ix_document_project_id', 'document', ['project_id', 'id'], unique=False)
    op.create_index('ix_document_sha256', 'document', ['sha256'], unique=False)
    op.create_table('extension',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('secondment_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('old_end', sa.Date(), nullable=False),
    sa.Column('new_end', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(btrim(reason)) > 0', name=op.f('ck_extension_reason')),
    sa.CheckConstraint('new_end > old_end', name=op.f('ck_extension_days')),
    sa.ForeignKeyConstraint(['secondment_id', 'recipient_id'], ['secondment.id', 'secondment.recipient_id'], name='fk_extension_secondment', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension'))
    )
    op.create_index('ix_extension_secondment_id', 'extension', ['secondment_id', 'id'], unique=False)
    op.create_table('project_adjustment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('old_fen', sa.BigInteger(), nullable=False),
    sa.Column('new_fen', sa.BigInteger(), nullable=False),
    sa.Column('reapproval', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('document_no', sa.Text(), nullable=True),
    sa.Column('adjusted_on', sa.Date(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(btrim(reason)) > 0', name=op.f('ck_project_adjustment_reason')),
    sa.CheckConstraint('new_fen > 0 AND new_fen <> old_fen', name=op.f('ck_project_adjustment_amounts')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_project_adjustment_project', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_adjustment'))
    )
    op.create_index('ix_project_adjustment_project_id', 'project_adjustment', ['project_id', 'id'], unique=False)
    op.create_table('project_village',
    sa.Column('village_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('project_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_project_village_project', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['village_id', 'recipient_id'], ['key_village.id', 'key_village.recipient_id'], name='fk_project_village_village', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('village_id', 'project_id', name=op.f('pk_project_village'))
    )
    op.create_index('ix_project_village_project_id', 'project_village', ['project_id'], unique=False)
    op.create_table('secondment_project',
    sa.Column('secondment_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('project_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_secondment_project_project', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['secondment_id', 'recipient_id'], ['secondment.id', 'secondment.recipient_id'], name='fk_secondment_project_secondment', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('secondment_id', 'project_id', name=op.f('pk_secondment_project'))
    )
    op.create_index('ix_secondment_project_project_id', 'secondment_project', ['project_id'], unique=False)
    op.create_table('village_work',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('village_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('natural_village_id', sa.BigInteger(), nullable=True),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('component', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('planned', sa.Numeric(), nullable=False),
    sa.Column('cost_fen', sa.BigInteger(), nullable=True),
    sa.Column('planned_start', sa.Date(), nullable=False),
    sa.Column('planned_end', sa.Date(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("component IN ('production', 'living', 'education', 'health', 'income', 'organisation')", name=op.f('ck_village_work_component')),
    sa.CheckConstraint('planned > 0 AND (cost_fen IS NULL OR cost_fen > 0)', name=op.f('ck_village_work_planned')),
    sa.CheckConstraint('planned_end >= planned_start', name=op.f('ck_village_work_period')),
    sa.ForeignKeyConstraint(['natural_village_id', 'village_id'], ['natural_village.id', 'natural_village.village_id'], name='fk_village_work_natural_village'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_village_work_project_id')),
    sa.ForeignKeyConstraint(['village_id', 'recipient_id'], ['key_village.id', 'key_village.recipient_id'], name='fk_village_work_village', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_village_work')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_village_work_id_recipient_id')),
    sa.UniqueConstraint('village_id', 'code', name=op.f('uq_village_work_village_id_code'))
    )
    op.create_index('ix_village_work_natural_village_id', 'village_work', ['natural_village_id'], unique=False)
    op.create_index('ix_village_work_project_id', 'village_work', ['project_id'], unique=False)
    op.create_index('ix_village_work_village_id', 'village_work', ['village_id', 'component', 'id'], unique=False)
    op.create_table('assessment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('assessed_on', sa.Date(), nullable=False),
    sa.Column('assessor', sa.Text(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('score', sa.Numeric(), nullable=True),
    sa.Column('settled_fen', sa.BigInteger(), nullable=True),
    sa.Column('findings', sa.Text(), nullable=True),
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('acceptance', 'final_audit', 'third_party')", name=op.f('ck_assessment_kind')),
    sa.CheckConstraint('score BETWEEN 0 AND 100', name=op.f('ck_assessment_score')),
    sa.CheckConstraint('settled_fen >= 0', name=op.f('ck_assessment_settled')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_assessment_document_id')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_assessment_project', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment'))
    )
    op.create_index('ix_assessment_project_id', 'assessment', ['project_id', 'id'], unique=False)
    op.create_table('milestone',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('evidence_no', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("stage IN ('reserve', 'approved', 'tendered', 'started', 'completed', 'accepted', 'audited', 'handed_over', 'evaluated', 'closed', 'suspended', 'cancelled')", name=op.f('ck_milestone_stage')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_milestone_document_id')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_milestone_project', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone')),
    sa.UniqueConstraint('id', 'project_id', name=op.f('uq_milestone_id_project_id'), postgresql_include=['recipient_id', 'planned_on', 'met_on']),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_milestone_id_recipient_id')),
    sa.UniqueConstraint('project_id', 'ordinal', name=op.f('uq_milestone_project_id_ordinal'))
    )
    op.create_index('ix_milestone_due', 'milestone', ['planned_on', 'id'], unique=False, postgresql_where=sa.text('met_on IS NULL'))
    op.create_index('ix_milestone_recipient_id', 'milestone', ['recipient_id', 'planned_on', 'id'], unique=False, postgresql_include=['project_id', 'met_on'])
    op.create_table('progress_report',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('percent', sa.Numeric(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('percent BETWEEN 0 AND 100', name=op.f('ck_progress_report_percent')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_progress_report_project', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress_report')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_progress_report_id_recipient_id'))
    )
    op.create_index('ix_progress_report_project_id', 'progress_report', ['project_id', 'reported_on', 'id'], unique=False, postgresql_include=['recipient_id', 'percent'])
    op.create_table('progress_document',
    sa.Column('report_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('document_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['document_id', 'recipient_id'], ['document.id', 'document.recipient_id'], name='fk_progress_document_document', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['report_id', 'recipient_id'], ['progress_report.id', 'progress_report.recipient_id'], name='fk_progress_document_report', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('report_id', 'document_id', name=op.f('pk_progress_document'))
    )
    op.create_table('stage_change',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('from_stage', sa.Text(), nullable=True),
    sa.Column('to_stage', sa.Text(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=True),
    sa.Column('evidence_no', sa.Text(), nullable=True),
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('override', sa.Boolean(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("evidence IN ('approval_no', 'award_notice', 'start_permit', 'completion_report', 'acceptance_certificate', 'audit_report', 'handover_record', 'evaluation_report')", name=op.f('ck_stage_change_evidence')),
    sa.CheckConstraint("from_stage IN ('reserve', 'approved', 'tendered', 'started', 'completed', 'accepted', 'audited', 'handed_over', 'evaluated', 'closed', 'suspended', 'cancelled')", name=op.f('ck_stage_change_from_stage')),
    sa.CheckConstraint("to_stage IN ('reserve', 'approved', 'tendered', 'started', 'completed', 'accepted', 'audited', 'handed_over', 'evaluated', 'closed', 'suspended', 'cancelled')", name=op.f('ck_stage_change_to_stage')),
    sa.CheckConstraint("to_stage NOT IN ('suspended', 'cancelled') OR reason IS NOT NULL", name=op.f('ck_stage_change_reason')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_stage_change_document_id')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_stage_change_project', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_change'))
    )
    op.create_index('ix_stage_change_cancelled', 'stage_change', ['project_id', 'occurred_on'], unique=False, postgresql_where=sa.text("to_stage = 'cancelled'"), postgresql_include=['recipient_id'])
    op.create_index('ix_stage_change_project_id', 'stage_change', ['project_id', 'id'], unique=False)
    op.create_table('village_acceptance',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('village_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=False),
    sa.Column('assessor', sa.Text(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('score', sa.Numeric(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('score BETWEEN 0 AND 100', name=op.f('ck_village_acceptance_score')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_village_acceptance_document_id')),
    sa.ForeignKeyConstraint(['village_id', 'recipient_id'], ['key_village.id', 'key_village.recipient_id'], name='fk_village_acceptance_village', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_village_acceptance')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_village_acceptance_id_recipient_id'))
    )
    op.create_index('ix_village_acceptance_village_id', 'village_acceptance', ['village_id', 'id'], unique=False)
    op.create_table('village_report',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('work_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('done', sa.Numeric(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('done >= 0', name=op.f('ck_village_report_done')),
    sa.ForeignKeyConstraint(['work_id', 'recipient_id'], ['village_work.id', 'village_work.recipient_id'], name='fk_village_report_work', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_village_report')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_village_report_id_recipient_id'))
    )
    op.create_index('ix_village_report_work_id', 'village_report', ['work_id', 'reported_on', 'id'], unique=False, postgresql_include=['recipient_id', 'done'])
    op.create_table('village_report_document',
    sa.Column('report_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('document_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['document_id', 'recipient_id'], ['document.id', 'document.recipient_id'], name='fk_village_report_document_document', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['report_id', 'recipient_id'], ['village_report.id', 'village_report.recipient_id'], name='fk_village_report_document_report', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('report_id', 'document_id', name=op.f('pk_village_report_document'))
    )
    op.create_table('work_adjustment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('work_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('old_value', sa.Text(), nullable=True),
    sa.Column('new_value', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(btrim(reason)) > 0', name=op.f('ck_work_adjustment_reason')),
    sa.ForeignKeyConstraint(['work_id', 'recipient_id'], ['village_work.id', 'village_work.recipient_id'], name='fk_work_adjustment_work', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_adjustment'))
    )
    op.create_index('ix_work_adjustment_work_id', 'work_adjustment', ['work_id', 'id'], unique=False)
    op.create_table('acceptance_score',
    sa.Column('acceptance_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('criterion_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('points', sa.Numeric(), nullable=False),
    sa.CheckConstraint('points >= 0', name=op.f('ck_acceptance_score_points')),
    sa.ForeignKeyConstraint(['acceptance_id', 'recipient_id'], ['village_acceptance.id', 'village_acceptance.recipient_id'], name='fk_acceptance_score_acceptance', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['criterion_id'], ['acceptance_criterion.id'], name=op.f('fk_acceptance_score_criterion_id')),
    sa.PrimaryKeyConstraint('acceptance_id', 'criterion_id', name=op.f('pk_acceptance_score'))
    )
    op.create_table('rescheduling',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('milestone_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('old_on', sa.Date(), nullable=False),
    sa.Column('new_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(btrim(reason)) > 0', name=op.f('ck_rescheduling_reason')),
    sa.CheckConstraint('old_on <> new_on', name=op.f('ck_rescheduling_days')),
    sa.ForeignKeyConstraint(['milestone_id', 'recipient_id'], ['milestone.id', 'milestone.recipient_id'], name='fk_rescheduling_milestone', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rescheduling'))
    )
    op.create_index('ix_rescheduling_milestone_id', 'rescheduling', ['milestone_id', 'id'], unique=False, postgresql_include=['recipient_id', 'recorded_at', 'old_on'])
    op.create_table('milestone_correction',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('milestone_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('old_on', sa.Date(), nullable=False),
    sa.Column('new_on', sa.Date(), nullable=True),
    sa.Column('old_evidence_no', sa.Text(), nullable=True),
    sa.Column('old_note', sa.Text(), nullable=True),
    sa.Column('old_document_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(btrim(reason)) > 0', name=op.f('ck_milestone_correction_reason')),
    sa.ForeignKeyConstraint(['milestone_id', 'recipient_id'], ['milestone.id', 'milestone.recipient_id'], name='fk_milestone_correction_milestone', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['old_document_id'], ['document.id'], name=op.f('fk_milestone_correction_old_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone_correction'))
    )
    op.create_index('ix_milestone_correction_milestone_id', 'milestone_correction', ['milestone_id', 'id'], unique=False, postgresql_include=['recipient_id', 'recorded_at', 'old_on'])


def _row_security() -> None:
    for table in REFERENCE:
        _policies(table, "(SELECT aid_reads() OR aid_gate())", "(SELECT aid_keeps())")
    for table in SCOPED:
        _policies(table, f"(SELECT aid_sees_all()) OR ({OWN})", "(SELECT aid_keeps())")
    _policies("cadre", "(SELECT aid_sees_all()) OR"
              " EXISTS (SELECT FROM secondment s WHERE s.cadre_id = cadre.id)",
              "(SELECT aid_keeps())")
    _policies("content", "EXISTS (SELECT FROM document d WHERE d.sha256 = content.sha256)",
              "(SELECT aid_keeps())")
    for table, own in REPORTED.items():
        op.execute(f"CREATE POLICY reported ON {table} FOR INSERT WITH CHECK ({own})")
    _policies("milestone_correction", f"(SELECT aid_sees_all()) OR ({OWN})",
              f"(SELECT aid_keeps()) AND {TRUE}")
    for table, report in SHOWN_WITH.items():
        at_once = (f"EXISTS (SELECT FROM {report} r WHERE r.id = report_id"
                   " AND r.recorded_at = now())")
        _policies(table, f"(SELECT aid_sees_all()) OR ({OWN})",
                  f"(SELECT aid_keeps()) AND {at_once}")
        op.execute(f"CREATE POLICY reported ON {table} FOR INSERT WITH CHECK ({OWN} AND {at_once})")
    for table in KEPT:
        _policies(table, f"(SELECT aid_sees_all()) OR ({OWN})", "false")
        op.execute(f"CREATE POLICY kept_by_trigger ON {table} TO aid_owner"
                   " USING (true) WITH CHECK (true)")
    for table, command in (("project", "SELECT"), ("project", "UPDATE"),
                           ("milestone", "SELECT"), ("milestone_correction", "SELECT"),
                           ("progress_report", "SELECT"), ("key_village", "SELECT"),
                           ("key_village", "UPDATE"), ("village_work", "SELECT"),
                           ("village_report", "SELECT")):
        op.execute(f"CREATE POLICY kept_by_trigger_{command.lower()} ON {table} FOR {command}"
                   " TO aid_owner USING (true)")
    op.execute("DROP POLICY seen ON change")
    op.execute(f"CREATE POLICY seen ON change FOR SELECT USING ({CHANGES})")
    op.execute(f"CREATE POLICY reported ON change FOR INSERT WITH CHECK ("
               " (SELECT aid_role()) = 'recipient' AND entity = 'project' AND field IS NULL"
               " AND old IS NULL"
               f" AND EXISTS (SELECT FROM project p WHERE p.id = entity_id AND {OWN}"
               " AND p.stage = 'reserve'))")


def _policies(table: str, seen: str, kept: str) -> None:
    """Forced row security: who sees a row, and who may put one there, change it, take it away."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON {table} FOR SELECT USING ({seen})")
    op.execute(f"CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({kept})")
    op.execute(f"CREATE POLICY changed ON {table} FOR UPDATE USING ({kept}) WITH CHECK ({kept})")
    op.execute(f"CREATE POLICY removed ON {table} FOR DELETE USING ({kept})")


def _grant() -> None:
    for table in APPEND_ONLY:
        op.execute(f"GRANT SELECT, INSERT{_said(table)} ON {table} TO aid_app")
        op.execute(f"CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                   "FOR EACH STATEMENT EXECUTE FUNCTION aid_never()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never")
    for table in CHANGEABLE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO aid_app")
    for table in KEPT:
        op.execute(f"GRANT SELECT ON {table} TO aid_app")
    for table in LINKS:
        op.execute(f"GRANT SELECT, INSERT, DELETE ON {table} TO aid_app")


def _said(table: str) -> str:
    """What somebody may say of a record: all but its moment, which the database alone says."""
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    if "recorded_at" not in columns:
        return ""
    return f" ({', '.join(name for name in columns if name not in ('id', 'recorded_at'))})"


def downgrade() -> None:
    raise NotImplementedError("migrations go forward: restore a backup to go back")
