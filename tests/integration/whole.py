"""Everything a database is made of, in a form that can be compared: rows, rules, rights."""

from typing import Any

import asyncpg

_TABLES = """
SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
AND c.relkind = 'r' ORDER BY 1
"""
_PARTS = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, identity_generation
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "indexes": """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid
        FROM pg_index WHERE indrelid::regclass::text NOT LIKE 'pg_%'""",
    "policies": """
        SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check
        FROM pg_policies WHERE schemaname = 'public'""",
    "row security": """
        SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "owners": """
        SELECT relname, pg_get_userbyid(relowner) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled
        FROM pg_trigger WHERE NOT tgisinternal""",
    "functions": """
        SELECT proname, pg_get_functiondef(oid), pg_get_userbyid(proowner), prosecdef
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "grants on tables": """
        SELECT c.relname, pg_get_userbyid(a.grantee), a.privilege_type, a.is_grantable
        FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.relnamespace = 'public'::regnamespace AND a.privilege_type <> 'MAINTAIN'""",
    "grants on columns": """
        SELECT t.attrelid::regclass::text, t.attname, pg_get_userbyid(a.grantee), a.privilege_type
        FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attacl IS NOT NULL
        AND t.attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)""",
    "grants to come": """
        SELECT pg_get_userbyid(d.defaclrole), d.defaclobjtype, pg_get_userbyid(a.grantee),
        a.privilege_type FROM pg_default_acl d, aclexplode(d.defaclacl) a
        WHERE a.privilege_type <> 'MAINTAIN'""",
    "grants on the schema": """
        SELECT pg_get_userbyid(a.grantee), a.privilege_type FROM pg_namespace n,
        aclexplode(n.nspacl) a WHERE n.nspname = 'public' AND a.grantee <> 0
        AND pg_get_userbyid(a.grantee) LIKE 'aid%'""",
    "roles": """
        SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb,
        ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = r.oid)
        FROM pg_roles r WHERE rolname IN ('aid_owner', 'aid_app', 'aid_backup')""",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' "
                 "AND sequencename <> 'audit_entry_id_seq'",
}


_SAME = {
    "audit_entry": "SELECT * FROM audit_entry WHERE kind <> 'operation'",
    "sign_in_session": "SELECT id, id_hash, account_id, stage, method, address, agent, created_at, "
                       "seen_at, expires_at FROM sign_in_session",
    "incarnation": "SELECT * FROM incarnation WHERE cause <> 'restore'",
}
"""Of these tables, what a backup and a restore do not change: both are noted, sessions are ended, a
new incarnation begins."""


async def whole(url: str) -> dict[str, Any]:
    """Every table's rows as a count and a digest, and every rule and right as rows."""
    connection = await asyncpg.connect(url)
    try:
        found: dict[str, Any] = {}
        for table in [row[0] for row in await connection.fetch(_TABLES)]:
            rows = _SAME.get(table, f'SELECT * FROM public."{table}"')
            found[f"rows of {table}"] = tuple(await connection.fetchrow(
                "SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\")) "
                f"FROM ({rows}) t"))
        for name, query in _PARTS.items():
            found[name] = sorted(repr(tuple(row)) for row in await connection.fetch(query))
        return found
    finally:
        await connection.close()
