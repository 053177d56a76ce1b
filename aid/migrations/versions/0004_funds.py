"""Money: sources, schedules, instalments; the ledger that only aid_append writes.

Movements, chains, balances and totals are readable by aid_app and writable by nobody but the
function aid_append, which runs as aid_owner: the policies `ledger` let aid_owner do just this.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

REFERENCE = ("schedule", "schedule_part", "fund_source")
SCOPED = ("tranche",)
LEDGER = ("movement", "chain", "tranche_balance", "fund_total")
APPEND_ONLY = ("disbursement_request", "disbursement_decision", "two_persons")
OWN = "recipient_id = ANY ((SELECT aid_recipients())::bigint[])"
ACTOR = "actor = (SELECT current_setting('aid.actor', true))"
MARKED = "actor = (SELECT aid_mark())"
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
    " WHEN entity = 'tranche' THEN EXISTS (SELECT FROM tranche t WHERE t.id = entity_id)"
    " ELSE entity IN ('division', 'division_period', 'plan', 'indicator', 'fund_source') END"
)
"""As in 0003, with the things that come here."""

MARK = """
CREATE FUNCTION aid_mark() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT 'account-' || a.id FROM account a WHERE a.name = c.actor),
    CASE WHEN c.actor !~ '^account-' THEN nullif(c.actor, '') END)
  FROM (SELECT current_setting('aid.actor', true)) c (actor)
$$
"""
"""What stands in the ledger for who is bound to the transaction: account-ID, whatever the account is
called, now or later. What is no account (seed, simulated) stands for itself."""

WHO = """
CREATE FUNCTION aid_who(mark text) RETURNS text LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT aid_reads() THEN
    RETURN NULL;
  END IF;
  IF mark ~ '^account-[0-9]{1,18}$' THEN
    RETURN coalesce((SELECT name FROM account WHERE id = substr(mark, 9)::bigint), mark);
  END IF;
  RETURN mark;
END $$
"""
"""What who a mark stands for is called today; nothing to those who may not read money."""

APPEND = """
CREATE FUNCTION aid_append(
  of_tranche bigint, moved text, fen bigint, happened date, key text,
  voucher text DEFAULT NULL, document text DEFAULT NULL, attached bigint DEFAULT NULL,
  why text DEFAULT NULL, undone bigint DEFAULT NULL, asked bigint DEFAULT NULL
) RETURNS movement LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who text := aid_mark();
  side text := CASE WHEN aid_role() IN ('office', 'recipient') THEN aid_role() END;
  t tranche; p project; c chain; b tranche_balance; was movement; made movement;
  counted text := moved; sign bigint := 1; source_code text; sha text; asker text;
  available bigint;
BEGIN
  IF who IS NULL OR side IS NULL THEN
    RAISE EXCEPTION 'nobody may move money' USING ERRCODE = 'AD002';
  END IF;
  voucher := nullif(btrim(voucher), ''); document := nullif(btrim(document), '');
  why := nullif(btrim(why), '');
  IF moved IS NULL OR fen IS NULL OR fen <= 0 OR happened IS NULL OR coalesce(key, '') = ''
    OR moved NOT IN ('commit', 'disburse', 'receive', 'pay', 'return', 'cancel', 'reverse')
    OR happened > (now() AT TIME ZONE 'Asia/Shanghai')::date
    OR (moved = 'reverse') <> (undone IS NOT NULL)
    OR (asked IS NOT NULL) <> (key ~ '^request-[0-9]+$')
    OR moved IN ('reverse', 'cancel', 'return') AND why IS NULL
    OR moved IN ('disburse', 'receive', 'pay', 'return') AND voucher IS NULL
    OR moved = 'commit' AND document IS NULL THEN
    RAISE EXCEPTION 'not a movement' USING ERRCODE = 'AD008';
  END IF;
  SELECT * INTO t FROM tranche WHERE id = of_tranche
    AND (side = 'office' OR recipient_id = ANY (aid_recipients()));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such instalment' USING ERRCODE = 'AD001';
  END IF;
  SELECT * INTO STRICT p FROM project WHERE id = t.project_id FOR NO KEY UPDATE;
  -- What was waited for may have changed it.
  SELECT * INTO STRICT t FROM tranche WHERE id = of_tranche;
  IF t.withdrawn_on IS NOT NULL THEN
    RAISE EXCEPTION 'it was withdrawn' USING ERRCODE = 'AD014';
  END IF;
  IF attached IS NOT NULL THEN
    SELECT encode(sha256, 'hex') INTO sha FROM document
      WHERE id = attached AND project_id = t.project_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'no such document' USING ERRCODE = 'AD011';
    END IF;
  END IF;

  SELECT * INTO made FROM movement WHERE actor = who AND idempotency_key = key;
  IF FOUND THEN
    IF (made.tranche_id, made.kind, made.amount_fen, made.occurred_on, made.voucher_no,
        made.document_no, made.document_id, made.reason, made.reverses_id)
      IS DISTINCT FROM
       (of_tranche, moved, fen, happened, voucher, document, attached, why, undone) THEN
      RAISE EXCEPTION 'the key was used for something else' USING ERRCODE = 'AD004';
    END IF;
    RETURN made;
  END IF;

  IF moved = 'reverse' THEN
    SELECT * INTO was FROM movement WHERE id = undone AND tranche_id = of_tranche;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'no such movement' USING ERRCODE = 'AD001';
    END IF;
    IF was.kind = 'reverse' OR was.amount_fen <> fen
      OR EXISTS (SELECT FROM movement WHERE reverses_id = undone) THEN
      RAISE EXCEPTION 'cannot be undone' USING ERRCODE = 'AD006';
    END IF;
    IF happened < was.occurred_on THEN
      RAISE EXCEPTION 'undone before it was done' USING ERRCODE = 'AD008';
    END IF;
    counted := was.kind; sign := -1;
  END IF;
  IF (side = 'office') <> (counted IN ('commit', 'disburse', 'cancel')) THEN
    RAISE EXCEPTION 'the other side records this' USING ERRCODE = 'AD002';
  END IF;
  IF moved IN ('commit', 'disburse') AND (p.approved_fen IS NULL
      OR p.stage IN ('reserve', 'suspended', 'cancelled')) THEN
    RAISE EXCEPTION 'not at this stage' USING ERRCODE = 'AD010', DETAIL = p.stage;
  END IF;
  IF voucher IS NOT NULL AND moved <> 'reverse' AND EXISTS (
      SELECT FROM movement m WHERE m.tranche_id = of_tranche AND m.kind = moved
        AND m.voucher_no = voucher
        AND NOT EXISTS (SELECT FROM movement u WHERE u.reverses_id = m.id)) THEN
    RAISE EXCEPTION 'the voucher was recorded' USING ERRCODE = 'AD005';
  END IF;
  IF asked IS NOT NULL OR moved = 'disburse'
      AND fen > coalesce((SELECT above_fen FROM two_persons ORDER BY id DESC LIMIT 1), 0) THEN
    SELECT q.actor INTO asker FROM disbursement_request q
      JOIN disbursement_decision d ON d.request_id = q.id AND d.decision = 'approved'
      WHERE q.id = asked AND key = 'request-' || asked AND moved = 'disburse'
        AND d.actor = who AND q.actor <> who
        AND (q.tranche_id, q.amount_fen, q.occurred_on, q.voucher_no, q.document_no,
             q.document_id, q.reason)
          IS NOT DISTINCT FROM (of_tranche, fen, happened, voucher, document, attached, why);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'takes two persons' USING ERRCODE = 'AD007';
    END IF;
  END IF;

  SELECT * INTO c FROM chain WHERE project_id = t.project_id;
  IF NOT FOUND THEN
    INSERT INTO chain (project_id, recipient_id, seq, hash)
      VALUES (t.project_id, t.recipient_id, 0, decode(repeat('00', 32), 'hex')) RETURNING * INTO c;
  END IF;
  made.recorded_at := greatest(clock_timestamp(), c.moved_at);
  SELECT * INTO b FROM tranche_balance WHERE tranche_id = t.id;
  IF NOT FOUND THEN
    INSERT INTO tranche_balance (tranche_id, project_id, recipient_id, source_id, sector_id,
        began_at, moved_at)
      VALUES (t.id, t.project_id, t.recipient_id, t.source_id, p.sector_id, made.recorded_at,
        made.recorded_at)
      RETURNING * INTO b;
  END IF;
  available := greatest(0, CASE
    WHEN moved = 'commit' OR moved = 'reverse' AND was.kind IN ('cancel', 'return') THEN least(
      t.amount_fen - b.committed - b.in_transit - b.held - b.spent,
      coalesce(p.approved_fen, 0) - (
        SELECT sum(a.committed + a.in_transit + a.held + a.spent)
        FROM tranche_balance a WHERE a.project_id = p.id))
    WHEN moved IN ('disburse', 'cancel') THEN b.committed
    WHEN moved = 'receive' THEN b.in_transit
    WHEN moved IN ('pay', 'return') THEN b.held
    WHEN was.kind = 'commit' THEN b.committed
    WHEN was.kind = 'disburse' THEN b.in_transit
    WHEN was.kind = 'receive' THEN b.held
    WHEN was.kind = 'pay' THEN b.spent END);
  IF fen > available THEN
    RAISE EXCEPTION 'more than there is' USING ERRCODE = 'AD003', DETAIL = available::text;
  END IF;

  made.project_id := t.project_id; made.recipient_id := t.recipient_id; made.tranche_id := t.id;
  made.seq := c.seq + 1; made.kind := moved; made.amount_fen := fen;
  made.occurred_on := happened; made.actor := who; made.requested_by := asker;
  made.voucher_no := voucher; made.document_no := document; made.document_id := attached;
  made.reason := why;
  made.reverses_id := undone; made.idempotency_key := key; made.prev_hash := c.hash;
  made.debit := CASE moved WHEN 'reverse' THEN was.credit WHEN 'commit' THEN 'appropriation'
    WHEN 'disburse' THEN 'committed' WHEN 'cancel' THEN 'committed' WHEN 'receive' THEN 'in_transit'
    ELSE 'held' END;
  made.credit := CASE moved WHEN 'reverse' THEN was.debit WHEN 'commit' THEN 'committed'
    WHEN 'disburse' THEN 'in_transit' WHEN 'receive' THEN 'held' WHEN 'pay' THEN 'spent'
    ELSE 'appropriation' END;
  SELECT code INTO STRICT source_code FROM fund_source WHERE id = t.source_id;
  made.body := convert_to(jsonb_build_object(
    'v', 1, 'project', p.code, 'tranche', t.seq, 'source', source_code, 'seq', made.seq,
    'kind', moved, 'debit', made.debit, 'credit', made.credit, 'amount_fen', fen,
    'occurred_on', happened,
    'recorded_at', to_char(made.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS.US"Z"'),
    'actor', who, 'requested_by', asker, 'voucher_no', voucher, 'document_no', document,
    'document_sha256', sha, 'reason', why, 'reverses', was.seq, 'key', key)::text, 'UTF8');
  made.hash := sha256(made.prev_hash || made.body);

  INSERT INTO movement (project_id, recipient_id, tranche_id, seq, kind, debit, credit, amount_fen,
      occurred_on, recorded_at, actor, requested_by, voucher_no, document_no, document_id, reason,
      reverses_id, idempotency_key, body, prev_hash, hash)
    VALUES (made.project_id, made.recipient_id, made.tranche_id, made.seq, made.kind, made.debit,
      made.credit, made.amount_fen, made.occurred_on, made.recorded_at, made.actor,
      made.requested_by, made.voucher_no, made.document_no, made.document_id, made.reason,
      made.reverses_id, made.idempotency_key, made.body, made.prev_hash, made.hash)
    RETURNING * INTO made;
  UPDATE chain SET seq = made.seq, hash = made.hash, moved_at = made.recorded_at
    WHERE project_id = made.project_id;
  UPDATE tranche_balance SET
    committed = committed + fen * ((made.credit = 'committed')::int - (made.debit = 'committed')::int),
    in_transit = in_transit
      + fen * ((made.credit = 'in_transit')::int - (made.debit = 'in_transit')::int),
    held = held + fen * ((made.credit = 'held')::int - (made.debit = 'held')::int),
    spent = spent + fen * ((made.credit = 'spent')::int - (made.debit = 'spent')::int),
    total_commit = total_commit + fen * sign * (counted = 'commit')::int,
    total_disburse = total_disburse + fen * sign * (counted = 'disburse')::int,
    total_receive = total_receive + fen * sign * (counted = 'receive')::int,
    total_pay = total_pay + fen * sign * (counted = 'pay')::int,
    total_return = total_return + fen * sign * (counted = 'return')::int,
    total_cancel = total_cancel + fen * sign * (counted = 'cancel')::int,
    moved_at = made.recorded_at
    WHERE tranche_id = t.id;
  -- A reversal takes off where and when the money had been counted.
  INSERT INTO fund_total AS f (recipient_id, year, kind, sector_id, source_id, supporter_id,
      district_id, slot, fen, movements)
    VALUES (t.recipient_id,
      extract(year FROM CASE WHEN moved = 'reverse' THEN was.occurred_on ELSE happened END)::int,
      counted, p.sector_id, t.source_id, p.supporter_id, coalesce(p.district_id, 0),
      t.project_id % 4, fen * sign, sign)
    ON CONFLICT (recipient_id, year, kind, sector_id, source_id, supporter_id, district_id, slot)
    DO UPDATE SET fen = f.fen + excluded.fen, movements = f.movements + excluded.movements;
  RETURN made;
END $$
"""
"""The one way into the ledger. It holds the project's row until the transaction ends, so that of each
project one movement follows the other, and what it is checked against stays. It answers a movement
that was recorded before under the same key; an approved request is used once, as its key is its
own (request-NUMBER). It refuses with:

AD001 no such instalment or movement; AD002 not for this role; AD003 more than there is
(DETAIL: how much there is, fen); AD004 the key was used for something else; AD005 the voucher was
recorded; AD006 cannot be undone; AD007 takes two persons; AD008 not a movement; AD010 not at this
stage of the project (DETAIL); AD011 no such document; AD014 the instalment was withdrawn.
"""

HOLD = """
CREATE FUNCTION aid_hold(of_tranches bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM project WHERE id IN (
      SELECT project_id FROM tranche WHERE id = ANY (of_tranches)
        AND (aid_role() = 'office' OR recipient_id = ANY (aid_recipients())))
    ORDER BY id FOR NO KEY UPDATE;
END $$
"""
"""Hold the projects of all instalments that one transaction is going to move, in one order, so that
it cannot come to wait for somebody who waits for it."""

TOTALS = """
CREATE FUNCTION aid_rebuilt_totals() RETURNS TABLE (
  recipient_id bigint, year bigint, kind text, sector_id bigint, source_id bigint,
  supporter_id bigint, district_id bigint, slot bigint, fen bigint, movements bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT m.recipient_id, extract(year FROM coalesce(u.occurred_on, m.occurred_on))::bigint,
    coalesce(u.kind, m.kind), p.sector_id, t.source_id, p.supporter_id,
    coalesce(p.district_id, 0), m.project_id % 4,
    sum(CASE WHEN u.id IS NULL THEN m.amount_fen ELSE -m.amount_fen END)::bigint,
    sum(CASE WHEN u.id IS NULL THEN 1 ELSE -1 END)::bigint
  FROM movement m JOIN project p ON p.id = m.project_id JOIN tranche t ON t.id = m.tranche_id
  LEFT JOIN movement u ON u.id = m.reverses_id
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
END
"""
"""What fund_total has to hold, added up anew from the movements the asker may see."""

MOVED = """
CREATE FUNCTION aid_totals_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE tranche_balance SET sector_id = NEW.sector_id
    WHERE project_id = NEW.id AND sector_id <> NEW.sector_id;
  INSERT INTO fund_total AS f (recipient_id, year, kind, sector_id, source_id, supporter_id,
      district_id, slot, fen, movements)
    SELECT s.recipient_id, s.year, s.kind, k.sector_id, s.source_id, k.supporter_id,
      k.district_id, NEW.id % 4, s.fen * k.sign, s.movements * k.sign
    FROM (
      SELECT m.recipient_id, extract(year FROM coalesce(u.occurred_on, m.occurred_on))::bigint AS year,
        coalesce(u.kind, m.kind) AS kind, t.source_id,
        sum(CASE WHEN u.id IS NULL THEN m.amount_fen ELSE -m.amount_fen END)::bigint AS fen,
        sum(CASE WHEN u.id IS NULL THEN 1 ELSE -1 END)::bigint AS movements
      FROM movement m JOIN tranche t ON t.id = m.tranche_id
      LEFT JOIN movement u ON u.id = m.reverses_id
      WHERE m.project_id = NEW.id GROUP BY 1, 2, 3, 4) s,
    (VALUES (-1, OLD.sector_id, OLD.supporter_id, coalesce(OLD.district_id, 0)),
            (1, NEW.sector_id, NEW.supporter_id, coalesce(NEW.district_id, 0))
    ) k (sign, sector_id, supporter_id, district_id)
    ORDER BY k.sign, 1, 2, 3, 4
    ON CONFLICT (recipient_id, year, kind, sector_id, source_id, supporter_id, district_id, slot)
    DO UPDATE SET fen = f.fen + excluded.fen, movements = f.movements + excluded.movements;
  RETURN NULL;
END $$
"""
"""A project that is of another sector, supporter or district takes its sums along."""

STAYS = """
CREATE FUNCTION aid_tranche_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE taken bigint;
BEGIN
  -- Nothing is recorded of the project meanwhile.
  PERFORM FROM project WHERE id = NEW.project_id FOR NO KEY UPDATE;
  SELECT committed + in_transit + held + spent INTO taken FROM tranche_balance
    WHERE tranche_id = NEW.id;
  IF FOUND AND NEW.source_id <> OLD.source_id THEN
    RAISE EXCEPTION 'money has moved: its source stays' USING ERRCODE = 'AD012';
  END IF;
  IF FOUND AND NEW.withdrawn_on IS NOT NULL OR OLD.withdrawn_on IS NOT NULL THEN
    RAISE EXCEPTION 'money has moved, or it was withdrawn' USING ERRCODE = 'AD014';
  END IF;
  IF NEW.amount_fen < taken THEN
    RAISE EXCEPTION 'less than is committed' USING ERRCODE = 'AD003', DETAIL = taken::text;
  END IF;
  RETURN NEW;
END $$
"""
"""An instalment of which money has moved keeps its source, is never planned below that, and is not
withdrawn; one that was withdrawn stays so."""

LOGGED = """
CREATE FUNCTION aid_log_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE sent text;
BEGIN
  IF NOT EXISTS (SELECT FROM milestone_correction c WHERE c.milestone_id = OLD.id
      AND c.recorded_at = now() AND c.old_on = OLD.met_on
      AND c.new_on IS NOT DISTINCT FROM NEW.met_on) THEN
    RAISE EXCEPTION 'what was logged is corrected with a reason' USING ERRCODE = 'AD015';
  END IF;
  -- Nothing is sent meanwhile.
  PERFORM FROM project WHERE id = OLD.project_id FOR NO KEY UPDATE;
  SELECT t.name INTO sent FROM tranche t JOIN tranche_balance b ON b.tranche_id = t.id
    WHERE t.milestone_id = OLD.id AND b.total_disburse > 0 ORDER BY t.seq LIMIT 1;
  IF NEW.met_on IS NULL AND sent IS NOT NULL THEN
    RAISE EXCEPTION 'money was sent on it' USING ERRCODE = 'AD016', DETAIL = sent;
  END IF;
  RETURN NEW;
END $$
"""
"""What was logged of a milestone changes with a correction that says why, in one transaction; and
it is not withdrawn once money was sent that waited for it."""

COVERS = """
CREATE FUNCTION aid_approved_covers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE taken bigint;
BEGIN
  SELECT sum(committed + in_transit + held + spent) INTO taken FROM tranche_balance
    WHERE project_id = NEW.id;
  IF taken > coalesce(NEW.approved_fen, 0) THEN
    RAISE EXCEPTION 'less than is committed' USING ERRCODE = 'AD013', DETAIL = taken::text;
  END IF;
  RETURN NEW;
END $$
"""
"""The approved investment is never lowered below what is committed of it."""

TOLD = {
    "stage_change": "INSERT", "milestone": "INSERT OR UPDATE", "progress_report": "INSERT",
    "village_report": "INSERT", "secondment": "INSERT OR UPDATE", "movement": "INSERT",
    "disbursement_request": "INSERT", "disbursement_decision": "INSERT",
}
"""The tables of which open pages are told, and by what; the same as in aid/access/changes.py."""
TELL = """
CREATE FUNCTION aid_tell() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE said text[] := string_to_array(nullif(current_setting('aid.changed', true), ''), ' ');
  concerned text[];
BEGIN
  concerned := ARRAY(SELECT concat_ws(':', TG_TABLE_NAME, recipient_id) FROM (
    SELECT DISTINCT recipient_id FROM added ORDER BY 1 LIMIT 9) s);
  IF cardinality(concerned) = 9 THEN
    concerned := ARRAY[concat_ws(':', TG_TABLE_NAME, 'all')];
  END IF;
  PERFORM set_config('aid.changed', array_to_string(
    ARRAY(SELECT unnest(said) UNION SELECT unnest(concerned)), ' '), true);
  RETURN NULL;
END $$
"""
"""That there is something new of a table and a recipient, and nothing else: kept with the
transaction, until whoever commits it reads it and tells it (aid/database/telling.py). A statement that
concerns more than eight recipients says all. It runs as whoever writes, and not while a
backup is brought back."""


def upgrade() -> None:
    _create_tables()
    op.execute("INSERT INTO two_persons (above_fen, reason, actor)"
               " VALUES (500000000, '初始设置：500万元', 'seed')")
    _row_security()
    _grant()
    _functions()
    _checkpoints()
    _tell()


def _tell() -> None:
    op.execute(TELL)
    op.execute("REVOKE ALL ON FUNCTION aid_tell() FROM PUBLIC")
    for table, events in TOLD.items():
        for event in events.split(" OR "):
            op.execute(f"CREATE TRIGGER tell_{event.lower()} AFTER {event} ON {table} REFERENCING"
                       " NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aid_tell()")


def _functions() -> None:
    for function in (APPEND, HOLD, TOTALS, MOVED, STAYS, LOGGED, COVERS):
        op.execute(function)
    signature = "bigint, text, bigint, date, text, text, text, bigint, text, bigint, bigint"
    for name in (f"aid_append({signature})", "aid_hold(bigint[])", "aid_mark()", "aid_who(text)"):
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO aid_app")
    for name in ("aid_totals_follow()", "aid_tranche_stays()", "aid_approved_covers()",
                 "aid_log_stays()"):
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    op.execute("CREATE TRIGGER totals_follow AFTER UPDATE OF sector_id, supporter_id, district_id"
               " ON project FOR EACH ROW WHEN (OLD.sector_id <> NEW.sector_id"
               " OR OLD.supporter_id <> NEW.supporter_id"
               " OR OLD.district_id IS DISTINCT FROM NEW.district_id)"
               " EXECUTE FUNCTION aid_totals_follow()")
    op.execute("CREATE TRIGGER tranche_stays BEFORE UPDATE OF source_id, amount_fen,"
               " withdrawn_on ON tranche FOR EACH ROW EXECUTE FUNCTION aid_tranche_stays()")
    op.execute("CREATE TRIGGER log_stays BEFORE UPDATE ON milestone FOR EACH ROW"
               " WHEN (OLD.met_on IS NOT NULL AND (OLD.met_on IS DISTINCT FROM NEW.met_on"
               " OR OLD.evidence_no IS DISTINCT FROM NEW.evidence_no"
               " OR OLD.note IS DISTINCT FROM NEW.note"
               " OR OLD.document_id IS DISTINCT FROM NEW.document_id))"
               " EXECUTE FUNCTION aid_log_stays()")
    op.execute("CREATE TRIGGER approved_covers BEFORE UPDATE OF approved_fen ON project"
               " FOR EACH ROW EXECUTE FUNCTION aid_approved_covers()")


def _row_security() -> None:
    op.execute("CREATE POLICY marks ON account FOR SELECT TO aid_owner USING (true)")
    for function in (MARK, WHO):
        op.execute(function)
    for table in REFERENCE:
        _policies(table, "(SELECT aid_reads() OR aid_gate())", "(SELECT aid_keeps())")
    for table in SCOPED:
        _policies(table, f"(SELECT aid_sees_all()) OR ({OWN})", "(SELECT aid_keeps())")
    # Sums follow whoever changes what they are of, and see all of it.
    op.execute("CREATE POLICY ledger ON tranche FOR SELECT TO aid_owner USING (true)")
    for table in LEDGER:
        _policies(table, f"(SELECT aid_sees_all()) OR ({OWN})", "false")
        op.execute(f"CREATE POLICY ledger ON {table} FOR ALL TO aid_owner"
                   " USING (true) WITH CHECK (true)")
    _policies("disbursement_request", "(SELECT aid_sees_all())",
              f"(SELECT aid_keeps()) AND {MARKED}")
    _policies("disbursement_decision", "(SELECT aid_sees_all())",
              f"(SELECT aid_keeps()) AND {MARKED} AND EXISTS (SELECT FROM disbursement_request q"
              " WHERE q.id = request_id AND q.actor <> disbursement_decision.actor)")
    _policies("two_persons", "(SELECT aid_reads() OR aid_gate())",
              f"(SELECT aid_gate()) AND {ACTOR}")
    op.execute("DROP POLICY seen ON change")
    op.execute(f"CREATE POLICY seen ON change FOR SELECT USING ({CHANGES})")


def _policies(table: str, seen: str, kept: str) -> None:
    """Forced row security: who sees a row, and who may put one there, change it, take it away."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON {table} FOR SELECT USING ({seen})")
    op.execute(f"CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({kept})")
    op.execute(f"CREATE POLICY changed ON {table} FOR UPDATE USING ({kept}) WITH CHECK ({kept})")
    op.execute(f"CREATE POLICY removed ON {table} FOR DELETE USING ({kept})")


def _grant() -> None:
    for table in REFERENCE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO aid_app")
    op.execute("GRANT DELETE ON schedule_part TO aid_app")
    op.execute("GRANT SELECT, INSERT ON tranche TO aid_app")
    op.execute("GRANT UPDATE (name, name_en, source_id, amount_fen, due_on, milestone_id, at_stage,"
               " at_progress, after_days, retention, reason, withdrawn_on, withdrawn_by, version)"
               " ON tranche TO aid_app")
    for table in LEDGER:
        op.execute(f"REVOKE ALL ON {table} FROM aid_app")
        op.execute(f"GRANT SELECT ON {table} TO aid_app")
    for table in APPEND_ONLY:
        op.execute(f"REVOKE ALL ON {table} FROM aid_app")
        op.execute(f"GRANT SELECT ON {table} TO aid_app")
    op.execute("GRANT INSERT (project_id, recipient_id, tranche_id, amount_fen, occurred_on,"
               " voucher_no, document_no, document_id, reason, idempotency_key, actor)"
               " ON disbursement_request TO aid_app")
    op.execute("GRANT INSERT (request_id, recipient_id, decision, reason, actor)"
               " ON disbursement_decision TO aid_app")
    op.execute("GRANT INSERT (above_fen, reason, actor) ON two_persons TO aid_app")
    for table in (*APPEND_ONLY, "movement"):
        op.execute(f"CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                   "FOR EACH STATEMENT EXECUTE FUNCTION aid_never()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never")
    for table in ("chain", "tranche_balance", "fund_total"):  # kept, never taken away
        op.execute(f"CREATE TRIGGER never BEFORE DELETE OR TRUNCATE ON {table} "
                   "FOR EACH STATEMENT EXECUTE FUNCTION aid_never()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never")


CHECKPOINTS = ("incarnation", "checkpoint_key", "checkpoint", "checkpoint_head")
"""What was signed of the ledger. It only grows, by the gate; a restore adds an incarnation."""


def _checkpoints() -> None:
    _create_checkpoint_tables()
    op.execute("INSERT INTO incarnation (number, cause) VALUES (1, 'installation')")
    for table in CHECKPOINTS:
        seen = f"(SELECT aid_sees_all()) OR ({OWN})" if table == "checkpoint_head" else \
            "(SELECT aid_reads() OR aid_gate())"
        _policies(table, seen, "(SELECT aid_gate())")
        op.execute(f"REVOKE ALL ON {table} FROM aid_app")
        rights = "SELECT" if table == "incarnation" else "SELECT, INSERT"
        op.execute(f"GRANT {rights} ON {table} TO aid_app")
        op.execute(f"CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                   "FOR EACH STATEMENT EXECUTE FUNCTION aid_never()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never")


def downgrade() -> None:
    raise NotImplementedError("migrations go forward: restore a backup to go back")


def _create_tables() -> None:
    op.create_table('schedule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('note_en', sa.Text(), nullable=True),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule')),
    sa.UniqueConstraint('code', name=op.f('uq_schedule_code'))
    )
    op.create_table('two_persons',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('above_fen', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('above_fen >= 0', name=op.f('ck_two_persons_above')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_two_persons'))
    )
    op.create_table('schedule_part',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('schedule_id', sa.BigInteger(), nullable=False),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('share', sa.Numeric(), nullable=False),
    sa.Column('at_stage', sa.Text(), nullable=True),
    sa.Column('at_progress', sa.Numeric(), nullable=True),
    sa.Column('after_days', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('retention', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("at_stage IN ('reserve', 'approved', 'tendered', 'started', 'completed', 'accepted', 'audited', 'handed_over', 'evaluated', 'closed', 'suspended', 'cancelled')", name=op.f('ck_schedule_part_at_stage')),
    sa.CheckConstraint('after_days >= 0 AND (after_days = 0 OR at_stage IS NOT NULL)', name=op.f('ck_schedule_part_after_days')),
    sa.CheckConstraint('at_progress > 0 AND at_progress <= 100', name=op.f('ck_schedule_part_progress')),
    sa.CheckConstraint('num_nonnulls(at_stage, at_progress) = 1', name=op.f('ck_schedule_part_condition')),
    sa.CheckConstraint('share > 0 AND share <= 100', name=op.f('ck_schedule_part_share')),
    sa.ForeignKeyConstraint(['schedule_id'], ['schedule.id'], name=op.f('fk_schedule_part_schedule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule_part')),
    sa.UniqueConstraint('schedule_id', 'ordinal', name=op.f('uq_schedule_part_schedule_id_ordinal'))
    )
    op.create_table('fund_source',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('supporter_id', sa.BigInteger(), nullable=False),
    sa.Column('district_id', sa.BigInteger(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(kind = 'district_budget') <= (district_id IS NOT NULL)", name=op.f('ck_fund_source_district')),
    sa.CheckConstraint("kind IN ('city_budget', 'district_budget', 'donation')", name=op.f('ck_fund_source_kind')),
    sa.ForeignKeyConstraint(['district_id'], ['supporting_district.id'], name=op.f('fk_fund_source_district_id')),
    sa.ForeignKeyConstraint(['supporter_id'], ['supporting_city.id'], name=op.f('fk_fund_source_supporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_source')),
    sa.UniqueConstraint('code', name=op.f('uq_fund_source_code'))
    )
    op.create_index('ix_fund_source_district_id', 'fund_source', ['district_id'], unique=False)
    op.create_index('ix_fund_source_supporter_id', 'fund_source', ['supporter_id'], unique=False)
    op.create_table('fund_total',
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('year', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('sector_id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('supporter_id', sa.BigInteger(), nullable=False),
    sa.Column('district_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('slot', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('fen', sa.BigInteger(), nullable=False),
    sa.Column('movements', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('commit', 'disburse', 'receive', 'pay', 'return', 'cancel', 'reverse')", name=op.f('ck_fund_total_kind')),
    sa.CheckConstraint('slot BETWEEN 0 AND 3', name=op.f('ck_fund_total_slot')),
    sa.ForeignKeyConstraint(['recipient_id'], ['division.id'], name=op.f('fk_fund_total_recipient_id')),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_fund_total_sector_id')),
    sa.ForeignKeyConstraint(['source_id'], ['fund_source.id'], name=op.f('fk_fund_total_source_id')),
    sa.ForeignKeyConstraint(['supporter_id'], ['supporting_city.id'], name=op.f('fk_fund_total_supporter_id')),
    sa.PrimaryKeyConstraint('recipient_id', 'year', 'kind', 'sector_id', 'source_id', 'supporter_id', 'district_id', 'slot', name=op.f('pk_fund_total'))
    )
    op.create_table('chain',
    sa.Column('project_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('seq >= 0 AND length(hash) = 32', name=op.f('ck_chain_head')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_chain_project', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', name=op.f('pk_chain'))
    )
    op.create_table('tranche',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('milestone_id', sa.BigInteger(), nullable=True),
    sa.Column('at_stage', sa.Text(), nullable=True),
    sa.Column('at_progress', sa.Numeric(), nullable=True),
    sa.Column('after_days', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('retention', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_by', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("at_stage IN ('reserve', 'approved', 'tendered', 'started', 'completed', 'accepted', 'audited', 'handed_over', 'evaluated', 'closed', 'suspended', 'cancelled')", name=op.f('ck_tranche_at_stage')),
    sa.CheckConstraint('after_days >= 0 AND (after_days = 0 OR at_stage IS NOT NULL)', name=op.f('ck_tranche_after_days')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_tranche_amount')),
    sa.CheckConstraint('at_progress > 0 AND at_progress <= 100', name=op.f('ck_tranche_progress')),
    sa.CheckConstraint('num_nonnulls(withdrawn_on, withdrawn_by) <> 1 AND (withdrawn_on IS NULL OR reason IS NOT NULL)', name=op.f('ck_tranche_withdrawn')),
    sa.CheckConstraint('num_nonnulls(milestone_id, at_stage, at_progress) <= 1 AND num_nonnulls(due_on, milestone_id, at_stage, at_progress) > 0', name=op.f('ck_tranche_condition')),
    sa.ForeignKeyConstraint(['milestone_id', 'project_id'], ['milestone.id', 'milestone.project_id'], name='fk_tranche_milestone'),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_tranche_project', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['source_id'], ['fund_source.id'], name=op.f('fk_tranche_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tranche')),
    sa.UniqueConstraint('id', 'project_id', name=op.f('uq_tranche_id_project_id')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_tranche_id_recipient_id')),
    sa.UniqueConstraint('project_id', 'seq', name=op.f('uq_tranche_project_id_seq'))
    )
    op.create_index('ix_tranche_due_on', 'tranche', ['due_on', 'id'], unique=False)
    op.create_index('ix_tranche_milestone_id', 'tranche', ['milestone_id'], unique=False)
    op.create_index('ix_tranche_recipient_id', 'tranche', ['recipient_id', 'id'], unique=False)
    op.create_index('ix_tranche_source_id', 'tranche', ['source_id'], unique=False)
    op.create_table('disbursement_request',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('tranche_id', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('voucher_no', sa.Text(), nullable=False),
    sa.Column('document_no', sa.Text(), nullable=True),
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('idempotency_key', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_disbursement_request_amount')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_disbursement_request_document_id')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_disbursement_request_project', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['tranche_id', 'project_id'], ['tranche.id', 'tranche.project_id'], name='fk_disbursement_request_tranche'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disbursement_request')),
    sa.UniqueConstraint('actor', 'idempotency_key', name=op.f('uq_disbursement_request_actor_idempotency_key')),
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_disbursement_request_id_recipient_id'))
    )
    op.create_index('ix_disbursement_request_recipient_id', 'disbursement_request', ['recipient_id', 'id'], unique=False)
    op.create_index('ix_disbursement_request_tranche_id', 'disbursement_request', ['tranche_id'], unique=False)
    op.create_table('movement',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('tranche_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('debit', sa.Text(), nullable=False),
    sa.Column('credit', sa.Text(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('requested_by', sa.Text(), nullable=True),
    sa.Column('voucher_no', sa.Text(), nullable=True),
    sa.Column('document_no', sa.Text(), nullable=True),
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('reverses_id', sa.BigInteger(), nullable=True),
    sa.Column('idempotency_key', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('prev_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("(kind = 'reverse') = (reverses_id IS NOT NULL)", name=op.f('ck_movement_reverses')),
    sa.CheckConstraint("credit IN ('appropriation', 'committed', 'in_transit', 'held', 'spent')", name=op.f('ck_movement_credit')),
    sa.CheckConstraint("debit IN ('appropriation', 'committed', 'in_transit', 'held', 'spent')", name=op.f('ck_movement_debit')),
    sa.CheckConstraint("kind NOT IN ('return', 'cancel', 'reverse') OR reason IS NOT NULL", name=op.f('ck_movement_reason')),
    sa.CheckConstraint("kind NOT IN ('disburse', 'receive', 'pay', 'return') OR voucher_no IS NOT NULL", name=op.f('ck_movement_voucher_no')),
    sa.CheckConstraint("kind <> 'commit' OR document_no IS NOT NULL", name=op.f('ck_movement_document_no')),
    sa.CheckConstraint('requested_by <> actor', name=op.f('ck_movement_two_persons')),
    sa.CheckConstraint("kind IN ('commit', 'disburse', 'receive', 'pay', 'return', 'cancel', 'reverse')", name=op.f('ck_movement_kind')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_movement_amount')),
    sa.CheckConstraint('hash = sha256(prev_hash || body)', name=op.f('ck_movement_hash')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_movement_document_id')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_movement_project', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['reverses_id'], ['movement.id'], name=op.f('fk_movement_reverses_id')),
    sa.ForeignKeyConstraint(['tranche_id', 'project_id'], ['tranche.id', 'tranche.project_id'], name='fk_movement_tranche'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_movement')),
    sa.UniqueConstraint('actor', 'idempotency_key', name=op.f('uq_movement_actor_idempotency_key')),
    sa.UniqueConstraint('project_id', 'seq', name=op.f('uq_movement_project_id_seq')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_movement_reverses_id'))
    )
    op.create_index('ix_movement_document_id', 'movement', ['document_id'], unique=False, postgresql_where=sa.text('document_id IS NOT NULL'))
    op.create_index('ix_movement_not_shown', 'movement', ['recipient_id', 'tranche_id'], unique=False, postgresql_include=['id', 'project_id', 'amount_fen', 'occurred_on'], postgresql_where=sa.text("kind = 'pay' AND document_id IS NULL"))
    op.create_index('ix_movement_occurred_on', 'movement', ['occurred_on', 'id'], unique=False, postgresql_include=['recorded_at', 'recipient_id', 'project_id', 'kind', 'amount_fen'])
    op.create_index('ix_movement_recipient_id', 'movement', ['recipient_id', 'id'], unique=False, postgresql_include=['project_id', 'kind', 'amount_fen', 'occurred_on'])
    op.create_index('ix_movement_recorded_at', 'movement', ['recorded_at', 'id'], unique=False, postgresql_include=['occurred_on', 'recipient_id', 'project_id', 'kind', 'amount_fen'])
    op.create_index('ix_movement_tranche_id', 'movement', ['tranche_id', 'kind', 'seq'], unique=False)
    op.create_index('ix_movement_voucher_no', 'movement', ['voucher_no'], unique=False)
    op.create_table('tranche_balance',
    sa.Column('tranche_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('sector_id', sa.BigInteger(), nullable=False),
    sa.Column('committed', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('in_transit', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('held', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('spent', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('total_commit', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('total_disburse', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('total_receive', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('total_pay', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('total_return', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('total_cancel', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('committed = total_commit - total_disburse - total_cancel AND in_transit = total_disburse - total_receive AND held = total_receive - total_pay - total_return AND spent = total_pay', name=op.f('ck_tranche_balance_adds_up')),
    sa.CheckConstraint('committed >= 0 AND in_transit >= 0 AND held >= 0 AND spent >= 0', name=op.f('ck_tranche_balance_never_below_zero')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_tranche_balance_project', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['tranche_id', 'project_id'], ['tranche.id', 'tranche.project_id'], name='fk_tranche_balance_tranche'),
    sa.PrimaryKeyConstraint('tranche_id', name=op.f('pk_tranche_balance'))
    )
    op.create_index('ix_tranche_balance_held', 'tranche_balance', ['recipient_id', 'tranche_id'], unique=False, postgresql_where=sa.text('held > 0'))
    op.create_index('ix_tranche_balance_in_transit', 'tranche_balance', ['recipient_id', 'tranche_id'], unique=False, postgresql_where=sa.text('in_transit > 0'))
    op.create_index('ix_tranche_balance_project_id', 'tranche_balance', ['project_id'], unique=False)
    op.create_table('disbursement_decision',
    sa.Column('request_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("decision <> 'rejected' OR reason IS NOT NULL", name=op.f('ck_disbursement_decision_reason')),
    sa.CheckConstraint("decision IN ('approved', 'rejected')", name=op.f('ck_disbursement_decision_decision')),
    sa.ForeignKeyConstraint(['request_id', 'recipient_id'], ['disbursement_request.id', 'disbursement_request.recipient_id'], name='fk_disbursement_decision_request', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('request_id', name=op.f('pk_disbursement_decision'))
    )


def _create_checkpoint_tables() -> None:
    op.create_table('incarnation',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("cause IN ('installation', 'restore')", name=op.f('ck_incarnation_cause')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_incarnation')),
    sa.UniqueConstraint('id', name=op.f('uq_incarnation_id'))
    )
    op.create_table('checkpoint_key',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('previous', sa.Text(), nullable=True),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("id = encode(sha256(public_key), 'hex')", name=op.f('ck_checkpoint_key_id')),
    sa.ForeignKeyConstraint(['previous'], ['checkpoint_key.id'], name=op.f('fk_checkpoint_key_previous')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checkpoint_key'))
    )
    op.create_table('checkpoint',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('incarnation', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chains', sa.BigInteger(), nullable=False),
    sa.Column('movements', sa.BigInteger(), nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('roots', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('previous', sa.LargeBinary(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['incarnation'], ['incarnation.number'], name=op.f('fk_checkpoint_incarnation')),
    sa.ForeignKeyConstraint(['key'], ['checkpoint_key.id'], name=op.f('fk_checkpoint_key')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_checkpoint'))
    )
    op.create_table('checkpoint_head',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('project', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['checkpoint.number'], name=op.f('fk_checkpoint_head_number')),
    sa.ForeignKeyConstraint(['recipient_id'], ['division.id'], name=op.f('fk_checkpoint_head_recipient_id')),
    sa.PrimaryKeyConstraint('number', 'project', name=op.f('pk_checkpoint_head'))
    )
    op.create_index('ix_checkpoint_head_project', 'checkpoint_head', ['project', 'number'], unique=False)
    op.create_index('ix_checkpoint_head_recipient_id', 'checkpoint_head', ['recipient_id', 'project', 'number'], unique=False)
