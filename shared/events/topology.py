"""Who publishes what on which subject and stream, and who consumes it (design.md 4; pure)."""

SERVICES = ("customer", "complaint", "callback", "inspection", "incentive")
"""The five publishers; each owns one stream, so that message ids are never shared (reliability.md 2.1-1)."""

READERS = ("gateway", "reporter")
"""Users that read every stream and publish nothing."""

PROVISIONER = "provisioner"

USERS = (*SERVICES, *READERS, PROVISIONER)
"""Every user of the broker; each has its own password."""

SLA_STREAM = "SLA"
AUDIT_STREAM = "AUDIT"
ADVISORY_STREAM = "ADVISORY"

CONSUMES: dict[str, tuple[str, ...]] = {
    "customer": ("INCENTIVE", "COMPLAINT", "CALLBACK", "CUSTOMER"),
    "complaint": ("CUSTOMER", "INCENTIVE", "CALLBACK", "INSPECTION"),
    "callback": ("CUSTOMER", "COMPLAINT", "INCENTIVE"),
    "inspection": ("CUSTOMER", "COMPLAINT", "CALLBACK", "INCENTIVE", "INSPECTION"),
    "incentive": ("CUSTOMER", "COMPLAINT", "CALLBACK", "INSPECTION", "INCENTIVE"),
}
"""Consuming service → the streams it reads, each by a durable named as the service."""

AUDIT_ANCHORED = "audit.anchored"
MSG_ID = "Nats-Msg-Id"
CONTENT_TYPE = "application/cloudevents+json"


def stream_of(service: str) -> str:
    """The stream that captures what `service` publishes."""
    return service.upper()


def service_of(stream: str) -> str:
    """The publisher of a service's own stream."""
    return stream.lower()


def subject_of(event_type: str, service: str) -> str:
    """The subject on which `service` publishes a fact: its type; clock facts and anchors also name the publisher."""
    if event_type.startswith("sla.") or event_type == AUDIT_ANCHORED:
        return f"{event_type}.{service}"
    return event_type


def type_of(subject: str) -> str:
    """The type of a fact by the subject on which it came: the inverse of `subject_of`."""
    if subject.startswith(("sla.", f"{AUDIT_ANCHORED}.")):
        return subject.rpartition(".")[0]
    return subject


def stream_for(event_type: str, service: str) -> str:
    """The stream that acknowledges such a fact; the relay compares it with the ack."""
    return AUDIT_STREAM if event_type == AUDIT_ANCHORED else stream_of(service)


def inbox_prefix(user: str) -> str:
    """The private reply subjects of one user (reliability.md 2.8)."""
    return "_INBOX" if user == "reporter" else f"_INBOX_{user}"
