"""Deploy service, uvicorn app.main:app"""
import logging

from fastapi import FastAPI

from .routers import ecr, health

logging.basicConfig(level="INFO")

app = FastAPI(title="deployer", docs_url=None)
app.include_router(health.router)
app.include_router(ecr.router, prefix="/api/v1")
