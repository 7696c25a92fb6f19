"""How the bytes of a case get to a server."""

import socket

from support import raw


def send(connection, case, data):
    """Sends all of it, or what the server takes."""
    try:
        connection.sendall(data)
        if case.half_close:
            connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # refused before the last byte; the answer is there all the same


def replay(server, case):
    """Sends a case and sees the beginning of what comes of it, so that it has been read."""
    with raw.connect(server, timeout=5) as connection:
        send(connection, case, case.make(server))
        try:
            return connection.recv(100)
        except OSError:
            return b""
