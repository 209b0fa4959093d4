#!/usr/bin/env python3
"""What `cmake --install` puts in place, and that systemd's tools and bash accept it.

usage: tests/install_test.py BUILD_FOLDER
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

build = pathlib.Path(sys.argv.pop(1))
expected = [
    "lib/systemd/system/measured.service",
    "lib/sysusers.d/measured.conf",
    "lib/tmpfiles.d/measured.conf",
    "share/bash-completion/completions/measured",
    "share/doc/measured/CHANGELOG.md",
    "share/doc/measured/LICENSE",
    "share/measured/first/data/deliveries.csv",
    "share/measured/first/measured.yaml",
    "share/measured/first/rules/deliveries.yaml",
]
program = "bin/measured"


def run(*command, **settings):
    return subprocess.run(command, capture_output=True, text=True, check=True, **settings).stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        run("cmake", "--install", str(build), "--prefix", "/usr", env={**os.environ, "DESTDIR": str(cls.root)})
        cls.usr = cls.root / "usr"

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_puts_every_file_in_its_place(self):
        missing = [name for name in expected if not (self.usr / name).is_file()]
        self.assertEqual(missing, [])

    def test_the_program_runs_from_there(self):
        if not (build / "measured").exists():
            self.skipTest("this build has no program")
        self.assertIn("measured", run(self.usr / program, "--version"))

    @unittest.skipIf(os.geteuid() != 0, "only root may make users")
    def test_users_and_first_configuration_are_made(self):
        root = f"--root={self.root}"
        (self.root / "etc").mkdir(exist_ok=True)
        run("systemd-sysusers", root, "measured.conf")
        run("systemd-tmpfiles", root, "--create", "measured.conf")
        self.assertIn("measured:", (self.root / "etc/passwd").read_text())
        for name in ("measured.yaml", "rules/deliveries.yaml"):
            self.assertTrue((self.root / "etc/measured" / name).is_file(), name)
        self.assertEqual((self.root / "var/lib/measured").stat().st_mode & 0o777, 0o700)

    def test_the_first_configuration_has_no_error(self):
        if not (build / "measured").exists():
            self.skipTest("this build has no program")
        run(self.usr / program, "check", "--config", self.usr / "share/measured/first/measured.yaml")

    def test_the_unit_gives_no_more_than_is_needed(self):
        run("systemd-analyze", "security", "--offline=true", "--threshold=15",
            self.usr / "lib/systemd/system/measured.service")

    def test_systemd_understands_every_line_of_the_unit(self):
        if not (build / "measured").exists():
            self.skipTest("this build has no program")
        unit = self.root / "measured.service"  # with the program where it is now
        unit.write_text((self.usr / "lib/systemd/system/measured.service").read_text()
                        .replace("/usr/bin/measured", f"{self.usr}/bin/measured"))
        checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_the_unit_runs_as_the_user_that_is_made(self):
        unit = (self.usr / "lib/systemd/system/measured.service").read_text().splitlines()
        users = (self.usr / "lib/sysusers.d/measured.conf").read_text()
        user = next(line.split("=")[1] for line in unit if line.startswith("User="))
        self.assertRegex(users, rf"(?m)^u +{user} ")
        # With it the store would be in /var/lib/private, where that user cannot go.
        self.assertFalse("DynamicUser=yes" in unit)

    def complete(self, *words):
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _measured; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        completion = self.usr / "share/bash-completion/completions/measured"
        return run("bash", "-c", script, "bash", completion, *words).split()

    def test_bash_completes_commands_options_and_verbs(self):
        self.assertEqual(self.complete("measured", "ex"), ["explain", "export"])
        self.assertEqual(self.complete("measured", "outbox", "re"), ["retry", "replay"])
        self.assertEqual(self.complete("measured", "outbox", "list", "--state", "d"), ["delivered", "dead"])
        self.assertEqual(self.complete("measured", "-c", "x.yaml", "check", "--s"), ["--strict"])
        self.assertEqual(self.complete("measured", "export", "--format", ""), ["csv", "jsonl"])

    def test_bash_completes_ids_as_the_program_lists_them(self):
        fake = self.root / "measured"
        fake.write_text("#!/bin/sh\n[ \"$2\" = m.yaml ] && [ \"$4\" = --list ] && echo on_time hub\n")
        fake.chmod(0o755)
        self.assertEqual(self.complete(fake, "--config", "m.yaml", "explain", "on"), ["on_time"])


if __name__ == "__main__":
    unittest.main()
