"""The foundation: divisions and pairings, plans and figures, history.

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('change',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('entity_id', sa.BigInteger(), nullable=False),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('old', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('new', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change'))
    )
    op.create_index('ix_change_entity', 'change', ['entity', 'entity_id'], unique=False)
    op.create_table('division',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.CheckConstraint("code ~ '^[0-9]{6}$'", name=op.f('ck_division_code')),
    sa.CheckConstraint("level IN ('province', 'prefecture', 'county')", name=op.f('ck_division_level')),
    sa.ForeignKeyConstraint(['parent_id'], ['division.id'], name=op.f('fk_division_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_division')),
    sa.UniqueConstraint('key', name=op.f('uq_division_key'))
    )
    op.create_index('ix_division_name', 'division', ['name'], unique=False)
    op.create_index('ix_division_parent_id', 'division', ['parent_id'], unique=False)
    op.create_index('uq_division_code_in_force', 'division', ['code'], unique=True, postgresql_where=sa.text('ended_on IS NULL'))
    op.create_table('indicator',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('money', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('note_en', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator')),
    sa.UniqueConstraint('code', name=op.f('uq_indicator_code'))
    )
    op.create_table('division_period',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('division_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('precision', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    postgresql.ExcludeConstraint((sa.text("int8range(code::bigint, code::bigint, '[]')"), '&&'), (sa.text('daterange(valid_from, valid_to)'), '&&'), using='gist', name='ex_division_period_one_place_per_code', deferrable=True, initially='DEFERRED'),
    postgresql.ExcludeConstraint((sa.text("int8range(division_id, division_id, '[]')"), '&&'), (sa.text('daterange(valid_from, valid_to)'), '&&'), using='gist', name='ex_division_period_one_name_at_a_time', deferrable=True, initially='DEFERRED'),
    sa.CheckConstraint("code ~ '^[0-9]{6}$'", name=op.f('ck_division_period_code')),
    sa.CheckConstraint("level IN ('province', 'prefecture', 'county')", name=op.f('ck_division_period_level')),
    sa.CheckConstraint("precision IN ('day', 'month', 'year', 'snapshot', 'start')", name=op.f('ck_division_period_precision')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_division_period_period')),
    sa.ForeignKeyConstraint(['division_id'], ['division.id'], name=op.f('fk_division_period_division_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['division.id'], name=op.f('fk_division_period_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_division_period'))
    )
    op.create_index('ix_division_period_code', 'division_period', ['code'], unique=False)
    op.create_index('ix_division_period_division_id', 'division_period', ['division_id'], unique=False)
    op.create_index('ix_division_period_name', 'division_period', ['name'], unique=False)
    op.create_table('supporting_city',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('division_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['division_id'], ['division.id'], name=op.f('fk_supporting_city_division_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supporting_city')),
    sa.UniqueConstraint('division_id', name=op.f('uq_supporting_city_division_id'))
    )
    op.create_table('plan',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=True),
    sa.Column('supporter_id', sa.BigInteger(), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=False),
    sa.Column('period_end', sa.Date(), nullable=False),
    sa.Column('review_start', sa.Date(), nullable=True),
    sa.Column('review_end', sa.Date(), nullable=True),
    sa.Column('document', sa.Text(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('period_end > period_start', name=op.f('ck_plan_period')),
    sa.ForeignKeyConstraint(['supporter_id'], ['supporting_city.id'], name=op.f('fk_plan_supporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('code', name=op.f('uq_plan_code'))
    )
    op.create_index('ix_plan_supporter_id', 'plan', ['supporter_id'], unique=False)
    op.create_table('supporting_district',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('city_id', sa.BigInteger(), nullable=False),
    sa.Column('division_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['city_id'], ['supporting_city.id'], name=op.f('fk_supporting_district_city_id')),
    sa.ForeignKeyConstraint(['division_id'], ['division.id'], name=op.f('fk_supporting_district_division_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supporting_district')),
    sa.UniqueConstraint('division_id', name=op.f('uq_supporting_district_division_id'))
    )
    op.create_index('ix_supporting_district_city_id', 'supporting_district', ['city_id'], unique=False)
    op.create_table('pairing',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('supporter_id', sa.BigInteger(), nullable=False),
    sa.Column('district_id', sa.BigInteger(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('start_precision', sa.Text(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('document_no', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('note_en', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    postgresql.ExcludeConstraint((sa.text("int8range(supporter_id, supporter_id, '[]')"), '&&'), (sa.text("int8range(coalesce(district_id, 0), coalesce(district_id, 0), '[]')"), '&&'), (sa.text("int8range(recipient_id, recipient_id, '[]')"), '&&'), (sa.text("daterange(starts_on, ends_on, '[]')"), '&&'), using='gist', name='ex_pairing_one_at_a_time'),
    sa.CheckConstraint("programme IN ('tibet', 'xinjiang', 'east_west', 'three_gorges', 'qinghai')", name=op.f('ck_pairing_programme')),
    sa.CheckConstraint("start_precision IN ('day', 'month', 'year', 'snapshot', 'start')", name=op.f('ck_pairing_start_precision')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_pairing_period')),
    sa.ForeignKeyConstraint(['district_id'], ['supporting_district.id'], name=op.f('fk_pairing_district_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['division.id'], name=op.f('fk_pairing_recipient_id')),
    sa.ForeignKeyConstraint(['supporter_id'], ['supporting_city.id'], name=op.f('fk_pairing_supporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pairing')),
    sa.UniqueConstraint('code', name=op.f('uq_pairing_code'))
    )
    op.create_index('ix_pairing_recipient_id', 'pairing', ['recipient_id'], unique=False)
    op.create_index('ix_pairing_supporter_id', 'pairing', ['supporter_id'], unique=False)
    op.create_table('plan_section',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['plan_section.id'], name=op.f('fk_plan_section_parent_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_section_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_section')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_plan_section_plan_id_number'))
    )
    op.create_index('ix_plan_section_parent_id', 'plan_section', ['parent_id'], unique=False)
    op.create_table('region_group',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_region_group_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_region_group')),
    sa.UniqueConstraint('plan_id', 'code', name=op.f('uq_region_group_plan_id_code'))
    )
    op.create_table('plan_target',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('section_id', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.Column('theme', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('statement_en', sa.Text(), nullable=True),
    sa.Column('region_id', sa.BigInteger(), nullable=True),
    sa.Column('group_id', sa.BigInteger(), nullable=True),
    sa.Column('indicator_id', sa.BigInteger(), nullable=True),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('baseline', sa.Numeric(), nullable=True),
    sa.Column('target', sa.Numeric(), nullable=True),
    sa.Column('actual', sa.Numeric(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind = 'qualitative' OR (target IS NOT NULL AND indicator_id IS NOT NULL AND unit IS NOT NULL)", name=op.f('ck_plan_target_quantity')),
    sa.CheckConstraint("kind IN ('qualitative', 'quantitative')", name=op.f('ck_plan_target_kind')),
    sa.CheckConstraint("theme IN ('villages', 'livelihood', 'education', 'health', 'industry', 'tourism', 'culture', 'training', 'employment', 'trade', 'minorities', 'talent', 'regional', 'environment', 'platforms', 'exchange', 'expo', 'organisation', 'funds', 'relief', 'offices', 'overall')", name=op.f('ck_plan_target_theme')),
    sa.CheckConstraint('region_id IS NULL OR group_id IS NULL', name=op.f('ck_plan_target_one_scope')),
    sa.ForeignKeyConstraint(['group_id'], ['region_group.id'], name=op.f('fk_plan_target_group_id')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_plan_target_indicator_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['plan_target.id'], name=op.f('fk_plan_target_parent_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_target_plan_id')),
    sa.ForeignKeyConstraint(['region_id'], ['division.id'], name=op.f('fk_plan_target_region_id')),
    sa.ForeignKeyConstraint(['section_id'], ['plan_section.id'], name=op.f('fk_plan_target_section_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_target')),
    sa.UniqueConstraint('plan_id', 'code', name=op.f('uq_plan_target_plan_id_code'))
    )
    op.create_index('ix_plan_target_code', 'plan_target', ['code', 'id'], unique=False)
    op.create_index('ix_plan_target_group_id', 'plan_target', ['group_id'], unique=False)
    op.create_index('ix_plan_target_parent_id', 'plan_target', ['parent_id'], unique=False)
    op.create_index('ix_plan_target_reading_order', 'plan_target', ['plan_id', 'ordinal', 'id'], unique=False)
    op.create_index('ix_plan_target_region_id', 'plan_target', ['region_id'], unique=False)
    op.create_index('ix_plan_target_section_id', 'plan_target', ['section_id'], unique=False)
    op.create_table('published_figure',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('section_id', sa.BigInteger(), nullable=False),
    sa.Column('indicator_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('ordinal', sa.BigInteger(), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=True),
    sa.Column('group_id', sa.BigInteger(), nullable=True),
    sa.Column('value', sa.Numeric(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('qualifier', sa.Text(), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=False),
    sa.Column('period_end', sa.Date(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('note_en', sa.Text(), nullable=True),
    sa.CheckConstraint("qualifier IN ('exact', 'nearly', 'over')", name=op.f('ck_published_figure_qualifier')),
    sa.CheckConstraint('period_end >= period_start', name=op.f('ck_published_figure_period')),
    sa.CheckConstraint('region_id IS NULL OR group_id IS NULL', name=op.f('ck_published_figure_one_scope')),
    sa.ForeignKeyConstraint(['group_id'], ['region_group.id'], name=op.f('fk_published_figure_group_id')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_published_figure_indicator_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_published_figure_plan_id')),
    sa.ForeignKeyConstraint(['region_id'], ['division.id'], name=op.f('fk_published_figure_region_id')),
    sa.ForeignKeyConstraint(['section_id'], ['plan_section.id'], name=op.f('fk_published_figure_section_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_figure')),
    sa.UniqueConstraint('plan_id', 'code', name=op.f('uq_published_figure_plan_id_code'))
    )
    op.create_index('ix_published_figure_group_id', 'published_figure', ['group_id'], unique=False)
    op.create_index('ix_published_figure_indicator_id', 'published_figure', ['indicator_id'], unique=False)
    op.create_index('ix_published_figure_reading_order', 'published_figure', ['plan_id', 'ordinal', 'id'], unique=False)
    op.create_index('ix_published_figure_region_id', 'published_figure', ['region_id'], unique=False)
    op.create_table('region_group_member',
    sa.Column('group_id', sa.BigInteger(), nullable=False),
    sa.Column('division_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['division_id'], ['division.id'], name=op.f('fk_region_group_member_division_id')),
    sa.ForeignKeyConstraint(['group_id'], ['region_group.id'], name=op.f('fk_region_group_member_group_id')),
    sa.PrimaryKeyConstraint('group_id', 'division_id', name=op.f('pk_region_group_member'))
    )
    op.create_index('ix_region_group_member_division_id', 'region_group_member', ['division_id'], unique=False)
    op.create_table('figure_breakdown',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('total_id', sa.BigInteger(), nullable=False),
    sa.Column('exhaustive', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_figure_breakdown_plan_id')),
    sa.ForeignKeyConstraint(['total_id'], ['published_figure.id'], name=op.f('fk_figure_breakdown_total_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_breakdown')),
    sa.UniqueConstraint('plan_id', 'code', name=op.f('uq_figure_breakdown_plan_id_code'))
    )
    op.create_table('plan_target_adjustment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('target_id', sa.BigInteger(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('old_value', sa.Text(), nullable=True),
    sa.Column('new_value', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('document_no', sa.Text(), nullable=True),
    sa.Column('adjusted_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.CheckConstraint('length(btrim(reason)) > 0', name=op.f('ck_plan_target_adjustment_reason')),
    sa.ForeignKeyConstraint(['target_id'], ['plan_target.id'], name=op.f('fk_plan_target_adjustment_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_target_adjustment'))
    )
    op.create_index('ix_plan_target_adjustment_target_id', 'plan_target_adjustment', ['target_id', 'id'], unique=False)
    op.create_table('plan_target_year',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('target_id', sa.BigInteger(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('value', sa.Numeric(), nullable=False),
    sa.ForeignKeyConstraint(['target_id'], ['plan_target.id'], name=op.f('fk_plan_target_year_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_target_year')),
    sa.UniqueConstraint('target_id', 'year', name=op.f('uq_plan_target_year_target_id_year'))
    )
    op.create_table('discrepancy',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('breakdown_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('stated_total', sa.Numeric(), nullable=False),
    sa.Column('sum_of_parts', sa.Numeric(), nullable=False),
    sa.Column('difference', sa.Numeric(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('explanation_en', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('parts_exceed_total', 'parts_fall_short')", name=op.f('ck_discrepancy_kind')),
    sa.ForeignKeyConstraint(['breakdown_id'], ['figure_breakdown.id'], name=op.f('fk_discrepancy_breakdown_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_discrepancy_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discrepancy')),
    sa.UniqueConstraint('breakdown_id', name=op.f('uq_discrepancy_breakdown_id'))
    )
    op.create_table('figure_breakdown_part',
    sa.Column('breakdown_id', sa.BigInteger(), nullable=False),
    sa.Column('figure_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['breakdown_id'], ['figure_breakdown.id'], name=op.f('fk_figure_breakdown_part_breakdown_id')),
    sa.ForeignKeyConstraint(['figure_id'], ['published_figure.id'], name=op.f('fk_figure_breakdown_part_figure_id')),
    sa.PrimaryKeyConstraint('breakdown_id', 'figure_id', name=op.f('pk_figure_breakdown_part'))
    )
    _grant()


APPEND_ONLY = ("change", "plan_target_adjustment")
REWRITABLE = (
    "division_period", "region_group_member", "plan_target_year", "figure_breakdown_part",
    "discrepancy",
)
CHANGEABLE = (
    "division", "supporting_city", "supporting_district", "pairing", "plan",
    "plan_section", "region_group", "indicator", "plan_target", "published_figure",
    "figure_breakdown",
)


def _grant() -> None:
    """What aid_app may do: history only grows, things change but stay, derived rows come and go."""
    op.execute("GRANT SELECT ON alembic_version TO aid_app")
    for table in APPEND_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO aid_app")
    for table in CHANGEABLE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO aid_app")
    for table in REWRITABLE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO aid_app")


def downgrade() -> None:
    raise NotImplementedError("migrations go forward: restore a backup to go back")
