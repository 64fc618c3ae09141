"""What the gateway is told from outside; names by design.md 2."""

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.runtime.settings import Environment

SERVICES = ("customer", "complaint", "callback", "inspection", "incentive")
"""The five services behind the gateway."""


def _port(service: str, default: int) -> int:
    name = f"{service}_port"
    field: int = Field(default=default, validation_alias=AliasChoices(f"GASDESK_{service.upper()}_PORT", name))
    return field


def _url(service: str) -> str:
    name = f"{service}_url"
    field: str = Field(default="", validation_alias=AliasChoices(f"GASDESK_{service.upper()}_URL", name))
    return field


class GatewaySettings(BaseSettings):
    """Settings of the gateway; it has no database."""

    model_config = SettingsConfigDict(
        env_prefix="GASDESK_GATEWAY_", extra="ignore", populate_by_name=True, frozen=True, env_ignore_empty=True
    )

    service: str = "gateway"
    port: int = 8080
    nats_url: SecretStr = SecretStr("")
    """The gateway's own NATS user; empty means that `/v1/live` is not served."""
    public_url: str = ""
    """How clients reach the gateway; empty means `http://127.0.0.1:<port>`."""

    customer_port: int = _port("customer", 8081)
    complaint_port: int = _port("complaint", 8082)
    callback_port: int = _port("callback", 8083)
    inspection_port: int = _port("inspection", 8084)
    incentive_port: int = _port("incentive", 8085)
    customer_url: str = _url("customer")
    complaint_url: str = _url("complaint")
    callback_url: str = _url("callback")
    inspection_url: str = _url("inspection")
    incentive_url: str = _url("incentive")

    connections: int = Field(default=256, ge=1)
    """Requests in flight to one service at most; more are refused at once (bulkhead)."""
    deadline_ms: int = Field(default=1500, ge=100)
    """Of an aggregated answer, and of a read that is passed through (reliability.md 2.7)."""
    identity_ms: int = Field(default=800, ge=100)
    """Of the first question who a caller is; later ones have an older answer to fall back on."""
    write_deadline_ms: int = Field(default=6000, ge=100)
    """Of a write that is passed through: longer than the statement timeout of the services."""
    bulk_deadline_ms: int = Field(default=60_000, ge=100)
    """Of uploads, imports, downloads and tier runs."""

    environment: Environment = Field(
        default=Environment.PRODUCTION, validation_alias=AliasChoices("ENVIRONMENT", "environment")
    )
    home: Path = Field(default=Path(".gasdesk"), validation_alias=AliasChoices("GASDESK_HOME", "home"))
    oidc_issuer: str = Field(
        default="urn:gasdesk:local", validation_alias=AliasChoices("GASDESK_OIDC_ISSUER", "oidc_issuer")
    )
    oidc_jwks: str = Field(default="", validation_alias=AliasChoices("GASDESK_OIDC_JWKS", "oidc_jwks"))
    """Address or file of the issuer's key set; empty means `keys/jwks.json` under the home."""
    policy_pack: str = Field(default="xxx-gas", validation_alias=AliasChoices("GASDESK_POLICY_PACK", "policy_pack"))
    packs: Path | None = Field(default=None, validation_alias=AliasChoices("GASDESK_PACKS", "packs"))
    """Folder of the packs; None means those that are shipped."""
    demo_password: SecretStr = Field(
        default=SecretStr("gasdesk"), validation_alias=AliasChoices("GASDESK_DEMO_PASSWORD", "demo_password")
    )

    @property
    def keys(self) -> Path:
        """Folder of the key files (0600)."""
        return self.home / "keys"

    @property
    def jwks(self) -> str:
        """Where the issuer's public keys are read from."""
        return self.oidc_jwks or str(self.keys / "jwks.json")

    @property
    def base_url(self) -> str:
        """The gateway's own address, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def has_local_issuer(self) -> bool:
        """Whether demo staff sign in here: never in production, and not beside a real issuer."""
        return self.environment is not Environment.PRODUCTION and not self.oidc_jwks

    @property
    def service_urls(self) -> dict[str, str]:
        """Service name to its address, without a slash at the end."""
        found = {}
        for service in SERVICES:
            given: str = getattr(self, f"{service}_url")
            found[service] = (given or f"http://127.0.0.1:{getattr(self, f'{service}_port')}").rstrip("/")
        return found
