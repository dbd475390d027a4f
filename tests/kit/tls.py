"""Ends TLS before a port of this host: `python -m tests.kit.tls CERTIFICATE PORT`.

Writes the port that it listens on, on all names of this host, and goes on until it is killed.
"""

import asyncio
import ssl
import sys
from asyncio import StreamReader, StreamWriter

CHUNK = 65_536


async def pump(source: StreamReader, target: StreamWriter) -> None:
    """Copies until one of both ends."""
    try:
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
    except OSError:
        pass
    finally:
        target.close()


async def main(certificate: str, port: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        behind, before = await asyncio.open_connection("127.0.0.1", int(port))
        await asyncio.gather(pump(reader, before), pump(behind, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
