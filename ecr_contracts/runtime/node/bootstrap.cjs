// Runs one Lambda handler for Node: loads it, calls it with each event, and tells what it did.
//
// It is started with the file and the name of the handler. What it asks for and what it tells goes
// through two pipes as lines of JSON: it asks, waits, and reads the reply, so that at each moment
// only one side works. It does what Lambda's own runtime does with callbacks, promises and the end
// of the event loop. Nothing reaches the network: `answers.cjs` and `sdk.cjs` stand in its place.

"use strict";

const path = require("node:path");
const { pathToFileURL } = require("node:url");

const line = require("./line.cjs");
const { callStack, described } = require("./stacks.cjs");
const madeUp = require("./made_up.cjs");
const timers = require("./timers.cjs");
const { watched } = require("./reading.cjs");

const [file, name] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, file);

const realExit = process.reallyExit.bind(process);
const realImmediate = setImmediate;

/** The call that is not answered yet: `settle` answers it, once. */
let pending = null;

if (typeof require("node:module").register !== "function") {
  line.ask({ do: "old", version: process.version });
  realExit(0);
}

const parts = ["environment", "console", "files", "made_up", "answers", "modules"];
timers.install(() => pending !== null);
const own = line.ask({ do: "begun" });
for (const part of parts.map((one) => require(`./${one}.cjs`))) part.install(own);
require("./catches.cjs").install(own, () => pending !== null);

process.on("uncaughtException", (error, origin) => {
  if (origin === "unhandledRejection") {
    end({ do: "raised", rejection: true, error: described(error) });
  } else {
    end({ do: "raised", error: described(error) });
  }
});

process.exit = (code = process.exitCode ?? 0) => {
  line.ask({ do: "exited", code: Number(code) || 0, stack: callStack() });
  realExit(0);
};
process.abort = () => process.exit(134);

// Nothing is left to do, and no answer came: Lambda answers null.
process.on("beforeExit", () => {
  if (pending !== null) {
    if (timers.pump()) return;
    pending.settle({ do: "returned", value: null, unsettled: true });
  }
});

/** Tells how the call, or loading, went, and ends the process, as Lambda does. */
function end(message) {
  line.ask({ ...message, ...(pending?.seen() ?? {}), over: true });
  realExit(0);
}

/** What Lambda's JSON makes of a value; a text says why there is none. */
function asJson(value) {
  try {
    const text = JSON.stringify(value === undefined ? null : value);
    return text === undefined ? { value: null } : { value: JSON.parse(text) };
  } catch (error) {
    return { value: null, unserialisable: String(error.message).split("\n")[0] };
  }
}

function contextOf(told, answer) {
  const began = performance.now();
  return {
    ...told.context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.round(told.milliseconds - timers.slept() - (performance.now() - began))),
    succeed: (value) => answer(null, value),
    fail: (error) => answer(error ?? "handled"),
    done: (error, value) => answer(error, value),
  };
}

function call(handler, told) {
  const { event, paths } = told.trace ? watched(told.event) : { event: told.event, paths: [] };
  let isSettled = false;
  const settle = (message) => {
    if (isSettled) return;
    isSettled = true;
    const seen = pending.seen();
    pending = null;
    timers.clear();
    serve(handler, line.ask({ ...message, ...seen }));
  };
  pending = { settle, seen: () => ({ paths: [...paths] }) };
  timers.begin(told.now);
  madeUp.begin();
  const succeed = (value) => settle({ do: "returned", ...asJson(value) });
  const fail = (error) => settle({ do: "raised", error: described(error) });
  const context = contextOf(told, (error, value) => answer(error, value));
  let isAnswered = false;
  function answer(error, value) {
    if (isAnswered) return;
    isAnswered = true;
    const tell = () => (error === undefined || error === null ? succeed(value) : fail(error));
    if (context.callbackWaitsForEmptyEventLoop === false) realImmediate(tell);
    else whenIdle(tell);
  }
  try {
    const result = handler(event, context, (error, value) => answer(error, value));
    if (result !== null && typeof result === "object" && typeof result.then === "function") {
      // What a promise that nobody awaits has thrown by now is of this event, not of the next one.
      result.then((value) => realImmediate(succeed, value), fail);
    }
  } catch (error) {
    fail(error);
  }
}

/** Calls a function once nothing is left to do, as Lambda waits after a callback. */
function whenIdle(tell) {
  let turns = 0;
  const look = () => {
    if (timers.pump()) turns = 0;
    else if (process.getActiveResourcesInfo().some((name) => WORKING.has(name))) turns = 0;
    else turns += 1;
    if (turns > 5) tell();
    else realImmediate(look);
  };
  realImmediate(look);
}

const WORKING = new Set(["FSReqPromise", "FSReqCallback", "Timeout"]);

function serve(handler, told) {
  if (told.event === undefined) realExit(0);
  realImmediate(() => call(handler, told));
}

async function load() {
  const target = path.resolve(file);
  const isModule = require("./modules.cjs").isModule(target);
  const loaded = isModule ? await import(pathToFileURL(target).href) : require(target);
  let value = loaded;
  for (const step of name.split(".")) {
    const holder = value;
    value = holder?.[step];
    if (value === undefined && holder === loaded && isModule) value = loaded.default?.[step];
    if (value === undefined || value === null) {
      const names = Object.keys(loaded).filter((key) => typeof loaded[key] === "function");
      return { problem: `it exports no ${JSON.stringify(step)}`, names };
    }
  }
  if (typeof value !== "function") return { problem: `${name} is ${kindOf(value)}, no function`, names: [] };
  return { handler: value };
}

function kindOf(value) {
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

load().then(
  (loaded) => {
    if (loaded.handler === undefined) end({ do: "unloaded", ...loaded });
    serve(loaded.handler, line.ask({ do: "loaded" }));
  },
  (error) => end({ do: "broken", error: described(error) }),
);
