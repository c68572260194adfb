// The line to the Python side: one question at a time, as JSON in a line, and its reply.

"use strict";

const fs = require("node:fs");

const READING = Number(process.env.ECR_CONTRACTS_READ);
const WRITING = Number(process.env.ECR_CONTRACTS_WRITE);
delete process.env.ECR_CONTRACTS_READ;
delete process.env.ECR_CONTRACTS_WRITE;

// Taken before any handler can replace them.
const { readSync, writeSync } = fs;
const stringify = JSON.stringify;
const parse = JSON.parse;
const exit = process.reallyExit.bind(process);

const chunk = Buffer.alloc(1 << 16);
let rest = Buffer.alloc(0);

function send(message) {
  let left = Buffer.from(stringify(message) + "\n");
  while (left.length > 0) left = left.subarray(writeSync(WRITING, left));
}

function receive() {
  const parts = [rest];
  let end = rest.indexOf(10);
  while (end < 0) {
    const count = readSync(READING, chunk, 0, chunk.length, null);
    if (count === 0) exit(0);
    const part = Buffer.from(chunk.subarray(0, count));
    parts.push(part);
    end = part.indexOf(10);
  }
  const come = Buffer.concat(parts);
  end = come.indexOf(10);
  rest = come.subarray(end + 1);
  return parse(come.subarray(0, end).toString("utf8"));
}

/** The reply to a message. The process ends where nobody listens any more. */
exports.ask = (message) => {
  try {
    send(message);
    return receive();
  } catch (error) {
    if (error?.code === "EPIPE") exit(0);
    throw error;
  }
};
