// `process.env`: what is not there is asked of the Python side, which may make a value up.

"use strict";

const line = require("./line.cjs");
const { madeUp } = require("./made_up.cjs");
const { callStack, isOwnCall } = require("./stacks.cjs");

exports.install = () => {
  const real = process.env;
  const asked = new Map();
  const isAsked = (key) => typeof key === "string" && /^[A-Za-z]\w*$/.test(key);
  const value = (target, key) => {
    if (!isAsked(key) || key in target) return Reflect.get(target, key);
    if (!asked.has(key)) {
      // Node and packages look for variables of their own, which nobody has to set.
      if (!isOwnCall()) return undefined;
      const told = line.ask({ do: "variable", name: key, stack: callStack() });
      asked.set(key, madeUp(told.value ?? undefined, told.answer));
    }
    return asked.get(key);
  };
  Object.defineProperty(process, "env", {
    configurable: true,
    enumerable: true,
    value: new Proxy(real, {
      get: value,
      set: (target, key, given) => {
        asked.delete(key);
        return Reflect.set(target, key, given);
      },
    }),
  });
};
