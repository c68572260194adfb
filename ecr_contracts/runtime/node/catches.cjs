// What the handler's own code catches: told by a call at the head of each of its catches.
//
// The Python side has read the files, and says what is inserted where; nothing moves to another line.

"use strict";

const line = require("./line.cjs");
const { callStack, described } = require("./stacks.cjs");

/** A source with what is inserted into it; as it is where it is not the one that was read. */
exports.inserted = (source, told) => {
  if (told === undefined || typeof source !== "string" || source.length !== told.length) return source;
  let text = source;
  for (const [offset, insertion] of [...told.insertions].reverse()) {
    text = text.slice(0, offset) + insertion + text.slice(offset);
  }
  return text;
};

exports.install = (own, isInCall) => {
  globalThis[own.caught] = (error, number) => {
    if (!isInCall()) return;
    try {
      const frames = callStack().filter(([file]) => !file.includes("/node_modules/"));
      line.ask({ do: "caught", number, error: described(error), stack: frames });
    } catch {
      // What is caught here is whatever somebody threw.
    }
  };
};
