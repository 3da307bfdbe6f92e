"""The pages for GIS staff; they hold nothing of the register but the names of municipalities, and ask for the token."""

from fastapi import APIRouter

router = APIRouter()
