// The event as it is handed over in a traced call: an object that notes what is read of it.
//
// Its members are accessors, for a proxy is refused where code copies it (`structuredClone`).

"use strict";

const MOST_PATHS = 2000;

/** A copy of the event whose reads are noted, and the paths that were read, each as JSON. */
exports.watched = (event) => {
  const paths = new Set();
  const note = (path) => {
    if (paths.size < MOST_PATHS) paths.add(JSON.stringify(path));
  };
  const copy = (value, path) => {
    if (value === null || typeof value !== "object") return value;
    const made = Array.isArray(value) ? [] : {};
    for (const key of Object.keys(value)) {
      const inner = [...path, Array.isArray(value) ? Number(key) : key];
      let held = copy(value[key], inner);
      Object.defineProperty(made, key, {
        enumerable: true,
        configurable: true,
        get() {
          note(inner);
          return held;
        },
        set(next) {
          held = next;
        },
      });
    }
    return made;
  };
  return { event: copy(event, []), paths };
};
