"""Clients of language models: one that speaks to any server with the chat completions of OpenAI."""
