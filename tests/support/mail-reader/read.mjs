// Prints each mail of a Maildir as one line of JSON, read by npm's mailparser, which mail programs in
// node use. Usage: node read.mjs FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";

const folder = join(process.argv[2], "new");
for (const name of readdirSync(folder).sort()) {
  const mail = await simpleParser(readFileSync(join(folder, name)), { keepCidLinks: true });
  const line = {
    to: mail.to.value[0].address,
    from: mail.from.value[0].address,
    date: mail.date.toISOString().replace(".000Z", "+00:00"),
    id: mail.messageId,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    other_parts: mail.attachments.filter((part) => !part.related).map((part) => part.contentType),
    defects: [],
  };
  console.log(JSON.stringify(line));
}
