"""The HTTP door: problems, sessions, idempotency, versions, pages, health and the OpenAPI conventions."""
