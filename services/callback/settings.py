"""Settings of the callback service: environment variables that begin with `GASDESK_CALLBACK_`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """The callback service's settings."""

    model_config = SettingsConfigDict(env_prefix="GASDESK_CALLBACK_")

    service: str = "callback"
