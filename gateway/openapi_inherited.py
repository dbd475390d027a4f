"""Documents that add fields to another one are described as that: what they share stands once."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema


def say_what_is_added(schemas: dict[str, Any], names: Mapping[type[Schema], str]) -> None:
    """Each schema that has all of one from which it derives refers to it and says the rest."""
    whole = dict(schemas)
    for schema, name in names.items():
        for base in schema.__mro__[1:]:
            above = names.get(base)
            if name in whole and above in whole and _has_all_of(whole[name], whole[above]):
                schemas[name] = _added(whole[name], whole[above], above)
                break


def _has_all_of(described: dict[str, Any], above: dict[str, Any]) -> bool:
    fields, inherited = described.get("properties", {}), above.get("properties", {})
    return (
        bool(inherited)
        and all(fields.get(field) == said for field, said in inherited.items())
        and set(above.get("required", ())) <= set(described.get("required", ()))
    )


def _added(described: dict[str, Any], above: dict[str, Any], name: str) -> dict[str, Any]:
    inherited, demanded = above["properties"], above.get("required", ())
    own = {field: said for field, said in described["properties"].items() if field not in inherited}
    required = [field for field in described.get("required", ()) if field not in demanded]
    added = {**described, "allOf": [{"$ref": f"#/components/schemas/{name}"}]}
    added |= {"properties": own, "required": required}
    return {key: said for key, said in added.items() if said != []}
