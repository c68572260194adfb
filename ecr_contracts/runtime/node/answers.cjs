// HTTP requests, connections and programs: answered or refused by the Python side, and recorded.

"use strict";

const { EventEmitter } = require("node:events");
const { PassThrough, Readable } = require("node:stream");

const line = require("./line.cjs");
const { madeUpText } = require("./made_up.cjs");
const { ANSWER, callStack } = require("./stacks.cjs");

const realImmediate = setImmediate;

/** The reply to a request; it throws what the Python side says instead of one. */
function reply(method, url, headers, body) {
  const bytes = body === undefined || body === null ? "" : Buffer.from(body).toString("base64");
  const told = line.ask({ do: "http", method, url, headers, body: bytes, stack: callStack() });
  if (told.error) throw failure(told.error);
  return { ...told, body: madeUpText(told.body, told.answer) };
}

/** An error as the Python side describes it. */
function failure(told) {
  const error = new Error(told.message);
  Object.assign(error, { code: told.code, name: told.name || "Error", [ANSWER]: told.answer });
  return error;
}

async function bodyOf(request) {
  const bytes = await request.arrayBuffer();
  return Buffer.from(bytes);
}

async function ourFetch(input, options) {
  const request = new Request(input, options);
  const body = await bodyOf(request);
  let told;
  try {
    told = reply(request.method, request.url, [...request.headers], body);
  } catch (error) {
    throw Object.assign(new TypeError("fetch failed", { cause: error }), { [ANSWER]: error[ANSWER] });
  }
  const content = [204, 205, 304].includes(told.status) || request.method === "HEAD" ? null : told.body;
  const response = new Response(content, { status: told.status, headers: told.headers });
  Object.defineProperty(response, "url", { value: request.url });
  // Ours knows made-up texts, and gives what is asked for in what they hold.
  response.json = async () => JSON.parse(await response.text());
  return response;
}

class Incoming extends Readable {
  constructor(told, method) {
    super();
    this.statusCode = told.status;
    this.statusMessage = "";
    this.httpVersion = "1.1";
    this.headers = {};
    this.rawHeaders = [];
    for (const [name, value] of told.headers) {
      this.headers[name.toLowerCase()] = value;
      this.rawHeaders.push(name, value);
    }
    this.complete = true;
    this.socket = new EventEmitter();
    this.push(method === "HEAD" || !told.body ? null : Buffer.from(told.body));
    if (method !== "HEAD" && told.body) this.push(null);
  }
  _read() {}
  setTimeout() { return this; }
}

class Outgoing extends PassThrough {
  constructor(scheme, options, heard) {
    super();
    this.sent = [];
    this.method = (options.method ?? "GET").toUpperCase();
    this.path = options.path ?? "/";
    this.host = options.hostname ?? options.host ?? "localhost";
    this.protocol = `${scheme}:`;
    this.socket = new EventEmitter();
    this.given = new Map();
    for (const [name, value] of Object.entries(options.headers ?? {})) this.setHeader(name, value);
    const port = options.port && ![80, 443].includes(Number(options.port)) ? `:${options.port}` : "";
    this.url = `${scheme}://${String(this.host).replace(/:\d+$/, "")}${port}${this.path}`;
    this.madeAt = callStack();
    if (heard) this.once("response", heard);
    this.on("data", (part) => this.sent.push(Buffer.from(part)));
    this.once("end", () => realImmediate(() => this.answer()));
  }
  answer() {
    if (this.destroyed && !this.readableEnded) return;
    const told = line.ask({
      do: "http",
      method: this.method,
      url: this.url,
      headers: [...this.given.values()],
      body: Buffer.concat(this.sent).toString("base64"),
      stack: this.madeAt,
    });
    if (told.error) this.emit("error", failure(told.error));
    else {
      const body = madeUpText(told.body, told.answer);
      this.emit("response", new Incoming({ ...told, body }, this.method));
    }
  }
  setHeader(name, value) { this.given.set(name.toLowerCase(), [name, String(value)]); return this; }
  getHeader(name) { return this.given.get(name.toLowerCase())?.[1]; }
  removeHeader(name) { this.given.delete(name.toLowerCase()); }
  hasHeader(name) { return this.given.has(name.toLowerCase()); }
  getHeaders() { return Object.fromEntries([...this.given].map(([name, [, value]]) => [name, value])); }
  flushHeaders() {}
  setTimeout() { return this; }
  setNoDelay() {}
  setSocketKeepAlive() {}
  abort() { this.destroy(); }
}

function optionsOf(input, options, heard) {
  if (typeof options === "function") [options, heard] = [undefined, options];
  if (typeof input === "string" || input instanceof URL) {
    const url = new URL(input);
    const own = { hostname: url.hostname, port: url.port, path: url.pathname + url.search };
    if (url.username) own.headers = { Authorization: `Basic ${btoa(`${url.username}:${url.password}`)}` };
    return [{ ...own, ...options }, heard];
  }
  return [input ?? {}, heard ?? undefined];
}

function patchHttp(name) {
  const holder = require(`node:${name}`);
  holder.request = (input, options, heard) => new Outgoing(name, ...optionsOf(input, options, heard));
  holder.get = (input, options, heard) => {
    const request = holder.request(input, options, heard);
    request.end();
    return request;
  };
}

/** Refuses something, with the message and the code that the Python side gives. */
function refuse(sort, name) {
  const told = line.ask({ do: "refuse", sort, name, stack: callStack() });
  return failure(told.error);
}

function patchConnections() {
  const net = require("node:net");
  const tls = require("node:tls");
  const dgram = require("node:dgram");
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...given) {
    const first = Array.isArray(given[0]) ? given[0][0] : given[0];
    const { host, port, path } = typeof first === "object" ? first : { port: first, host: given[1] };
    if (path) return connect.apply(this, given);
    const error = refuse("network", `${host ?? "localhost"}:${port}`);
    process.nextTick(() => this.destroy(error));
    return this;
  };
  const tlsConnect = (...given) => {
    const socket = new net.Socket();
    const options = typeof given[0] === "object" ? given[0] : { port: given[0], host: given[1] };
    socket.connect({ host: options.host, port: options.port });
    return socket;
  };
  tls.connect = tlsConnect;
  dgram.Socket.prototype.send = function (...given) {
    const heard = given.at(-1);
    const error = refuse("network", "a datagram");
    if (typeof heard === "function") process.nextTick(() => heard(error));
    else process.nextTick(() => this.emit("error", error));
  };
}

function patchPrograms() {
  const programs = require("node:child_process");
  const command = (file, words) => [file, ...(Array.isArray(words) ? words : [])].join(" ");
  for (const name of ["spawn", "exec", "execFile", "fork"]) {
    programs[name] = (file, words, options, heard) => {
      const error = refuse("process", command(file, words));
      const listener = [words, options, heard].find((one) => typeof one === "function");
      const child = Object.assign(new EventEmitter(), {
        stdout: new PassThrough().end(),
        stderr: new PassThrough().end(),
        stdin: new PassThrough(),
        kill: () => true,
      });
      process.nextTick(() => {
        if (listener) listener(error, "", "");
        else if (child.listenerCount("error") > 0) child.emit("error", error);
        child.emit("close", 1, null);
      });
      return child;
    };
  }
  for (const name of ["execSync", "execFileSync"]) {
    programs[name] = (file, words) => { throw refuse("process", command(file, words)); };
  }
  programs.spawnSync = (file, words) => ({
    error: refuse("process", command(file, words)),
    status: null,
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
  });
}

exports.failure = failure;

exports.install = () => {
  globalThis.fetch = ourFetch;
  patchHttp("http");
  patchHttp("https");
  patchConnections();
  patchPrograms();
  require("node:module").syncBuiltinESMExports();
};
