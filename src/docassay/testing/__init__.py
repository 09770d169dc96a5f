"""Public test tools: a document factory, hostile inputs and test engines. Nothing here runs in production."""
