"""Checks each mail of a Maildir as mail, as text and as HTML. Prints one line for each problem and, last, how
many mails were looked at; exits with 1 when there is a problem. Usage: mail_checks.py MAILDIR"""
import email
import email.policy
import html.parser
import pathlib
import re
import sys
import unicodedata

void_tags = {"meta", "br", "img", "hr", "link", "input"}
tags_allowed = {"html", "head", "meta", "title", "style", "body", "div", "p", "h2", "h3", "table", "tr", "td", "ul", "li",
                "span", "bdi", "b", "a", "img", "br"}
columns_max, html_max, mail_max, line_max, header_line_max = 80, 100_000, 250_000, 998, 78
turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067"  # FSI and PDI are ours


def columns(text):
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.problems, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in tags_allowed:
            self.problems.append(f"html: element <{tag}>")
        for name, value in attributes:
            if name.startswith("on") or name in ("srcset", "background", "action"):
                self.problems.append(f"html: attribute {name}")
            if name == "src" and not value.startswith("cid:"):
                self.problems.append("html: content from elsewhere")
            if name == "href" and not value.startswith(("https://", "http://")):
                self.problems.append("html: a link that is none")
            if name == "style" and ("url(" in value or "expression" in value or "@import" in value):
                self.problems.append("html: a style that loads")
        if tag == "img" and not dict(attributes).get("alt"):
            self.problems.append("html: a picture without a text")
        if tag not in void_tags:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"html: </{tag}> closes nothing")

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "title"):
            self.text.append(data)


def header_problems(raw, mail):
    head = raw.split(b"\r\n\r\n")[0]
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield "a line that does not end in CRLF"
    if any(len(line) > line_max for line in raw.split(b"\r\n")):
        yield "a line too long for SMTP"
    if any(len(line) > header_line_max for line in head.split(b"\r\n")):
        yield "a header that is not folded"
    if not raw.isascii():
        yield "bytes beyond 7 bits"
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "List-Id"):
        if len(mail.get_all(name, [])) != 1:
            yield f"header {name} stands {len(mail.get_all(name, []))} times"
    for name in ("Bcc", "Cc", "Reply-To"):
        if mail.get_all(name):
            yield f"header {name}"
    if len(mail["To"].addresses) != 1 or len(mail["From"].addresses) != 1:
        yield "more than one address"
    if any(unicodedata.category(c) == "Cc" or c in turning for c in str(mail["Subject"])):
        yield "a control character in the subject"
    if not re.fullmatch(r"<msg_[a-z0-9]{26}@[A-Za-z0-9.-]+>", str(mail["Message-ID"])):
        yield "an unusual Message-ID"
    if mail.defects:
        yield f"defects: {mail.defects}"
    if len(raw) > mail_max:
        yield f"{len(raw)} bytes"


def text_problems(text):
    for line in text.split("\n"):
        if columns(line) > columns_max and " " in line.strip():
            yield f"text: {columns(line)} columns: {line}"
        if any((unicodedata.category(c) == "Cc") or c in turning for c in line):
            yield f"text: a control character: {line!r}"


def page_problems(page, text):
    if len(page.encode()) > html_max:
        yield f"html: {len(page.encode())} bytes"
    if any((unicodedata.category(c) == "Cc" and c != "\n") or c in turning for c in page):
        yield "html: a control character"
    reader = Page()
    reader.feed(page)
    reader.close()
    yield from reader.problems
    if reader.open:
        yield f"html: never closed: {reader.open}"
    shown = " ".join(reader.text)
    numbers = re.compile(r"\d+(?:[.,]\d+)?")
    missing = set(numbers.findall(shown)) - set(numbers.findall(text))
    if missing:
        yield f"text: without numbers of the page: {sorted(missing)}"


def problems(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    yield from header_problems(raw, mail)
    if mail.get_content_type() != "multipart/alternative":
        yield f"is {mail.get_content_type()}"
        return
    parts = list(mail.iter_parts())
    if len(parts) != 2 or parts[0].get_content_type() != "text/plain":
        yield "parts are not the text, then the page"
        return
    page = parts[1]
    if page.get_content_type() == "multipart/related":
        page = next(page.iter_parts())
    if any(part.get_content_charset() != "utf-8" for part in (parts[0], page)):
        yield "a part that is not UTF-8"
    text = parts[0].get_content().replace("\r\n", "\n")
    yield from text_problems(text)
    yield from page_problems(page.get_content().replace("\r\n", "\n"), text)


def main():
    mails = sorted((pathlib.Path(sys.argv[1]) / "new").iterdir())
    found = 0
    for path in mails:
        for problem in problems(path.read_bytes()):
            found += 1
            print(f"{path.name}: {problem}")
    print(f"{len(mails)} mails, {found} problems")
    sys.exit(1 if found or not mails else 0)


if __name__ == "__main__":
    main()
