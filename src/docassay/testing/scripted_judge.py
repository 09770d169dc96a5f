"""A server with chat completions that answers as a script says: well, slowly, wrongly or not at all.

with ScriptedJudge(lambda request: (200, completion(good_answer(request)))) as server:
    settings = Settings(judge_base_url=server.url, judge_model="scripted")
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any] | tuple[int, Any, Mapping[str, str]]
"""Status, body (an object, or bytes as they are) and headers."""
Script = Callable[[Mapping[str, Any]], Answer]
_BLOCK = re.compile(r"^\[(/page/[^\]\n]+|extraction|segmentation)\]\n+(.*)$", re.MULTILINE)
_TAG = re.compile(r"<[^<>]*>")


def completion(answer: Any, input_tokens: int = 100, output_tokens: int = 20) -> dict[str, Any]:
    """A chat completion with this answer: a text, or an object that is written as JSON."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return {
        "choices": [{"message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": input_tokens, "completion_tokens": output_tokens},
    }


def question(request: Mapping[str, Any]) -> str:
    """The text of the question, without the picture that may stand beside it."""
    content = request["messages"][1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def first_block(request: Mapping[str, Any]) -> tuple[str, str]:
    """The id and the first line of the first block that is shown in a request; both empty without one."""
    match = _BLOCK.search(question(request))
    return (match[1], _TAG.sub("", match[2]).strip()) if match is not None else ("", "")


def good_answer(request: Mapping[str, Any], score: int = 4) -> dict[str, Any]:
    """A well-formed answer that quotes the first block."""
    block_id, text = first_block(request)
    return {
        "errors": [],
        "evidence": [{"block_id": block_id, "quote": text[:40]}],
        "reasoning": "It is fine.",
        "applicable": True,
        "score": score,
    }


class ScriptedJudge:
    """The server; ``requests`` are the bodies that it was sent."""

    def __init__(self, script: Script) -> None:
        self.requests: list[Mapping[str, Any]] = []
        self._script = script
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                request = json.loads(self.rfile.read(size))
                owner.requests.append(request)
                status, body, *more = owner._script(request)
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in (more[0] if more else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):  # the client has stopped waiting
                    self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        """The base address, up to ``/v1``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ScriptedJudge:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
