"""What is the same for every operation: headers, refusals, files, how to log in."""

from http import HTTPStatus
from typing import Any

from tongxin.faces.developers.rest import problems
from tongxin.faces.developers.rest.calls import JSON

Schema = dict[str, Any]
VERSION = "2026-11-01"
INFO = {
    "title": "Tongxin",
    "version": VERSION,
    "summary": "Everything that a member can do, a machine can do.",
    "description": (
        "Every registered action and query of the house, with the same permissions. Ids are opaque "
        "strings. Times are RFC 3339 in UTC with milliseconds. Lists that can grow answer `items` and "
        "`next_cursor`; pass it as `cursor`. A POST with an `Idempotency-Key` has one effect, however "
        "often it is sent within 24 hours. Refusals are `application/problem+json` with a `code` that "
        "never changes and a `detail` in the language of `Accept-Language` (Chinese or English)."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
SECURITY: Schema = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token (`txn_…`) made under Settings, API tokens. It acts in one workspace, "
        "with the scopes it was given.",
    }
}
ACCEPT_LANGUAGE: Schema = {
    "name": "Accept-Language", "in": "header", "required": False,
    "description": "The language of refusals.", "schema": {"type": "string"}, "example": "zh-CN",
}  # fmt: skip
IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Makes repetitions harmless: the same key and body get the first answer again, "
    "another body is refused.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255}, "example": "order-4711-shipped",
}  # fmt: skip
IF_MATCH: Schema = {
    "name": "If-Match", "in": "header", "required": False,
    "description": "The ETag of what you read: the edit is refused (412) if it was changed since.",
    "schema": {"type": "string"}, "example": "*",
}  # fmt: skip
_NUMBER: Schema = {"type": "integer"}
HEADERS: Schema = {
    "Api-Version": {
        "description": "The dated version of the behavior.", "schema": {"type": "string"},
    },
    "RateLimit-Limit": {"description": "Size of the token bucket.", "schema": _NUMBER},
    "RateLimit-Remaining": {"description": "Units left in it.", "schema": _NUMBER},
    "RateLimit-Reset": {"description": "Seconds until it is full.", "schema": _NUMBER},
    "Retry-After": {"description": "Seconds to wait.", "schema": _NUMBER},
    "Idempotent-Replayed": {
        "description": "The first answer to this key, again.", "schema": {"type": "string"},
    },
    "ETag": {"description": "Names this state, for If-Match.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods of this address.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to log in.", "schema": {"type": "string"}},
}  # fmt: skip
SCHEMAS: Schema = {
    "Problem": {
        "type": "object",
        "description": "Why not: RFC 9457, with a code that never changes.",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "example": "conversation.missing"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        },
        "required": ["type", "title", "status", "code", "detail"],
    },
    "Fault": {
        "type": "object",
        "description": "A field that does not have the right form.",
        "properties": {
            "field": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"},
        },
        "required": ["field", "code", "detail"],
    },
}  # fmt: skip
_EVERYWHERE = ("Api-Version",)
_LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_MORE = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After", *_LIMITS),
    503: ("Retry-After",),
}
ALWAYS, OF_ACTIONS = (400, 401, 403, 405, 406, 422, 429, 503), (404, 409, 413, 415)


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _refusal(status: int) -> Schema:
    return {
        "description": str(problems.TITLES[status]),
        "headers": _headers(*_EVERYWHERE, *_MORE.get(status, ())),
        "content": {problems.TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


RESPONSES: Schema = {HTTPStatus(status).name: _refusal(status) for status in problems.TITLES}


def responses(
    answer: Schema, example: object, *, is_action: bool, has_tag: bool, names: bool
) -> Schema:
    """Return what an operation may answer."""
    headers = _headers(*_EVERYWHERE, *_LIMITS, *(["Idempotent-Replayed"] if is_action else []))
    if has_tag:
        headers |= _headers("ETag")
    content = {JSON: {"schema": answer, "example": example}}
    refusals = {*ALWAYS, *(OF_ACTIONS if is_action else ()), *((404,) if names else ())}
    told: Schema = {
        "200": {
            "description": "Done." if is_action else "The answer.",
            "headers": headers,
            "content": content,
        }
    }
    if has_tag:
        told["304"] = {"description": "You have it already.", "headers": headers}
    return told | refer(refusals | ({412} if is_action else set()))


def refer(statuses: set[int]) -> Schema:
    """Return references to the refusals with these statuses."""
    return {
        str(status): {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}
        for status in sorted(statuses)
    }


def paths_of_files(row: Schema) -> Schema:
    """Return the two addresses of files, which are not JSON."""
    done = {"description": "Kept.", "headers": _headers(*_EVERYWHERE, *_LIMITS)}
    kept = {**done, "content": {JSON: {"schema": row}}}
    return {
        "/api/v1/files": {"post": {**_STORE, "responses": {"201": kept} | refer(_STORE_MAY_FAIL)}},
        "/api/v1/files/{file_id}": {
            "get": {**_FETCH, "responses": {"200": _GIVEN} | refer(_FETCH_MAY_FAIL)}
        },
    }


_STORE_MAY_FAIL = {400, 401, 403, 405, 409, 413, 422, 429, 503}
_FETCH_MAY_FAIL = {400, 401, 403, 404, 405, 429, 503}
_BYTES: Schema = {"type": "string", "format": "binary"}
_GIVEN: Schema = {
    "description": "The file.",
    "headers": _headers(*_EVERYWHERE, *_LIMITS),
    "content": {"*/*": {"schema": _BYTES}},
}
_FILE_NAME: Schema = {
    "name": "X-File-Name", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The file's name, percent-encoded UTF-8, where the body is the file itself.",
    "example": "%E5%A3%B6%E7%9B%96.png",
}  # fmt: skip
_FILE_ID: Schema = {"name": "file_id", "in": "path", "required": True, "schema": {"type": "string"}}
_STORE: Schema = {
    "operationId": "file.store",
    "summary": "Keep a file; name its id when you reply.",
    "description": "A form with the field `file`, or the bytes themselves with `X-File-Name`. "
    "At most 20 MB.\n\nScope: `file.write`. Cost: 5.",
    "tags": ["kit"],
    "x-scope": "file.write",
    "x-cost": 5,
    "parameters": [_FILE_NAME, IDEMPOTENCY_KEY, ACCEPT_LANGUAGE],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": _BYTES}, "required": ["file"]}
            },
            "application/octet-stream": {"schema": _BYTES},
        },
    },
}
_FETCH: Schema = {
    "operationId": "file.fetch",
    "summary": "Return the bytes of a file.",
    "description": "To be saved, not shown.\n\nScope: `conversation.read`. Cost: 5.",
    "tags": ["kit"],
    "x-scope": "conversation.read",
    "x-cost": 5,
    "parameters": [_FILE_ID, ACCEPT_LANGUAGE],
}
