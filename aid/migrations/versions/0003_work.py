"""Projects, milestones, documents; key villages; cadres.

Each table of a region's data carries `recipient_id`, kept true by composite foreign keys, and row
security tests that column alone. A recipient may add what it reports of its own region: progress,
documents, proposals.

Revision ID: 0003
Revises: 0002
"""

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

APPEND_ONLY = (
    "stage_change", "project_adjustment", "rescheduling", "progress_report", "assessment",
    "document", "content", "work_adjustment", "village_report", "village_acceptance",
    "acceptance_score", "extension",
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


def upgrade() -> None:
    _create_tables()
    _row_security()
    _grant()
    op.execute(PROGRESS)
    op.execute("REVOKE ALL ON FUNCTION aid_note_progress() FROM PUBLIC")
    op.execute("CREATE TRIGGER note_progress AFTER INSERT ON progress_report"
               " REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
               " EXECUTE FUNCTION aid_note_progress()")


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
    sa.Column('simulated', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("stage = 'reserve' OR (stage = 'suspended') = (held_stage IS NOT NULL)", name=op.f('ck_project_held_stage')),
    sa.CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]*$'", name=op.f('ck_project_code')),
    sa.CheckConstraint("delivery_mode IN ('turnkey', 'cheque')", name=op.f('ck_project_delivery_mode')),
    sa.CheckConstraint("kind IN ('fixed_asset', 'non_fixed_asset')", name=op.f('ck_project_kind')),
    sa.CheckConstraint("stage IN ('reserve', 'approved', 'tendered', 'started', 'completed', 'accepted', 'audited', 'handed_over', 'evaluated', 'closed', 'suspended', 'cancelled')", name=op.f('ck_project_stage')),
    sa.CheckConstraint("stage IN ('reserve', 'suspended', 'cancelled') OR approved_fen IS NOT NULL", name=op.f('ck_project_approved')),
    sa.CheckConstraint('planned_end >= planned_start', name=op.f('ck_project_planned')),
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
    sa.UniqueConstraint('id', 'recipient_id', name=op.f('uq_project_id_recipient_id'))
    )
    op.create_index('ix_project_district_id', 'project', ['district_id'], unique=False)
    op.create_index('ix_project_pairing_id', 'project', ['pairing_id'], unique=False)
    op.create_index('ix_project_investment', 'project', [sa.literal_column('(CASE WHEN approved_fen IS NULL THEN proposed_fen ELSE approved_fen END)'), 'id'], unique=False)
    op.create_index('ix_project_planned_end', 'project', ['planned_end', 'id'], unique=False)
    op.create_index('ix_project_planned_start', 'project', ['planned_start', 'id'], unique=False)
    op.create_index('ix_project_progress', 'project', ['progress', 'id'], unique=False)
    op.create_index('ix_project_recipient_id', 'project', ['recipient_id', 'id'], unique=False)
    op.create_index('ix_project_region_id', 'project', ['region_id'], unique=False)
    op.create_index('ix_project_sector_id', 'project', ['sector_id'], unique=False)
    op.create_index('ix_project_stage', 'project', ['stage', 'id'], unique=False)
    op.create_index('ix_project_target_id', 'project', ['target_id'], unique=False)
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
    sa.UniqueConstraint('id', 'project_id', name=op.f('uq_milestone_id_project_id')),
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
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('percent BETWEEN 0 AND 100', name=op.f('ck_progress_report_percent')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_progress_report_document_id')),
    sa.ForeignKeyConstraint(['project_id', 'recipient_id'], ['project.id', 'project.recipient_id'], name='fk_progress_report_project', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress_report'))
    )
    op.create_index('ix_progress_report_project_id', 'progress_report', ['project_id', 'reported_on', 'id'], unique=False, postgresql_include=['recipient_id', 'percent'])
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
    sa.Column('document_id', sa.BigInteger(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('done >= 0', name=op.f('ck_village_report_done')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_village_report_document_id')),
    sa.ForeignKeyConstraint(['work_id', 'recipient_id'], ['village_work.id', 'village_work.recipient_id'], name='fk_village_report_work', onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_village_report'))
    )
    op.create_index('ix_village_report_work_id', 'village_report', ['work_id', 'reported_on', 'id'], unique=False, postgresql_include=['recipient_id', 'done'])
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
    op.create_index('ix_rescheduling_milestone_id', 'rescheduling', ['milestone_id', 'id'], unique=False)


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
    for table, command in (("project", "SELECT"), ("project", "UPDATE"),
                           ("progress_report", "SELECT")):
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
        op.execute(f"GRANT SELECT, INSERT ON {table} TO aid_app")
        op.execute(f"CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                   "FOR EACH STATEMENT EXECUTE FUNCTION aid_never()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never")
    for table in CHANGEABLE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO aid_app")
    for table in LINKS:
        op.execute(f"GRANT SELECT, INSERT, DELETE ON {table} TO aid_app")


def downgrade() -> None:
    raise NotImplementedError("migrations go forward: restore a backup to go back")
