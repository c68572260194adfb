// A clock of its own: it is the time of the event, and what sleeps goes on at once.
//
// A timer fires when nothing else is left to do, the earliest first, and the clock is then at the
// moment for which it was set. The Python side is told of each sleep, for it knows how long a call
// may take.

"use strict";

const line = require("./line.cjs");
const { callStack } = require("./stacks.cjs");

const RealDate = Date;
const real = { setTimeout, setImmediate };
const QUIET_TURNS = 12;

let waiting = [];
let number = 0;
let ahead = 0;
let sleptFor = 0;
let isPumping = false;
let isCalled = () => false;

const now = () => RealDate.now() + ahead;
const milliseconds = (delay) => (Number(delay) > 0 && Number(delay) < 2 ** 31 ? Number(delay) : 1);

class Timer {
  constructor(action, delay, repeats) {
    Object.assign(this, { action, delay: milliseconds(delay), repeats, number: ++number });
    this.due = now() + this.delay;
    this.stack = callStack();
  }
  ref() { return this; }
  unref() { this.isIdle = true; return this; }
  hasRef() { return !this.isIdle; }
  refresh() { this.due = now() + this.delay; return this; }
  close() { forget(this); return this; }
  [Symbol.toPrimitive]() { return this.number; }
}

function start(action, delay, repeats) {
  if (typeof action !== "function") throw new TypeError('The "callback" argument must be of type function.');
  const timer = new Timer(action, delay, repeats);
  waiting.push(timer);
  schedule();
  return timer;
}

function forget(timer) {
  waiting = waiting.filter((other) => other !== timer && other.number !== Number(timer ?? 0));
}

/** Fires timers once the event loop has been quiet for some turns. */
function schedule() {
  if (isPumping || !waiting.length) return;
  isPumping = true;
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (turns < QUIET_TURNS) {
      real.setImmediate(turn);
      return;
    }
    isPumping = false;
    exports.pump();
    schedule();
  };
  real.setTimeout(turn, 1);
}

/** Fires the timer that is due first; whether there was one that anything waits for. */
exports.pump = () => {
  const timers = waiting.filter((timer) => !timer.isIdle);
  if (!timers.length) return false;
  const first = timers.reduce((one, other) => (other.due < one.due ? other : one));
  const pause = Math.max(0, first.due - now());
  if (pause > 0) {
    if (isCalled()) line.ask({ do: "sleep", seconds: pause / 1000, stack: first.stack });
    ahead += pause;
    sleptFor += pause;
  }
  if (first.repeats) first.due = now() + first.delay;
  else forget(first);
  first.action();
  return true;
};

exports.clear = () => { waiting = []; };
exports.slept = () => sleptFor;

/** Begins a call at a moment, in milliseconds since 1970. */
exports.begin = (moment) => {
  ahead = moment - RealDate.now();
  sleptFor = 0;
};

exports.install = (isInCall) => {
  isCalled = isInCall;
  const setTimeout = (action, delay, ...rest) => start(() => action(...rest), delay, false);
  const setInterval = (action, delay, ...rest) => start(() => action(...rest), delay, true);
  const { promisify } = require("node:util");
  const later = (delay, value, options) =>
    new Promise((resolve, reject) => {
      const timer = start(() => resolve(value), delay, false);
      options?.signal?.addEventListener("abort", () => { forget(timer); reject(options.signal.reason); });
    });
  setTimeout[promisify.custom] = later;
  const clear = (timer) => forget(timer);
  const own = { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
  const timers = require("node:timers");
  const promises = require("node:timers/promises");
  for (const [key, value] of Object.entries(own)) {
    globalThis[key] = value;
    timers[key] = value;
  }
  promises.setTimeout = later;
  if (promises.scheduler) promises.scheduler.wait = later;
  globalThis.Date = new Proxy(RealDate, {
    construct: (kind, given, target) => Reflect.construct(kind, given.length ? given : [now()], target),
    apply: () => new RealDate(now()).toString(),
    get: (kind, key) => (key === "now" ? now : Reflect.get(kind, key)),
  });
  Object.defineProperty(RealDate.prototype, "constructor", { value: globalThis.Date, configurable: true, writable: true });
  require("node:module").syncBuiltinESMExports();
};
