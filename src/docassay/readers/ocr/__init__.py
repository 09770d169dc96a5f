"""Text of page images through the Tesseract program: direction, skew, words and ruling lines."""
