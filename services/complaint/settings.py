"""Settings of the complaint service: environment variables that begin with `GASDESK_COMPLAINT_`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """The complaint service's settings."""

    model_config = SettingsConfigDict(env_prefix="GASDESK_COMPLAINT_")

    service: str = "complaint"
