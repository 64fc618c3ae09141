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
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = service if service == "gasdesk" else f"gasdesk-{service}"
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True
