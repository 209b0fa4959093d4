"""Prints each mail of a Maildir as one line of JSON, read by Python's own strict mail parser.

usage: /usr/bin/python3 maildir_mails.py FOLDER
"""

import email
import email.policy
import json
import pathlib
import re
import sys

for path in sorted(pathlib.Path(sys.argv[1], "new").iterdir()):
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.strict)
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    parts = {part.get_content_type(): part.get_content() for part in leaves if part.get_content_maintype() == "text"}
    # A picture that the page shows is a part of the page.
    shown = re.findall(r'src="cid:([^"]+)"', parts.get("text/html", ""))
    others = [part.get_content_type() for part in leaves
              if part.get_content_maintype() != "text" and (part["Content-ID"] or "").strip("<> ") not in shown]
    defects = [str(defect) for part in mail.walk() for defect in part.defects]
    print(json.dumps({
        "to": mail["To"].addresses[0].addr_spec,
        "from": mail["From"].addresses[0].addr_spec,
        "date": mail["Date"].datetime.isoformat(),
        "id": mail["Message-ID"],
        "subject": mail["Subject"],
        "text": parts.pop("text/plain"),
        "html": parts.pop("text/html", ""),
        "other_parts": sorted(parts) + sorted(others),
        "defects": defects + [str(defect) for header in mail.values() for defect in header.defects],
    }))
