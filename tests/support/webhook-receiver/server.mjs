// A receiver that checks each webhook with the public libraries, as a customer's would. Prints its
// port, then one line a request: "ok", or the library's refusal. Usage: node server.mjs SECRET
import { createServer } from "node:http";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";

const verifiers = [new Standard(process.argv[2]), new Svix(process.argv[2])];

const server = createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces).toString("utf8");
    try {
      for (const verifier of verifiers) verifier.verify(body, request.headers);
      console.log("ok");
      response.writeHead(204).end();
    } catch (refusal) {
      console.log(String(refusal.message));
      response.writeHead(401).end(String(refusal.message));
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
