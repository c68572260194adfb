from app.models import SeverityCounts


class Store:
    def __init__(self) -> None:
        self.rows: dict[str, dict[str, int]] = {}

    def save(self, repository: str, tag: str, counts: SeverityCounts) -> None:
        self.rows[f"{repository}:{tag}"] = counts.model_dump()


store = Store()
