"""PDF to block model: pdfium's characters and vector marks, and our own layout analysis."""
