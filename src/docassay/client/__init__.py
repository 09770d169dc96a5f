"""A typed client for docassay's HTTP surface. It imports nothing of the server."""

from docassay.client.client import Client
from docassay.client.errors import ApiError, ClientError, UnreachableError, WaitTimeoutError

__all__ = ["ApiError", "Client", "ClientError", "UnreachableError", "WaitTimeoutError"]
