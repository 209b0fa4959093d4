#!/usr/bin/env python3
"""usage: examples/shop/servers.py FOLDER      the systems of an invented shop, until it is told to end

Starts a PostgreSQL of its own (a socket in a temporary folder, no port) and the API of a help desk (a
free port of 127.0.0.1), fills both with what invent.py makes up, and leaves in FOLDER how to reach them:
database.url, desk.url, desk.token, and scans.jsonl for who plays the carrier. Says "ready" then. SIGTERM,
or the end of who started it, stops both and removes the database.
"""

import http.server
import json
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import invent

ends = {signal.SIGTERM, signal.SIGINT}
programs = pathlib.Path(os.environ.get("MEASURED_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
tables = """
create table orders (order_id integer primary key, customer text not null, warehouse text not null,
  ordered_at timestamptz not null, promised_on date not null, delivered_at timestamptz, express boolean not null);
create index on orders (promised_on);
create table answers (order_id integer primary key, warehouse text not null, asked_at timestamptz not null,
  answered_at timestamptz, score integer);
create index on answers (asked_at);
create role measured login;
grant select on orders, answers to measured;
"""


class Database:
    """PostgreSQL refuses to run as root, so root runs it as the user `postgres`."""

    def __init__(self, data):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="measured-shop-"))
        user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        shutil.chown(self.folder, user.pw_uid, user.pw_gid)
        self.server = None
        self.start()
        self.fill(data)

    def start(self):
        cluster = self.folder / "cluster"
        subprocess.run([programs / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                        "--no-sync", "--no-instructions"], check=True, stdout=subprocess.DEVNULL, cwd="/", **self.owner)
        log = open(self.folder / "server.log", "wb")
        self.server = subprocess.Popen([programs / "postgres", "-D", cluster, "-c", "listen_addresses=", "-c", "fsync=off",
                                        "-c", f"unix_socket_directories={self.folder}"],
                                       stdout=log, stderr=log, cwd="/", **self.owner)
        for _ in range(300):
            if subprocess.run([programs / "pg_isready", "-q", "-h", self.folder], check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise SystemExit(f"PostgreSQL does not start: {(self.folder / 'server.log').read_text()}")

    def fill(self, data):
        self.run(tables)
        for name in ("orders", "answers"):
            with (data / f"{name}.csv").open("rb") as rows:
                self.run(f"copy {name} from stdin with (format csv, header true)", rows)
        self.run("analyze")

    def run(self, sql, rows=subprocess.DEVNULL):
        subprocess.run([programs / "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "postgres", "-c", sql],
                       check=True, stdin=rows)

    def stop(self):
        if self.server:
            self.server.send_signal(signal.SIGINT)  # "fast": does not wait for sessions
            self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Desk(http.server.BaseHTTPRequestHandler):
    """GET /api/contacts?created_since=…&page=…&size=… with a bearer token: contacts by time, in pages."""

    protocol_version = "HTTP/1.1"
    contacts, token = [], ""

    def do_GET(self):
        if self.headers.get("Authorization") != f"Bearer {self.token}":
            return self.answer(401, {"error": "who are you?"})
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        if url.path != "/api/contacts":
            return self.answer(404, {"error": "there is only /api/contacts"})
        found = [contact for contact in self.contacts if contact["created_at"] >= asked.get("created_since", "")]
        page, size = int(asked.get("page", "1")), int(asked.get("size", "100"))
        return self.answer(200, {"contacts": found[(page - 1) * size:page * size], "total": len(found)})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def main(folder):
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made_up:
        data = pathlib.Path(made_up)
        invent.main(data)
        Desk.contacts = json.loads((data / "contacts.json").read_text())
        Desk.token = secrets.token_hex(16)
        shutil.copy(data / "scans.jsonl", folder / "scans.jsonl")
        database = Database(data)
    try:
        desk = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        threading.Thread(target=desk.serve_forever, daemon=True).start()
        (folder / "database.url").write_text(f"host={database.folder} user=measured dbname=postgres\n")
        (folder / "desk.url").write_text(f"http://127.0.0.1:{desk.server_port}/api\n")
        (folder / "desk.token").write_text(Desk.token + "\n")
        print("ready", flush=True)
        started_by = os.getppid()
        while os.getppid() == started_by and not signal.sigtimedwait(ends, 1):
            pass
    finally:
        database.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    main(pathlib.Path(sys.argv[1]))
