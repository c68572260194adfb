// The event as it is handed over in a traced call: an object that notes what is looked up in it,
// whether it is there or not.

"use strict";

const MOST_PATHS = 2000;
const NOT_LOOKED_UP = new Set(["then", "toJSON", "constructor", "inspect", "nodeType"]);

const targets = new WeakMap();
const realClone = globalThis.structuredClone;

/** A value without what notes look-ups, at any depth: a copy by the platform refuses that. */
function plain(value) {
  if (value === null || typeof value !== "object") return value;
  const target = targets.get(value);
  if (target !== undefined) return target;
  if (Array.isArray(value)) return value.map(plain);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** The event with its look-ups noted, and their paths, each as JSON. */
exports.watched = (event) => {
  globalThis.structuredClone = (value, options) => realClone(plain(value), options);
  const paths = new Set();
  const known = new WeakMap();
  const note = (path) => {
    if (paths.size < MOST_PATHS) paths.add(JSON.stringify(path));
  };
  const wrap = (value, path) => {
    if (value === null || typeof value !== "object") return value;
    if (known.has(value)) return known.get(value);
    const isList = Array.isArray(value);
    const made = new Proxy(value, {
      get(target, key, receiver) {
        const found = Reflect.get(target, key, receiver);
        if (typeof key !== "string") return found;
        const isOwn = Object.hasOwn(target, key);
        if (!isOwn && (key in target || NOT_LOOKED_UP.has(key))) return found;
        if (isList && !/^\d+$/.test(key)) return found;
        const inner = [...path, isList ? Number(key) : key];
        note(inner);
        return wrap(found, inner);
      },
      has(target, key) {
        if (typeof key === "string" && !isList) note([...path, key]);
        return Reflect.has(target, key);
      },
    });
    known.set(value, made);
    targets.set(made, value);
    return made;
  };
  return { event: wrap(event, []), paths };
};
