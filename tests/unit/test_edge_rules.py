"""The pure parts of the edge: declared routes, origins, addresses to go on to, policies."""

import pytest
from starlette.datastructures import Headers

from aid.access.policy import Permission
from aid.access.roles import Role
from aid.database.choose import Chosen
from aid.edge.addresses import is_own_page
from aid.edge.headers import policies
from aid.edge.origin import is_same_origin
from aid.edge.routes import WEBSOCKET, Content, Need, Table, declared
from aid.edge.setup import UnknownRole, roles_in
from aid.secrets import BadSecretKey
from aid.settings import Settings

TABLE = declared({"plan": Permission.TARGET_READ}, graphiql=True)


def test_a_declaration_is_found_by_method_and_path() -> None:
    """With `*` for one segment, `**` for several, and a slash at the end where it says so."""
    assert TABLE.find("GET", "/dashboards/plan") == TABLE.find("HEAD", "/dashboards/plan/")
    found = TABLE.find("GET", "/dashboards/plan")
    assert found is not None
    assert found.need is Permission.TARGET_READ
    assert TABLE.find("GET", "/dashboards/assets/geo/world_110m.json") is not None
    assert TABLE.find("GET", "/graphiql/start.js") is not None
    assert TABLE.find("GET", "/graphiql/more/start.js") is None
    assert TABLE.find("POST", "/dashboards/plan") is None
    assert TABLE.find(WEBSOCKET, "/graphql") is None


@pytest.mark.parametrize("path", [
    "", "/nothing", "/dashboards/other", "/Dashboards/plan", "/dashboards/plan//", "//graphql",
    "/dashboards/assets/../plan", "/dashboards/assets/", "/dashboards/assets/./x", "/login/",
    "/dashboards/assets/..\\x", "/dashboards/assets/a\x00b", "/dashboards/assets/a\nb", "/graphql/",
    "/dashboards/_dash-component-suites/dash", "/dashboards/_reload-hash", "/static/a/b",
])
def test_what_is_not_declared_or_odd_is_nowhere(path: str) -> None:
    """Also where two programs could read one path differently."""
    assert TABLE.at(path) == []


def test_graphiql_is_there_only_when_asked_for() -> None:
    """The endpoint itself always is."""
    without = declared({}, graphiql=False)
    assert without.find("GET", "/graphql") is None
    assert without.find("GET", "/graphiql/start.js") is None
    assert without.find("POST", "/graphql") is not None


def test_only_these_are_open_to_anybody() -> None:
    """Whoever adds to them changes this list with a reason."""
    public = {route.path for route in TABLE.routes if route.need is Need.PUBLIC}
    assert public == {"/", "/health/live", "/health/ready", "/static/*", "/login"}


def test_every_body_has_a_limit_and_forms_a_low_one() -> None:
    """256 KB and 64 KB."""
    assert {route.largest for route in TABLE.routes if route.form} == {64 * 1024}
    assert {route.largest for route in TABLE.routes if not route.form} == {256 * 1024}


@pytest.mark.parametrize("address", [
    "https://evil.example/dashboards/", "//evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/%09/evil.example", "javascript:alert(1)", "dashboards/plan", "",
    "/dashboards/plan\r\nSet-Cookie: a=b", "/login", "/logout?x", "/graphql/x", "/health/live",
    "/dashboards//evil.example", "/dashboards/../login", " /dashboards/plan", "/static/edge.css",
    "http:/dashboards/plan", "/dashboards/plan" + "?" + "x" * 2000, "//[", "/dashboards/plan\\",
])
def test_no_sign_in_leads_anywhere_else(address: str) -> None:
    """To another site, to a file, or to a page that is none."""
    assert not is_own_page(address, TABLE)


@pytest.mark.parametrize("address", [
    "/dashboards/", "/dashboards/plan?theme=education&region=540200,532600#top", "/graphql",
    "/dashboards/plan?q=%E7%99%BD", "/password",
])
def test_a_sign_in_leads_to_our_pages(address: str) -> None:
    """With what was filtered there."""
    assert is_own_page(address, TABLE)


@pytest.mark.parametrize(("headers", "same"), [
    ({}, True),
    ({"sec-fetch-site": "same-origin", "origin": "https://aid.example"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"origin": "https://AID.example"}, True),
    ({"sec-fetch-site": "same-site", "origin": "https://aid.example"}, False),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"origin": "null"}, False),
    ({"origin": "http://aid.example"}, False),
    ({"origin": "https://aid.example:8443"}, False),
    ({"origin": "https://aid.example.evil"}, False),
    ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, False),
])
def test_a_foreign_page_is_told_by_its_headers(headers: dict[str, str], same: bool) -> None:
    """Whatever a browser says of the asking page must be that it is ours."""
    assert is_same_origin(Headers(headers), "https://aid.example") is same


def test_of_two_origins_both_must_be_ours() -> None:
    """A header that comes twice is not read once only."""
    twice = Headers(raw=[(b"origin", b"https://aid.example"), (b"origin", b"https://evil.example")])
    assert not is_same_origin(twice, "https://aid.example")


def test_no_policy_lets_inline_scripts_or_eval_through() -> None:
    """Nor a frame of another site, nor a base that bends addresses."""
    made = policies(["'sha256-abc='"])
    assert set(made) == set(Content)
    for policy in made.values():
        directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        scripts = directives.get("script-src", directives["default-src"])
        assert "'unsafe-inline'" not in scripts
        assert "'unsafe-eval'" not in policy
        assert directives["frame-ancestors"] == "'none'"
        assert directives["base-uri"] == "'none'"
        assert "*" not in policy
        assert "http" not in policy
    assert "'sha256-abc='" in made[Content.DASHBOARD]
    assert "'sha256-abc='" not in made[Content.FORM]


def test_roles_that_need_a_second_factor_are_read_from_the_setting() -> None:
    """A name that is no role stops the start: nobody would be asked for a second factor."""
    assert roles_in(" system_admin, office ,") == {Role.SYSTEM_ADMIN, Role.OFFICE}
    assert roles_in("") == frozenset()
    with pytest.raises(UnknownRole):
        roles_in("system_admin,sysadmin")


def test_a_database_of_ones_own_without_a_key_is_refused() -> None:
    """Every process must have the same one; the embedded server keeps its own."""
    chosen = Chosen("postgresql://aid_app@127.0.0.1/aid", False, Settings(secret_key=None))
    with pytest.raises(BadSecretKey):
        chosen.secret_key()


def test_two_declarations_never_overlap() -> None:
    """So that none stands in another's way."""
    samples = [route.path.replace("[/]", "/").replace("**", "a/b").replace("*", "a")
               for route in TABLE.routes]
    for path in samples:
        for method in ("GET", "POST"):
            assert len([route for route in Table(TABLE.routes).at(path)
                        if method in route.methods]) <= 1, (method, path)
