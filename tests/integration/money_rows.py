"""Rows of money, in SQL: an instalment of each project, and what moved of those that go on."""

MONEY = """
INSERT INTO tranche (project_id, recipient_id, seq, name, source_id, amount_fen, due_on, version)
  SELECT id, recipient_id, 1, '首期款', (SELECT min(id) FROM fund_source), 100, '2007-02-01', 1
  FROM project;
CREATE TEMPORARY TABLE going AS SELECT t.id, t.project_id, t.recipient_id
  FROM tranche t JOIN project p ON p.id = t.project_id WHERE p.stage = 'started';
SELECT set_config('aid.actor', 'office', true), set_config('aid.role', 'office', true);
SELECT aid_append(id, 'commit', 90, '2007-02-01', 'commit ' || id, document => '沪合〔2007〕1号')
  FROM going ORDER BY id;
SELECT aid_append(id, 'disburse', 60, '2007-03-01', 'disburse ' || id, 'V-1') FROM going
  ORDER BY id;
SELECT set_config('aid.actor', 'rikaze', true), set_config('aid.role', 'recipient', true),
  set_config('aid.recipients', (SELECT array_agg(recipient_id)::text FROM going), true);
SELECT aid_append(id, 'receive', 40, '2007-04-01', 'receive ' || id, 'R-1') FROM going ORDER BY id;
SELECT set_config('aid.role', '', true), set_config('aid.recipients', '', true);
INSERT INTO disbursement_request (project_id, recipient_id, tranche_id, amount_fen, occurred_on,
    voucher_no, idempotency_key, actor)
  SELECT project_id, recipient_id, id, 1, '2007-05-01'::date, 'V-2', 'ask ' || id, 'somebody'
  FROM going;
INSERT INTO disbursement_decision (request_id, recipient_id, decision, reason, actor)
  SELECT id, recipient_id, 'rejected', '手续不全', 'office' FROM disbursement_request;
INSERT INTO change (entity, entity_id, new, actor)
  SELECT 'tranche', id, '{}'::jsonb, 'office' FROM tranche
  UNION ALL SELECT 'fund_source', id, '{}', 'seed' FROM fund_source;
DROP TABLE going;
INSERT INTO checkpoint_key (id, public_key, signature)
  VALUES (encode(sha256('key'), 'hex'), 'key', '');
INSERT INTO checkpoint (number, incarnation, made_at, chains, movements, root, roots, previous,
    body, key, signature)
  SELECT 1, 1, now(), count(*), sum(seq), '', '{}', '', '', encode(sha256('key'), 'hex'), ''
  FROM chain;
INSERT INTO checkpoint_head (number, project, recipient, recipient_id, seq, hash)
  SELECT 1, p.code, '', c.recipient_id, c.seq, c.hash FROM chain c
  JOIN project p ON p.id = c.project_id;
"""
"""Run as the administrator after the rows of work."""
