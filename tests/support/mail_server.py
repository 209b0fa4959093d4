#!/ usr / bin / python3
"""An SMTP server for tests. Usage: mail_server.py SCENARIO FOLDER
Prints its port. Keeps each message as FOLDER/N.eml with FOLDER/N.to, and logins in FOLDER/logins. Shows
FOLDER/server.crt, if it speaks TLS.
Scenarios: good, no-starttls, implicit (TLS from the first byte), bad-password, rcpt-450, rcpt-550, data-451,
data-554, needs-login, echo (repeats the login in its refusal)."""

import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

scenario, folder = sys.argv[1], pathlib.Path(sys.argv[2])


class Handler:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if scenario == "rcpt-450":
            return "450 4.2.0 mailbox busy"
        if scenario == "rcpt-550" and address.startswith("gone@"):
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if scenario == "data-451":
            return "451 4.3.0 try again later"
        if scenario == "data-554":
            return "554 5.7.1 refused as spam"
        Handler.count += 1
        (folder / f"{Handler.count}.eml").write_bytes(envelope.original_content)
        (folder / f"{Handler.count}.to").write_text(f"{envelope.mail_from} {' '.join(envelope.rcpt_tos)}\n")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    with (folder / "logins").open("a") as file:
        file.write(data.login.decode() + " " + data.password.decode() + "\n")
    if scenario == "echo":
        return AuthResult(success=False, handled=False, message=f"535 no: {data.password.decode()}")
    if scenario == "bad-password":
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True)


tls = None
if scenario != "no-starttls":
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.crt", folder / "server.key")
implicit = scenario == "implicit"


def protocol():
    return SMTP(Handler(), hostname="localhost", tls_context=None if implicit else tls, authenticator=authenticate,
                auth_required=scenario in ("needs-login", "echo"), auth_require_tls=not implicit)


async def serve():
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
