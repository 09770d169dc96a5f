"""Text of page images through the Tesseract program: orientation, skew, words, ruling lines, second reading."""
