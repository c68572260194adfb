// Where code is: the stack of a call as plain data, the innermost first, and errors with theirs.

"use strict";

const { fileURLToPath } = require("node:url");

const MOST_FRAMES = 50;
const OURS = __dirname;
const LINE = /^\s*at (?:(async )?(.*?) \()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/;

Error.stackTraceLimit = MOST_FRAMES;

function fileOf(place) {
  try {
    return place.startsWith("file:") ? fileURLToPath(place) : place;
  } catch {
    return place;
  }
}

const OF_LANGUAGE = /(?:\(| )<anonymous>\)?$/;
const LINE_OF_SYNTAX = /^((?:file:\/\/|\/|[A-Za-z]:[\\/]).*):(\d+)$/;

/** The frames that the text of a stack names: [file, line, column, function]. */
function framesOf(stack) {
  const frames = [];
  // A file that cannot be read by Node is named in the first line, and calls nothing.
  const read = LINE_OF_SYNTAX.exec(String(stack).split("\n", 1)[0]);
  if (read !== null) frames.push([fileOf(read[1]), Number(read[2]), 1, ""]);
  for (const text of String(stack).split("\n")) {
    const match = LINE.exec(text);
    if (match === null) continue;
    const file = fileOf(match[3]);
    if (!file.startsWith(OURS)) frames.push([file, Number(match[4]), Number(match[5]), match[2] ?? ""]);
  }
  return frames;
}

exports.framesOf = framesOf;

exports.callStack = () => framesOf(new Error().stack);

/** Whether it is the handler's own code that calls us right now, and neither Node nor a package. */
exports.isOwnCall = () => {
  for (const text of new Error().stack.split("\n")) {
    // `Array.map (<anonymous>)` is of the language; `Object.<anonymous> (/…/index.js:5:1)` is a file.
    if (!/^\s*at /.test(text) || text.includes(OURS) || OF_LANGUAGE.test(text)) continue;
    return LINE.test(text) && !text.includes("/node_modules/");
  }
  return false;
};

/** An error as plain data; whatever is thrown that is none is told as what it is. */
exports.described = (error) => {
  try {
    if (error === null || typeof error !== "object") {
      return { name: typeof error === "string" ? "Error" : typeof error, message: String(error), frames: [], stack: "", thrown: true };
    }
    const stack = typeof error.stack === "string" ? error.stack : "";
    const told = {
      name: String(error.name || error.constructor?.name || "Error"),
      message: String(error.message ?? safely(error)),
      frames: framesOf(stack),
      stack,
      code: typeof error.code === "string" ? error.code : "",
      ...blame(error),
    };
    if (error.cause instanceof Error) told.cause = exports.described(error.cause);
    return told;
  } catch {
    return { name: "Error", message: "(an error that cannot be read)", frames: [], stack: "" };
  }
};

/** Which answer of the sandbox an error is about: its number, the way into it, and what it lacks. */
function blame(error) {
  const known = error[exports.ANSWER];
  if (typeof known === "number") return { answer: known, path: [], missing: null };
  if (known) return { answer: known.answer, path: known.path, missing: known.missing };
  const read = require("./made_up.cjs").blamed(error);
  return read === null ? { answer: null } : { answer: read.answer, path: read.path, missing: read.missing };
}

/** The key under which an error says which answer of the sandbox it is. */
exports.ANSWER = Symbol("the number of an answer");

function safely(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}
