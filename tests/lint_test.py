#!/usr/bin/env python3
"""Each rule of lint.py on a snippet that breaks it and on one that looks alike and does not."""

import unittest

from lint import check_bytes, check_file


def said(name, text):
    return [what for _, what in check_file(name, text)]


class Lint(unittest.TestCase):
    def breaks(self, name, text, word):
        self.assertTrue(any(word in what for what in said(name, text)), (text, said(name, text)))

    def keeps(self, name, text):
        self.assertEqual(said(name, text), [])

    def test_layers_point_one_way(self):
        self.breaks("rules/a.cpp", '#include "daemon/clock.h"\n', "must not include daemon")
        self.breaks("connectors/a.cpp", '#include "daemon/clock.h"\n', "must not include daemon")
        self.keeps("daemon/a.cpp", '#include "rules/tally.h"\n')

    def test_rules_are_pure(self):
        self.breaks("rules/a.cpp", "auto t = std::chrono::system_clock::now();\n", "arguments")
        self.breaks("rules/a.cpp", 'auto home = getenv("HOME");\n', "arguments")
        self.breaks("rules/a.cpp", "#include <fstream>\n", "input or output")
        self.keeps("rules/a.cpp", "// not system_clock::now(), see clock.h\nusing T = std::chrono::sys_seconds;\n")

    def test_the_daemon_logs_and_commands_speak(self):
        self.breaks("daemon/work/a.cpp", "std::cerr << x;\n", "Log")
        self.keeps("daemon/cli/a.cpp", "std::cerr << x;\n")

    def test_no_adapted_type_in_a_header(self):
        self.breaks("connectors/a.h", "#pragma once\nstruct A { pqxx::connection c; };\n", "pqxx::")
        self.keeps("connectors/a.cpp", "static pqxx::connection* c;\n")

    def test_coroutine_traps(self):
        self.breaks("daemon/a.cpp", "co_await run([this, x] { return x; });\n", "lambda")
        self.breaks("daemon/a.cpp", "co_await send(Scan{from, until});\n", "braced")
        self.breaks("daemon/a.cpp", "co_await send({1, 2});\n", "braced")
        self.breaks("daemon/a.cpp", "auto [a, b] = co_await pair();\n", "structured binding")
        self.breaks("daemon/a.cpp", "if (!co_await a() || !co_await b() || !co_await c()) {\n  x();\n}\n", "several")
        self.keeps("daemon/a.cpp", "co_await run([&] { return x; });\n")
        self.keeps("daemon/a.cpp", "ok = ok && co_await b();\n")
        self.keeps("daemon/a.cpp", "if (co_await a()) {\n  const Scan scan{from, until};\n}\n")

    def test_sizes(self):
        self.breaks("rules/a.cpp", "int x;\n" * 401, "401 lines")
        self.keeps("rules/a.cpp", "int x;\n" * 400)
        self.breaks("rules/a.cpp", "int f() {\n" + "  g();\n" * 69 + "}\n", "71 lines")
        self.keeps("rules/a.cpp", "int f() {\n" + "  g();\n" * 68 + "}\n")
        self.keeps("rules/a.cpp", "const int x[] = {\n" + "  1,\n" * 100 + "};\n")
        self.keeps("rules/a.cpp", "namespace a {\n" + "int x;\n" * 100 + "}\n")

    def test_functions_in_classes_and_with_long_heads_are_measured_too(self):
        body = "  g();\n" * 70
        self.breaks("rules/a.cpp", "class A : public B {\n  void f(int a,\n    int b) const override {\n" + body + "}\n};\n", "a function of")
        self.breaks("rules/a.cpp", "A::A(int x)\n    : x_(x), y_(1) {\n" + body + "}\n", "a function of")
        self.keeps("rules/a.cpp", "class A {\n" + "  void f() { g(); }\n" * 100 + "};\n")

    def test_text(self):
        self.breaks("rules/a.cpp", "int x; \n", "white space")
        self.breaks("rules/a.cpp", "\tint x;\n", "tab")
        self.breaks("docs/a.md", "see /ho" + "me/ana/x\n", "one machine")
        self.keeps("docs/a.md", "a rate of calls/work/day\n")

    def test_bytes_that_are_no_text_are_said_and_stop_nothing(self):
        text, said = check_bytes("docs/a.md", b"a\nb \xe3 c\n")
        self.assertEqual(said, [(2, "byte 0xe3 is not UTF-8")])
        self.assertEqual(text, "a\nb \ufffd c\n")
        self.assertEqual(check_bytes("tests/golden/rules/not-utf-8.yaml", b"\xe3")[1], [])
        self.assertEqual(check_bytes("docs/a.md", "ã".encode()), ("ã", []))

    def test_headers(self):
        self.breaks("rules/a.h", "struct A {};\n", "#pragma once")

    def test_a_line_can_be_excused_with_a_reason(self):
        self.keeps("rules/a.cpp", "#include <fstream>  // lint: adapter of the last resort\n")


if __name__ == "__main__":
    unittest.main()
