import { readFileSync } from "node:fs";
import net from "node:net";
import process from "node:process";

// The buyers: a process of its own on bare sockets, so that it takes as little of the machine as it can. Told once what to do,
// it answers once: { seconds, statuses, p50Ms, p99Ms }. Each line of the file is one request: address, access token, key, body.

const end = Buffer.from("\r\n\r\n");

function requestOf(line, port) {
  const [address, token, key, body] = line.split("\t");
  return Buffer.from(
    `POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Forwarded-For: ${address}\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Where the first whole answer in the buffer ends; -1 while it is not whole. */
function wholeAnswer(buffer) {
  const head = buffer.indexOf(end);
  if (head < 0) return -1;
  const text = buffer.latin1Slice(0, head).toLowerCase();
  const length = /content-length: (\d+)/.exec(text)?.[1];
  if (length !== undefined) {
    const total = head + 4 + Number(length);
    return buffer.length >= total ? total : -1;
  }
  const last = buffer.indexOf("0\r\n\r\n", head + 4);
  return last < 0 ? -1 : last + 5;
}

process.once("message", async ({ port, connections, file, seconds }) => {
  const requests = readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => requestOf(line, port));
  const times = [];
  const statuses = {};
  let next = 0;
  const sockets = await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise((done, failed) => {
          const socket = net.connect({ port, host: "127.0.0.1", noDelay: true }, () => done(socket));
          socket.once("error", failed);
        }),
    ),
  );
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((done, failed) => {
          let buffer = Buffer.alloc(0);
          let sent = 0;
          const send = () => {
            const request = performance.now() < until ? requests[next++] : undefined;
            if (!request) return done(socket.destroy());
            sent = performance.now();
            socket.write(request);
          };
          socket.on("data", (part) => {
            buffer = buffer.length === 0 ? part : Buffer.concat([buffer, part]);
            const size = wholeAnswer(buffer);
            if (size < 0) return;
            times.push(performance.now() - sent);
            const status = buffer.latin1Slice(9, 12);
            statuses[status] = (statuses[status] ?? 0) + 1;
            buffer = buffer.subarray(size);
            send();
          });
          socket.on("error", failed);
          socket.on("close", done);
          send();
        }),
    ),
  );
  const took = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  process.send({ seconds: took, statuses, p50Ms: at(0.5), p99Ms: at(0.99) }, () => process.exit(0));
});
