"""Damaged documents by the thousand: each must give a result or a clean failure, and cost only itself."""
