"""The words a description is written in: one call for one operation, one for an object of fields."""

import re
from typing import Any

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
OPEN: Schema = {"type": "object"}  # whatever is in it
OR_NULL: Schema = {"type": ["string", "null"]}


def ref(name: str) -> Schema:
    """One of the described shapes, by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(*values: object) -> Schema:
    """One of these and nothing else."""
    return {"enum": [*values]}


def like(pattern: str, example: str) -> Schema:
    """A string of that form, whole."""
    return {"type": "string", "pattern": f"^{pattern}$", "examples": [example]}


def many(each: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": each}


def fields(needed: str = "", /, **each: Schema) -> Schema:
    """An object. ``needed`` names what is always there; there may be more than is described."""
    return {"type": "object", "properties": each} | ({"required": needed.split()} if needed else {})


def operation(
    does: str,
    answer: Schema | None = None,
    *,
    status: int = 200,
    kinds: tuple[str, ...] = ("application/json",),
    takes: Schema | None = None,
    types: tuple[str, ...] = ("application/json",),
    needed: bool = True,
    query: dict[str, Schema] | None = None,
    security: tuple[str, ...] = (),
    error: str = "Error",
) -> Schema:
    """What one method of one path does: its body, its query, its answer (none: an empty one), its refusals.

    ``kinds`` are the content types it may answer with, ``types`` those it takes. A body may be ``needed``.
    """
    said: Schema = {"description": does}
    if answer is not None:
        said["content"] = {kind: {"schema": answer} for kind in kinds}
    refusal = {"description": "It is refused.", "content": {"application/json": {"schema": ref(error)}}}
    described: Schema = {"summary": does, "responses": {str(status): said, "4XX": refusal}}
    if takes is not None:
        described["requestBody"] = {"required": needed, "content": {kind: {"schema": takes} for kind in types}}
    if query:
        described["parameters"] = [{"name": name, "in": "query", "schema": each} for name, each in query.items()]
    return described | ({"security": [{name: []} for name in security]} if security else {})


def path(name: str, **methods: Schema) -> dict[str, Schema]:
    """A path by its name, whose braces are parameters, and its methods."""
    parts = [{"name": each, "in": "path", "required": True, "schema": STRING} for each in re.findall(r"{(\w+)}", name)]
    return {name: {"parameters": parts, **methods} if parts else methods}
