"""Settings of the incentive service: environment variables that begin with `GASDESK_INCENTIVE_`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """The incentive service's settings."""

    model_config = SettingsConfigDict(env_prefix="GASDESK_INCENTIVE_")

    service: str = "incentive"
