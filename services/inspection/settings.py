"""Settings of the inspection service: environment variables that begin with `GASDESK_INSPECTION_`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """The inspection service's settings."""

    model_config = SettingsConfigDict(env_prefix="GASDESK_INSPECTION_")

    service: str = "inspection"
