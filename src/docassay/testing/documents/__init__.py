"""A factory of real documents with seeded content, for demos, tests and benchmarks."""

from docassay.testing.documents.corpus import MadeDocument, make_demo_corpus, make_documents
from docassay.testing.documents.invoices import INVOICE_LAYOUTS, INVOICE_PAGE_SCHEMA, make_invoice

__all__ = [
    "INVOICE_LAYOUTS",
    "INVOICE_PAGE_SCHEMA",
    "MadeDocument",
    "make_demo_corpus",
    "make_documents",
    "make_invoice",
]
