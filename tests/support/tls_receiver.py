#!/usr/bin/python3
"""An HTTPS server for tests. Usage: tls_receiver.py FOLDER [keep|close]
Prints its port. Shows FOLDER/server.crt, keeps every byte that reaches it through TLS in FOLDER/received,
answers each POST with 204 and then keeps the connection, or closes it without having said so and adds a
line to FOLDER/closed."""

import pathlib
import socket
import ssl
import sys

folder, manner = pathlib.Path(sys.argv[1]), (sys.argv[2:] or ["keep"])[0]
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(folder / "server.crt", folder / "server.key")


def request_ends(text):
    head, end, body = text.partition(b"\r\n\r\n")
    length = next((line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")), b": 0")
    return bool(end) and len(body) >= int(length.split(b": ")[1])


def say_goodbye(connection):
    connection.settimeout(0.01)
    try:
        connection.unwrap()  # sends the record that closes, and waits for the client's, which may never come
    except OSError:
        pass


def serve(connection):
    """True when it said goodbye: the connection may be closed."""
    pending = b""
    while block := connection.recv(65536):
        pending += block
        with (folder / "received").open("ab") as file:
            file.write(block)
        if request_ends(pending):
            pending = b""
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            if manner == "close":
                say_goodbye(connection)
                return True
    return False


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    plain, _ = listener.accept()
    try:
        with tls.wrap_socket(plain, server_side=True) as connection:
            closing = serve(connection)
        if closing:  # told only now: who sends before that may still meet the old connection
            with (folder / "closed").open("a") as file:
                file.write("closed\n")
    except OSError:
        plain.close()  # the client did not like the certificate, or is gone
