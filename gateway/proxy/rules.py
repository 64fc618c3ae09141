"""Which service owns which path, how long a request may take, and which headers travel (pure)."""

from collections.abc import Sequence
from enum import StrEnum

PREFIXES: dict[str, tuple[str, ...]] = {
    "complaint": (
        *("complaints", "consultations", "appeals", "authorities", "authorisations", "authority-ledger"),
        *("complaint-indicators", "complaint-anomalies", "complaint-causes", "redress", "reply-templates"),
    ),
    "customer": (
        *("contracts", "equipment", "vulnerable-persons"),
        *("customers", "tier-runs", "tier-proposals", "tier-ledger", "tier-figures", "service-plans"),
        *("orders", "contacts", "entry-checks"),
        *("service-assignments", "service-gaps", "service-loads", "customer-merges", "merge-candidates"),
        *("supply-interruptions", "customer-notices", "hand-overs", "shift-hand-overs", "standard-answers"),
        *("meter-readings", "card-sales", "material-prices", "three-way-exceptions"),
        *("safety-inspections", "hazards", "safety-plans"),
        *("entry-findings", "entry-reports", "entry-trainings", "entry-tasks"),
        *("rights-withdrawals", "needless-lookups", "customer-indicators"),
    ),
    "callback": (
        *("callbacks", "callback-consequences", "callback-draws", "callback-strata", "opinions"),
        "public/surveys",
        *("surveys", "visits", "visit-plans", "entitlements", "account-evaluations", "greetings", "call-reviews"),
        *("messages", "message-opt-outs", "gifts", "gift-sums", "activities"),
        *("call-scores", "call-review-strata", "call-review-draws", "supervision-opinions"),
    ),
    "inspection": (
        *("inspection-plans", "inspections", "findings", "notices", "notice-counts", "supervisors", "improvements"),
        *("inspection-samples", "planned-inspections", "inspection-checklists"),
        *("supervisor-activities", "observations"),
        *("improvement-plans", "staff-proposals", "trainings", "service-meetings", "gathering-duties"),
        *("meeting-decisions", "good-examples"),
        *("monthly-summaries", "themed-reports", "archives"),
    ),
    "incentive": (
        *("incentive-cases", "incentive-counters", "incentive-standings", "award-eligibility"),
        *("incentive-catalogue", "incentive-proposals"),
        *("incentive-publications", "assessment-months", "assessment-years"),
        *("incentives", "incentive-ledger", "incentive-ledger-months", "staff", "departments", "assessments"),
    ),
}
"""Service to the resources under `/v1/` that it owns; clocks stand under their subject."""

OWNER_OF = {resource: service for service, resources in PREFIXES.items() for resource in resources}
PUBLIC = "public"
"""`/v1/public/…`: the customers' own doors."""
FILES = "files"
"""`/v1/files` names its service in the query: `?for=complaint`."""

MERGED = ("/v1/work", "/v1/indicators", "/v1/policy", "/v1/policy/codes")
"""Served by every service; the gateway answers with all of them."""

HOP_BY_HOP = frozenset(
    (
        *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection"),
        *(b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    )
)
_NOT_SENT = HOP_BY_HOP | {
    *(b"host", b"expect", b"content-length", b"traceparent", b"tracestate", b"x-request-id", b"x-deadline-ms"),
    *(b"forwarded", b"x-real-ip"),
}
_NOT_ANSWERED = HOP_BY_HOP | {b"server", b"date", b"x-request-id"}
_INTERNAL = (b"x-gasdesk-", b"x-forwarded-")

Header = tuple[bytes, bytes]


class Pace(StrEnum):
    """How long a request that is passed through may take."""

    READ = "read"
    WRITE = "write"
    BULK = "bulk"


def resource_of(path: str) -> str | None:
    """The first segment under `/v1/`, of the doors without login the first two; None for any other path."""
    if not path.startswith("/v1/"):
        return None
    first, _, rest = path[4:].partition("/")
    return f"{PUBLIC}/{rest.partition('/')[0]}" if first == PUBLIC else first


def is_public(path: str) -> bool:
    """Whether the door asks for no login."""
    return path.startswith(f"/v1/{PUBLIC}/")


def owner_of(path: str) -> str | None:
    """The service that owns a path or path template; None if the gateway answers itself or nobody does."""
    resource = resource_of(path)
    return None if resource is None else OWNER_OF.get(resource)


def is_files(path: str) -> bool:
    """Whether the path is that of attachments."""
    return resource_of(path) == FILES


def pace_of(method: str, path: str) -> Pace:
    """Uploads, downloads, imports and runs over the whole base take their time."""
    if is_files(path) or path.endswith(("/imports", "/export")) or path.startswith("/v1/tier-runs"):
        return Pace.BULK
    return Pace.READ if method in {"GET", "HEAD", "OPTIONS"} else Pace.WRITE


def sent_on(headers: Sequence[Header]) -> list[tuple[str, str]]:
    """The caller's headers as the service gets them: none of this connection's, none that only the gateway may set."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in _kept(headers, _NOT_SENT)]


def answered(headers: Sequence[Header]) -> list[Header]:
    """The service's headers (names in small letters) as the caller gets them, repeated ones repeated."""
    return _kept(headers, _NOT_ANSWERED)


def _kept(headers: Sequence[Header], dropped: frozenset[bytes]) -> list[Header]:
    kept = [one for one in headers if one[0] not in dropped and not one[0].startswith(_INTERNAL)]
    listed = {token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")}
    return [one for one in kept if one[0] not in listed] if listed else kept
