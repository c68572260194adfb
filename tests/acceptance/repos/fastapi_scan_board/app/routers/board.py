from fastapi import APIRouter

from app.store import store

router = APIRouter()


@router.get("/board")
def board() -> dict[str, dict[str, int]]:
    return store.rows
