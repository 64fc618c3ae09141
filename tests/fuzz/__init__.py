"""The merged OpenAPI document against a running platform: what it does not tell must not happen."""
