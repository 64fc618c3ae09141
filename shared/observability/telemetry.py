"""OpenTelemetry, off unless an exporter is configured; FastAPI makes the spans itself (stack.md 1)."""

import os

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def is_wanted() -> bool:
    """Whether the environment names a collector."""
    return bool(os.environ.get(_ENDPOINT))


def configure(service: str) -> bool:
    """Export this process's spans to the collector; answers whether it does.

    Only the composition root calls it.  Raises: ImportError if a collector is named but the extra `otel` is missing.
    """
    if not is_wanted():
        return False
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # type: ignore[import-not-found, unused-ignore]
    from opentelemetry.sdk.resources import Resource  # type: ignore[import-not-found, unused-ignore]
    from opentelemetry.sdk.trace import TracerProvider  # type: ignore[import-not-found, unused-ignore]
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # type: ignore[import-not-found, unused-ignore]

    provider = TracerProvider(resource=Resource.create({"service.name": f"gasdesk-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True
