#!/usr/bin/env python3
"""What README.md and docs/operations.md show is what the program does.

usage: tests/docs_test.py PROGRAM

Works on a copy of the examples. Runs every command of a ```console block; compares digests, events and
files that carry a mark (<!-- digest … -->, <!-- event … -->, <!-- file … -->) with what a replay makes.
"""

import concurrent.futures
import email
import email.policy
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

root = pathlib.Path(__file__).resolve().parent.parent
program = str(pathlib.Path(sys.argv.pop(1)).resolve())
pages = [root / "README.md", root / "docs/operations.md", *sorted(root.glob("examples/*/README.md"))]
block = re.compile(r"(?:<!-- (\w+) ([^>]*?) -->\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(page):
    return [match.groups() for match in block.finditer(page.read_text())]


def marked(kind):
    return [(arguments.split(), text) for page in pages for mark, arguments, _, text in blocks(page) if mark == kind]


def parts_missing(wanted, found, path=""):
    """Paths of what `wanted` holds and `found` does not."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [p for key in wanted for p in parts_missing(wanted[key], found.get(key), f"{path}/{key}")]
    return [] if wanted == found else [f"{path}: {found!r}"]


class Docs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        shutil.copytree(root / "examples", cls.folder / "examples", ignore=shutil.ignore_patterns("out", "systems"))
        scripts = sorted(cls.folder.glob("examples/*/run.sh"))
        with concurrent.futures.ThreadPoolExecutor() as beside:
            done = beside.map(lambda script: subprocess.run([script, program], capture_output=True, text=True), scripts)
            cls.runs = {script.parent.name: run for script, run in zip(scripts, done)}
        cls.out = cls.folder / "examples/medicine-deliveries/out"

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_every_example_runs_and_leaves_mails_and_events(self):
        self.assertGreaterEqual(len(self.runs), 3)
        for name, run in self.runs.items():
            with self.subTest(name):
                self.assertEqual(run.returncode, 0, run.stderr)
                out = self.folder / "examples" / name / "out"
                self.assertTrue(any((out / "mail/new").iterdir()))
                self.assertGreater((out / "webhooks.jsonl").stat().st_size, 0)
                self.assertIn("where everything is", run.stdout)

    def test_every_command_shown_works(self):
        commands = [(page.name, line[2:]) for page in pages for _, _, language, text in blocks(page)
                    if language == "console" for line in text.splitlines() if line.startswith("$ ")]
        self.assertGreater(len(commands), 4)
        for page, command in commands:
            with self.subTest(f"{page}: {command}"):
                script = f'measured() {{ "{program}" "$@"; }}; set -euo pipefail; {command}'
                run = subprocess.run(["bash", "-c", script], cwd=self.folder, capture_output=True, text=True, timeout=120)
                self.assertEqual(run.returncode, 0, run.stdout[-500:] + run.stderr[-500:])

    def mail_to(self, address, day):
        for path in self.folder.glob("examples/*/out/mail/new/*"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address in mail["to"] and mail["date"].datetime.date().isoformat() == day:
                return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.fail(f"no mail to {address} of {day}")

    def test_digests_shown_are_those_that_are_sent(self):
        shown = marked("digest")
        self.assertTrue(shown)
        for (address, day), text in shown:
            rest = self.mail_to(address, day)
            for piece in re.split(r"^…\n", text, flags=re.M):
                self.assertIn(piece, rest, f"{address} {day}")
                rest = rest[rest.index(piece) + len(piece):]

    def test_events_shown_are_those_that_are_sent(self):
        shown = marked("event")
        self.assertTrue(shown)
        lines = (self.out / "webhooks.jsonl").read_text().splitlines()
        events = [json.loads(line)["body"] for line in lines]
        for (team, measure, day), text in shown:
            found = [event for event in events
                     if event["subject"] == f"team/{team}/measure/{measure}" and event["time"].startswith(day)]
            self.assertEqual(len(found), 1)
            self.assertEqual(parts_missing(json.loads(text), found[0]), [])

    def test_files_shown_are_those_in_the_repository(self):
        shown = marked("file")
        self.assertTrue(shown)
        for (path,), text in shown:
            self.assertIn(text, (root / path).read_text())

    def test_links_lead_somewhere(self):
        for page in pages:
            for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
                self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")


unittest.main()
