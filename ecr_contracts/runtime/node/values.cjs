// Values of AWS's calls that JSON cannot carry, as the two sides write them to each other.

"use strict";

const { Readable } = require("node:stream");

const BYTES = "$bytes";
const DATE = "$date";
const STREAM = "$stream";
const MOST_LEVELS = 60;

/** A parameter as it is sent; what has no value is left out. */
exports.sent = function sent(value, level = 0) {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "function" || typeof value === "symbol") return null;
  if (typeof value !== "object") return value;
  if (level > MOST_LEVELS) throw new RangeError("a parameter is nested too deeply");
  if (value instanceof Date || Object.prototype.toString.call(value) === "[object Date]") return { [DATE]: value.getTime() };
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { [BYTES]: bytes.toString("base64") };
  }
  if (value instanceof ArrayBuffer) return { [BYTES]: Buffer.from(value).toString("base64") };
  if (typeof value.pipe === "function" || typeof value.getReader === "function") return { [BYTES]: Buffer.from("(a stream)").toString("base64") };
  if (value instanceof Set) return [...value].map((inner) => sent(inner, level + 1));
  if (Array.isArray(value)) return value.map((inner) => sent(inner, level + 1));
  const made = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined && typeof inner !== "function") made[key] = sent(inner, level + 1);
  }
  return made;
};

function withText(bytes) {
  return Object.defineProperty(bytes, "transformToString", {
    value: (encoding = "utf8") => Buffer.from(bytes).toString(encoding === "utf-8" ? "utf8" : encoding),
  });
}

function streamOf(bytes) {
  const stream = Readable.from([bytes]);
  return Object.assign(stream, {
    transformToString: async (encoding = "utf8") => bytes.toString(encoding === "utf-8" ? "utf8" : encoding),
    transformToByteArray: async () => new Uint8Array(bytes),
    transformToWebStream: () => Readable.toWeb(stream),
  });
}

/** A value of an answer as version 3 of the SDK gives it, or (with `asBuffers`) version 2. */
exports.received = function received(value, asBuffers) {
  if (value === null || typeof value !== "object") return value ?? undefined;
  if (Array.isArray(value)) return value.map((inner) => received(inner, asBuffers));
  const keys = Object.keys(value);
  if (keys.length === 1) {
    const [key] = keys;
    const bytes = () => Buffer.from(value[key], "base64");
    if (key === DATE) return new Date(value[key]);
    if (key === BYTES) return asBuffers ? bytes() : withText(new Uint8Array(bytes()));
    if (key === STREAM) return asBuffers ? bytes() : streamOf(bytes());
  }
  const made = {};
  for (const key of keys) if (value[key] !== null) made[key] = received(value[key], asBuffers);
  return made;
};
