// `process.env`: what is not there is asked of the Python side, which may make a value up.

"use strict";

const line = require("./line.cjs");
const { madeUp, noteVariable } = require("./made_up.cjs");
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
      // One that is the event's own value, or a region, says nothing where it stands in a message.
      const isTelling = /placeholder|invalid/.test(told.value ?? "");
      const made = madeUp(told.value ?? undefined, isTelling ? told.answer : null);
      asked.set(key, { value: made, answer: told.answer });
    }
    const { value: made, answer } = asked.get(key);
    noteVariable(answer);
    return made;
  };
  const isMadeUp = (target, key) => !(key in target) && value(target, key) !== undefined;
  Object.defineProperty(process, "env", {
    configurable: true,
    enumerable: true,
    value: new Proxy(real, {
      get: value,
      // `"NAME" in process.env`, and `Object.hasOwn(process.env, "NAME")`, ask for a value too.
      has: (target, key) => key in target || (isAsked(key) && isMadeUp(target, key)),
      getOwnPropertyDescriptor: (target, key) => {
        if (!isAsked(key) || !isMadeUp(target, key)) return Reflect.getOwnPropertyDescriptor(target, key);
        return { value: asked.get(key).value, configurable: true, enumerable: true, writable: true };
      },
      set: (target, key, given) => {
        asked.delete(key);
        return Reflect.set(target, key, given);
      },
    }),
  });
};
