from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GATE_")

    repositories: list[str]
    queue_url: str
    minimum: int
    team: str = "platform"
    topic: str | None = Field(default=None, alias="ESCALATION_TOPIC_ARN")


settings = Settings()
