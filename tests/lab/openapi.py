"""The table of addresses as an OpenAPI description, which tools that make requests up can read."""

import re
from typing import Any

import msgspec

from justright.lab.web.call import Endpoint

MOST = 500  # characters or values of a limit that is worth breaking

#: What stands for a variable part of an address, by its kind: small numbers are runs that exist.
_KINDS = {
    "": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "string"}]},
    "path": {"type": "string"},
    "int": {"type": "integer", "minimum": 0},
}


def described(endpoints: tuple[Endpoint, ...]) -> dict[str, Any]:
    """OpenAPI 3.1 of endpoints, from the records that their requests are read into."""
    records = {each.query for each in endpoints} | {each.body for each in endpoints if each.body}
    ordered = sorted(records, key=lambda one: f"{one.__module__}.{one.__name__}")
    found, parts = msgspec.json.schema_components(
        ordered, ref_template="#/components/schemas/{name}"
    )
    schemas = dict(zip(ordered, found, strict=True))
    paths: dict[str, Any] = {}
    for each in endpoints:
        parameters = [_place(*part) for part in re.findall(r"\{(\w+):?(\w*)\}", each.path)]
        record = parts[each.query.__name__]
        parameters += [
            {"in": "query", "name": name, "schema": schema, "required": name in record["required"]}
            for name, schema in record["properties"].items()
        ]
        operation: dict[str, Any] = {"parameters": parameters, "responses": {"200": _ANSWER}}
        if each.body is not None:
            content = {"application/json": {"schema": schemas[each.body]}}
            operation["requestBody"] = {"required": True, "content": content}
        path = re.sub(r":\w+\}", "}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = operation
    head = {"openapi": "3.1.0", "info": {"title": "lab", "version": "1"}}
    return _short({**head, "paths": paths, "components": {"schemas": parts}})


def _short(value: Any) -> Any:
    """Without limits that only requests of many pages break: to make those up takes minutes."""
    if isinstance(value, dict):
        limits = ("maxLength", "maxItems")
        kept = {k: v for k, v in value.items() if k not in limits or v <= MOST}
        return {k: _short(v) for k, v in kept.items()}
    return [_short(each) for each in value] if isinstance(value, list) else value


_ANSWER = {"description": "as asked"}


def _place(name: str, kind: str) -> dict[str, Any]:
    return {"in": "path", "name": name, "required": True, "schema": _KINDS[kind]}
