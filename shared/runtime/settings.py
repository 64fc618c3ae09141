"""What a process is told from outside; names by design.md 2."""

from enum import StrEnum
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    """Where a process runs; only `test` and `demo` may move time or use the local issuer."""

    PRODUCTION = "production"
    TEST = "test"
    DEMO = "demo"


class ServiceSettings(BaseSettings):
    """Settings of one service; each service sets its own prefix (`GASDESK_COMPLAINT_`)."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, frozen=True)

    service: str
    """Name of the service, which is also its schema and its durable's name."""
    database_url: SecretStr
    """The service's own role; written by `gasdesk provision`."""
    nats_url: SecretStr = SecretStr("")
    """The service's own NATS user; empty in a process that only answers HTTP."""
    port: int = 0
    worker_port: int = 0
    pool_size: int = 8
    hot_pool_size: int = 16

    environment: Environment = Field(
        default=Environment.PRODUCTION, validation_alias=AliasChoices("ENVIRONMENT", "environment")
    )
    home: Path = Field(default=Path(".gasdesk"), validation_alias=AliasChoices("GASDESK_HOME", "home"))
    require_durable: bool = Field(
        default=True, validation_alias=AliasChoices("GASDESK_REQUIRE_DURABLE", "require_durable")
    )
    oidc_issuer: str = Field(
        default="urn:gasdesk:local", validation_alias=AliasChoices("GASDESK_OIDC_ISSUER", "oidc_issuer")
    )
    oidc_jwks: str = Field(default="", validation_alias=AliasChoices("GASDESK_OIDC_JWKS", "oidc_jwks"))
    """Address or file of the issuer's key set; empty means `keys/jwks.json` under the home."""
    policy_pack: str = Field(default="xxx-gas", validation_alias=AliasChoices("GASDESK_POLICY_PACK", "policy_pack"))
    files_url: str = Field(default="", validation_alias=AliasChoices("GASDESK_FILES_URL", "files_url"))
    """Where attachments lie: empty means `files/` under the home; `s3://bucket/prefix` otherwise."""

    @property
    def keys(self) -> Path:
        """Folder of the key files (0600)."""
        return self.home / "keys"

    @property
    def jwks(self) -> str:
        """Where the issuer's public keys are read from."""
        return self.oidc_jwks or str(self.keys / "jwks.json")

    @property
    def files(self) -> str:
        """Where attachments are stored."""
        return self.files_url or str(self.home / "files")
