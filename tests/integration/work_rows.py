"""Rows of projects, villages and cadres, in SQL: two of each for each of four recipients."""

WORK = """
CREATE TEMPORARY TABLE place AS SELECT d.id, d.code, n FROM division d, generate_series(1, 2) n
  WHERE d.code IN ('540200', '532600', '652900', '420506') AND d.ended_on IS NULL;
INSERT INTO project (code, name, recipient_id, region_id, supporter_id, sector_id, kind,
    delivery_mode, stage, approved_fen, proposed_fen, planned_start, planned_end, version)
  SELECT 'P-' || code || '-' || n, '项目', id, id, (SELECT min(id) FROM supporting_city),
    (SELECT min(id) FROM sector), 'fixed_asset', 'cheque',
    CASE n WHEN 1 THEN 'reserve' ELSE 'started' END, CASE n WHEN 2 THEN 100 END, 100,
    '2007-01-01', '2008-01-01', 1 FROM place;
INSERT INTO document (recipient_id, project_id, sha256, size, media_type, file_name, title, actor)
  SELECT recipient_id, id, sha256(coalesce(approved_fen, id)::text::bytea), 3, 'application/pdf',
    'a.pdf', 'a', 'office' FROM project;
INSERT INTO content (sha256, part, bytes) SELECT DISTINCT sha256, 0, 'abc'::bytea FROM document;
INSERT INTO stage_change (project_id, recipient_id, from_stage, to_stage, occurred_on, override,
    actor)
  SELECT id, recipient_id, NULL, 'reserve', '2007-01-01'::date, false, 'office' FROM project
  UNION ALL SELECT id, recipient_id, 'reserve', 'approved', '2007-02-01', false, 'office'
  FROM project WHERE stage = 'started';
INSERT INTO project_adjustment (project_id, recipient_id, old_fen, new_fen, reapproval, reason,
    adjusted_on, actor)
  SELECT id, recipient_id, 99, 100, false, '涨价', '2007-03-01', 'office' FROM project;
INSERT INTO milestone (project_id, recipient_id, ordinal, stage, name, planned_on, met_on, version)
  SELECT id, recipient_id, 1, 'started', '开工', '2007-04-01', '2007-03-20', 1 FROM project;
INSERT INTO rescheduling (milestone_id, recipient_id, old_on, new_on, reason, actor)
  SELECT id, recipient_id, '2007-03-01', planned_on, '雨季', 'office' FROM milestone;
INSERT INTO milestone_correction (milestone_id, recipient_id, old_on, reason, actor)
  SELECT id, recipient_id, '2007-03-20', '误登', 'office' FROM milestone;
INSERT INTO progress_report (project_id, recipient_id, reported_on, percent, actor)
  SELECT id, recipient_id, '2007-06-01', 40, 'office' FROM project WHERE stage = 'started';
INSERT INTO progress_document (report_id, document_id, recipient_id)
  SELECT r.id, d.id, r.recipient_id FROM progress_report r JOIN document d USING (project_id);
INSERT INTO assessment (project_id, recipient_id, kind, assessed_on, assessor, passed, actor)
  SELECT id, recipient_id, 'acceptance', '2008-01-01', '验收组', true, 'office' FROM project;

INSERT INTO key_village (code, name, recipient_id, region_id, supporter_id, designated_in, version)
  SELECT 'V-' || code || '-' || n, '村', id, id, (SELECT min(id) FROM supporting_city), 2006, 1
  FROM place;
INSERT INTO project_village (village_id, project_id, recipient_id)
  SELECT v.id, p.id, p.recipient_id FROM key_village v JOIN project p USING (recipient_id);
INSERT INTO natural_village (village_id, recipient_id, name)
  SELECT id, recipient_id, '寨' FROM key_village;
INSERT INTO village_work (village_id, recipient_id, code, component, name, unit, planned,
    planned_start, planned_end, version)
  SELECT id, recipient_id, 'W1', 'living', '村道', '公里', 3, '2006-01-01', '2007-01-01', 1
  FROM key_village;
INSERT INTO work_adjustment (work_id, recipient_id, field, old_value, new_value, reason, actor)
  SELECT id, recipient_id, 'planned', '2', '3', '核实', 'office' FROM village_work;
INSERT INTO village_report (work_id, recipient_id, reported_on, done, actor)
  SELECT id, recipient_id, '2006-06-01', 1, 'office' FROM village_work;
INSERT INTO village_report_document (report_id, document_id, recipient_id)
  SELECT r.id, d.id, r.recipient_id FROM village_report r JOIN document d USING (recipient_id);
INSERT INTO acceptance_criterion (sheet, code, name, name_en, points, ordinal)
  VALUES ('walled', 'all', '全部', 'All', 100, 1);
INSERT INTO village_acceptance (village_id, recipient_id, sheet, accepted_on, assessor, passed,
    score, actor)
  SELECT id, recipient_id, 'walled', '2007-02-01', '验收组', true, 90, 'office' FROM key_village;
INSERT INTO acceptance_score (acceptance_id, criterion_id, recipient_id, points)
  SELECT a.id, c.id, a.recipient_id, 90 FROM village_acceptance a, acceptance_criterion c
  WHERE c.sheet = 'walled';

INSERT INTO cadre (code, name, category, supporter_id, version)
  SELECT 'C-' || n, '某', 'teacher', (SELECT min(id) FROM supporting_city), 1
  FROM generate_series(1, 4) n;
INSERT INTO batch (code, name, direction, starts_on, months)
  VALUES ('walled', '第一批', 'out', '2006-01-01', 18);
INSERT INTO post (code, recipient_id, unit, title, category, direction, agreed_from)
  SELECT 'T-' || code, id, '中学', '教师', 'teacher', 'out', '2006-01-01' FROM place WHERE n = 1;
INSERT INTO secondment (recipient_id, cadre_id, post_id, batch_id, starts_on, planned_end, version)
  SELECT p.recipient_id, c.id, p.id, b.id, '2006-01-01'::date, '2007-06-30'::date, 1
  FROM (VALUES ('C-1', 'T-540200'), ('C-2', 'T-532600')) t (cadre, post)
  JOIN cadre c ON c.code = t.cadre JOIN post p ON p.code = t.post, batch b
  UNION ALL SELECT p.recipient_id, c.id, p.id, b.id, '2008-01-01', '2009-06-30', 1
  FROM (VALUES ('C-1', 'T-532600'), ('C-3', 'T-652900')) t (cadre, post)
  JOIN cadre c ON c.code = t.cadre JOIN post p ON p.code = t.post, batch b;
INSERT INTO extension (secondment_id, recipient_id, old_end, new_end, reason, actor)
  SELECT id, recipient_id, planned_end - 30, planned_end, '工作需要', 'office' FROM secondment;
INSERT INTO secondment_project (secondment_id, project_id, recipient_id)
  SELECT s.id, p.id, p.recipient_id FROM secondment s JOIN project p USING (recipient_id);

INSERT INTO change (entity, entity_id, new, actor)
  SELECT 'project', id, '{}'::jsonb, 'office' FROM project
  UNION ALL SELECT 'milestone', id, '{}', 'office' FROM milestone
  UNION ALL SELECT 'key_village', id, '{}', 'office' FROM key_village
  UNION ALL SELECT 'village_work', id, '{}', 'office' FROM village_work
  UNION ALL SELECT 'cadre', id, '{}', 'office' FROM cadre
  UNION ALL SELECT 'secondment', id, '{}', 'office' FROM secondment;
DROP TABLE place;
"""
"""Cadre C-1 was in two regions, C-4 in none. The documents of approved projects hold one file."""
