"""The bodies browsers send to callbacks, checked before Dash reads them. Pure.

What passes is written anew from the declarations: nothing a browser sent reaches Dash but the three
texts of an address.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from dashboards.callbacks import Declared

MOST = 32 * 1024
"""Bytes of a body; an address is far shorter."""
ADDRESS = {"path": False, "search": True, "lang": True}
"""The texts of an address, and whether one may be null or left out."""


class BadBody(Exception):
    """A body that no page of ours sends; says what is wrong with it."""


def canonical(body: bytes, declared: Mapping[str, Declared]) -> bytes:
    """The body as Dash is to read it. Raises BadBody."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadBody("The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise BadBody("The body is not a JSON object.")
    output = sent.get("output")
    known = declared.get(output) if isinstance(output, str) else None
    if known is None:
        raise BadBody("output names no callback of these pages.")
    identity, name = known.input
    outputs = [{"id": place, "property": slot} for place, slot in known.outputs]
    if sent.get("outputs") not in (None, outputs):
        raise BadBody("outputs are not those of the callback.")
    return orjson.dumps({
        "output": output,
        "outputs": outputs,
        "inputs": [{"id": identity, "property": name, "value": _address(sent, known.input)}],
        "changedPropIds": [f"{identity}.{name}"],
    })


def _address(sent: Mapping[str, Any], expected: tuple[str, str]) -> dict[str, str | None]:
    given = sent.get("inputs")
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], dict):
        raise BadBody("inputs is not a list of one input.")
    if (given[0].get("id"), given[0].get("property")) != expected:
        raise BadBody("The input is not that of the callback.")
    if sent.get("state"):
        raise BadBody("The callback has no state.")
    address = given[0].get("value")
    if not isinstance(address, dict) or not address.keys() <= ADDRESS.keys():
        raise BadBody("The value of the input is not an address: path, search, lang.")
    for name, optional in ADDRESS.items():
        text = address.get(name)
        if not isinstance(text, str) and not (optional and text is None):
            raise BadBody(f"{name} of the address is not a text.")
    return address
