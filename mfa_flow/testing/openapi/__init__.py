"""The tenant described as OpenAPI 3.1, for tools and for people: ``GET /_tenant/openapi.json``."""
