"""Settings of the callback service: environment variables that begin with `GASDESK_CALLBACK_`."""

from typing import Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from shared.messaging.opening import SenderOptions
from shared.runtime.settings import Environment, ServiceSettings


class Settings(ServiceSettings):
    """The callback service's settings."""

    model_config = SettingsConfigDict(env_prefix="GASDESK_CALLBACK_")

    service: str = "callback"
    public_url: str = ""
    """Where customers reach the gateway, such as `https://gas.example`; written in links that they are sent."""
    gateway_port: int = Field(default=8080, validation_alias=AliasChoices("GASDESK_GATEWAY_PORT", "gateway_port"))
    public_burst: int = 40
    """How many requests one address may make at once at the doors without login."""
    public_per_minute: int = 30
    """How many a minute after that."""
    messages_url: str = ""
    """The provider's SMS gateway; empty: messages are written to `messages/` under the home."""
    messages_key: SecretStr = SecretStr("")
    messages_timeout_seconds: float = 10.0
    messages_numbers_url: str = ""
    """Where numbers are shown for a grant: the gateway of the house, or the customer service (ADR 0017)."""
    messages_token_url: str = ""
    messages_login: str = ""
    """The technical account that sends; may hold `{company}`."""
    messages_password: SecretStr = SecretStr("")

    @property
    def customers_url(self) -> str:
        """`public_url`; without one this machine's gateway, and in production none: links are not sent then."""
        if self.public_url or self.environment is Environment.PRODUCTION:
            return self.public_url
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def sender(self) -> SenderOptions:
        """Which sender the worker has."""
        return SenderOptions(
            folder=self.home / "messages",
            url=self.messages_url,
            key=self.messages_key.get_secret_value(),
            timeout_seconds=self.messages_timeout_seconds,
            numbers_url=self.messages_numbers_url,
            token_url=self.messages_token_url,
            login=self.messages_login,
            password=self.messages_password.get_secret_value(),
        )

    @model_validator(mode="after")
    def _can_send(self) -> Self:
        missing = self.sender.missing
        if missing:
            names = ", ".join(f"GASDESK_CALLBACK_MESSAGES_{name.upper()}" for name in missing)
            raise ValueError(f"GASDESK_CALLBACK_MESSAGES_URL is set, so these must be too: {names}")
        return self
