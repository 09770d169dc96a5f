"""docassay: batch evaluation of document pipelines, self-hosted."""

__version__ = "0.1.0"
