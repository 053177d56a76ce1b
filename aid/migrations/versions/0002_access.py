"""Accounts, sessions, tokens, the audit log; row security on every table.

Row security reads three settings that each transaction binds: aid.actor, aid.role and
aid.recipients. Without them nothing is visible. A data migration that comes after this one must
bind them too (aid_owner is not above forced row security).

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE FUNCTION aid_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('aid.role', true), '');
CREATE FUNCTION aid_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(aid_role() IN ('office', 'leader', 'auditor'), false);
CREATE FUNCTION aid_recipients() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN aid_role() = 'recipient'
    THEN coalesce(nullif(current_setting('aid.recipients', true), '')::bigint[], '{}')
    ELSE '{}' END;
CREATE FUNCTION aid_reads() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(aid_role() IN ('office', 'recipient', 'leader', 'auditor'), false);
CREATE FUNCTION aid_keeps() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(aid_role() = 'office', false);
CREATE FUNCTION aid_gate() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(aid_role() = 'gate', false);
CREATE FUNCTION aid_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION aid_role_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.role IS DISTINCT FROM NEW.role AND OLD.role IS NOT NULL THEN
    RAISE EXCEPTION 'a role once granted stays' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""
"""aid_sees_all, aid_reads and aid_keeps say in SQL what aid/access/policy.py says of reading every
region, reading at all, and writing; tests/integration/test_row_security.py holds the two together.
"""

REFERENCE = (
    "division", "division_period", "supporting_city", "supporting_district", "plan",
    "plan_section", "region_group", "region_group_member", "indicator",
)
"""What is said of no single region: whoever reads anything reads these."""

MEMBER = (
    "CASE WHEN region_id IS NOT NULL THEN region_id = ANY ((SELECT aid_recipients())::bigint[])"
    " WHEN group_id IS NOT NULL THEN group_id = ANY (ARRAY("
    "SELECT m.group_id FROM region_group_member m"
    " WHERE m.division_id = ANY ((SELECT aid_recipients())::bigint[])))"
    " ELSE (SELECT cardinality(aid_recipients()) > 0) END"
)
"""A row of an own region, of a group that has one, or of no region. Nothing without own regions."""

SCOPED = {
    "pairing": "recipient_id = ANY ((SELECT aid_recipients())::bigint[])",
    "plan_target": MEMBER,
    "published_figure": MEMBER,
    "plan_target_year": "EXISTS (SELECT FROM plan_target t WHERE t.id = target_id)",
    "plan_target_adjustment": "EXISTS (SELECT FROM plan_target t WHERE t.id = target_id)",
    "figure_breakdown": "false",
    "figure_breakdown_part": "false",
    "discrepancy": "false",
}
"""What a recipient sees of tables that hold regions' data. Who sees all sees all of them.

A breakdown and its discrepancy add up several regions, so a recipient sees none.
"""

CHANGES = (
    "(SELECT aid_sees_all()) AND entity <> 'account' OR CASE"
    " WHEN entity = 'account'"
    " THEN (SELECT aid_role() IN ('system_admin', 'security_admin', 'audit_admin'))"
    " WHEN NOT (SELECT aid_reads()) THEN false"
    " WHEN entity = 'plan_target' THEN EXISTS (SELECT FROM plan_target t WHERE t.id = entity_id)"
    " WHEN entity = 'published_figure'"
    " THEN EXISTS (SELECT FROM published_figure f WHERE f.id = entity_id)"
    " WHEN entity = 'pairing' THEN EXISTS (SELECT FROM pairing p WHERE p.id = entity_id)"
    " ELSE entity IN ('division', 'division_period', 'plan', 'indicator') END"
)
"""Whoever sees a thing sees its history. What a new table adds to this is said in its migration."""

COUNTED = ("plan_target", "published_figure")
"""Lists that are counted: their index of reading order holds what the policy asks for, so that
counting under row security reads no more than the index."""

SECRET = ("credential", "sign_in_session", "api_token", "failed_sign_in")
"""What only the gate touches."""

KEPT = ("account", "account_region")
"""What administrators read and the gate writes on their behalf."""


RECORDED = {
    "audit_entry": "kind, outcome, actor, role, subject, address, detail",
    "change": "entity, entity_id, field, old, new, actor",
    "plan_target_adjustment":
        "target_id, field, old_value, new_value, reason, document_no, adjusted_on, actor",
}
"""Records whose moment nobody can choose: what aid_app may say of them."""


def upgrade() -> None:
    _create_tables()
    for statement in FUNCTIONS.strip().split(";\nCREATE"):
        op.execute(statement if statement.startswith("CREATE") else f"CREATE{statement}")
    _row_security()
    _grant()


def _create_tables() -> None:
    op.create_table('account',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=True),
    sa.Column('issuer', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{1,62}$'", name=op.f('ck_account_name')),
    sa.CheckConstraint("role IN ('office', 'recipient', 'leader', 'auditor', 'system_admin', 'security_admin', 'audit_admin')", name=op.f('ck_account_role')),
    sa.CheckConstraint('(issuer IS NULL) = (subject IS NULL)', name=op.f('ck_account_identity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('id', 'role', name=op.f('uq_account_id_role')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_account_issuer_subject')),
    sa.UniqueConstraint('name', name=op.f('uq_account_name'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("kind IN ('sign_in', 'sign_out', 'refusal', 'password', 'second_factor', 'token', 'account', 'rights', 'export', 'operation')", name=op.f('ck_audit_entry_kind')),
    sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f('ck_audit_entry_outcome')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_actor', 'audit_entry', ['actor', 'at'], unique=False)
    op.create_index('ix_audit_entry_at', 'audit_entry', ['at', 'id'], unique=False)
    op.create_table('failed_sign_in',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name_hash', sa.LargeBinary(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_sign_in'))
    )
    op.create_index('ix_failed_sign_in_address', 'failed_sign_in', ['address', 'at'], unique=False)
    op.create_index('ix_failed_sign_in_name_hash_address', 'failed_sign_in', ['name_hash', 'address', 'at'], unique=False)
    op.create_table('account_region',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('division_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.Text(), server_default='recipient', nullable=False),
    sa.CheckConstraint("role = 'recipient'", name=op.f('ck_account_region_role')),
    sa.ForeignKeyConstraint(['account_id', 'role'], ['account.id', 'account.role'], name=op.f('fk_account_region_account_id_role')),
    sa.ForeignKeyConstraint(['division_id'], ['division.id'], name=op.f('fk_account_region_division_id')),
    sa.PrimaryKeyConstraint('account_id', 'division_id', name=op.f('pk_account_region'))
    )
    op.create_index('ix_account_region_division_id', 'account_region', ['division_id'], unique=False)
    op.create_table('api_token',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('scopes', sa.ARRAY(sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_api_token_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('prefix', name=op.f('uq_api_token_prefix')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_index('ix_api_token_account_id', 'api_token', ['account_id'], unique=False)
    op.create_table('credential',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('password_set_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('totp_secret', sa.Text(), nullable=True),
    sa.Column('totp_confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_step', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_credential_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_credential'))
    )
    op.create_table('sign_in_session',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id_hash', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('agent', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("stage IN ('second_factor', 'enrol', 'new_password', 'full')", name=op.f('ck_sign_in_session_stage')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_session_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('id_hash', name=op.f('uq_sign_in_session_id_hash'))
    )
    op.create_index('ix_sign_in_session_account_id', 'sign_in_session', ['account_id'], unique=False)


def _row_security() -> None:
    for table in REFERENCE:
        _policies(table, "(SELECT aid_reads() OR aid_gate())", "(SELECT aid_keeps())")
    for table, own in SCOPED.items():
        _policies(table, f"(SELECT aid_sees_all()) OR ({own})", "(SELECT aid_keeps())")
    op.execute("CREATE POLICY gate ON pairing FOR SELECT USING ((SELECT aid_gate()))")
    _policies("change", CHANGES, "(SELECT aid_keeps()) AND entity <> 'account'")
    for table in COUNTED:
        op.drop_index(f"ix_{table}_reading_order", table)
        op.create_index(f"ix_{table}_reading_order", table, ["plan_id", "ordinal", "id"],
                        postgresql_include=["region_id", "group_id"])
    op.execute("CREATE POLICY gate ON change FOR ALL USING ((SELECT aid_gate())"
               " AND entity = 'account') WITH CHECK ((SELECT aid_gate()) AND entity = 'account')")
    for table in SECRET:
        _policies(table, "(SELECT aid_gate())", "(SELECT aid_gate())")
    administrators = "('gate', 'system_admin', 'security_admin', 'audit_admin')"
    for table in KEPT:
        _policies(table, f"(SELECT aid_role() IN {administrators})", "(SELECT aid_gate())")
    # Names of places, to say which regions an account is for.
    op.execute("CREATE POLICY kept ON division FOR SELECT"
               f" USING ((SELECT aid_role() IN {administrators}))")
    _policies("audit_entry", "(SELECT aid_role() IN ('auditor', 'audit_admin'))",
              "(SELECT aid_gate())")


def _policies(table: str, seen: str, kept: str) -> None:
    """Forced row security: who sees a row, and who may put one there, change it, take it away."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON {table} FOR SELECT USING ({seen})")
    op.execute(f"CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({kept})")
    op.execute(f"CREATE POLICY changed ON {table} FOR UPDATE USING ({kept}) WITH CHECK ({kept})")
    op.execute(f"CREATE POLICY removed ON {table} FOR DELETE USING ({kept})")


def _grant() -> None:
    op.execute("GRANT SELECT, INSERT ON account, account_region, credential, sign_in_session, "
               "api_token, failed_sign_in TO aid_app")
    op.execute("GRANT SELECT ON audit_entry TO aid_app")
    for table, columns in RECORDED.items():  # the database alone says when
        op.execute(f"REVOKE INSERT ON {table} FROM aid_app")
        op.execute(f"GRANT INSERT ({columns}) ON {table} TO aid_app")
    op.execute("GRANT UPDATE (display_name, role, issuer, subject, disabled_at) ON account "
               "TO aid_app")
    op.execute("GRANT UPDATE ON credential, sign_in_session TO aid_app")
    op.execute("GRANT UPDATE (used_at, revoked_at) ON api_token TO aid_app")
    op.execute("GRANT DELETE ON account_region, failed_sign_in, sign_in_session TO aid_app")
    op.execute("CREATE TRIGGER role_stays BEFORE UPDATE ON account FOR EACH ROW "
               "EXECUTE FUNCTION aid_role_stays()")
    for table in ("audit_entry", "change", "plan_target_adjustment"):
        op.execute(f"CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                   "FOR EACH STATEMENT EXECUTE FUNCTION aid_never()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never")


def downgrade() -> None:
    raise NotImplementedError("migrations go forward: restore a backup to go back")
