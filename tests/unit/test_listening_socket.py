"""The socket that the server listens on."""

from __future__ import annotations

import asyncio
import socket

from docassay.server import _bind


def test_connections_send_small_answers_at_once() -> None:
    async def option_of_a_connection() -> int:
        options: asyncio.Queue[int] = asyncio.Queue()

        async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            options.put_nowait(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            await writer.wait_closed()

        with _bind("127.0.0.1", 0) as listener:
            async with await asyncio.start_server(accept, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                option = await options.get()
                writer.close()
                await writer.wait_closed()
                return option

    assert asyncio.run(option_of_a_connection()) != 0
