from fastapi import APIRouter

router = APIRouter()


@router.get("/healthz")
def healthz():
    return {"status": "ok"}


@router.post("/login")
def login(user: str):
    return {"user": user}
