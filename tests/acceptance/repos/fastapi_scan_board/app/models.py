from pydantic import BaseModel, ConfigDict, Field


class SeverityCounts(BaseModel):
    CRITICAL: int = 0
    HIGH: int = 0
    MEDIUM: int = 0


class ScanDetail(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    repository_name: str = Field(alias="repository-name")
    image_digest: str = Field(alias="image-digest")
    image_tags: list[str] = Field(alias="image-tags")
    scan_status: str = Field(alias="scan-status")
    finding_severity_counts: SeverityCounts = Field(alias="finding-severity-counts")
