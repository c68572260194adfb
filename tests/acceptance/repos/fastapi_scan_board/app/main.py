from fastapi import FastAPI

from app.routers import board, hooks

app = FastAPI(title="scan-board")
app.include_router(hooks.router, prefix="/hooks")
app.include_router(board.router)


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}
