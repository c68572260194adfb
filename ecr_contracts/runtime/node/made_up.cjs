// Values that the sandbox made up: which were read where, and whether an error is about one of them.
//
// An answer of AWS that nobody knows is an object that notes what is read of it. A text cannot hold
// where it comes from, so the texts themselves are remembered. An error is about a made-up value if
// it is thrown by the line that has read one, says its text, or was thrown on a name that such a
// value, or the lack of one, was given to.

"use strict";

const fs = require("node:fs");

const { callStack, framesOf } = require("./stacks.cjs");

const SHORTEST = 4;
const MOST_READS = 500;
const OPEN = "(json)";
const UNDEFINED = /^Cannot (?:read|set) properties of (?:undefined|null)|is not (?:a function|iterable|a constructor)|undefined/;

/** What was read of made-up values in this call: { answer, path, missing, file, line }. */
let reads = [];
/** The same of variables that were read while the handler was loaded: their values stay. */
let atLoading = null;
const texts = new Map();
const realParse = JSON.parse;

exports.begin = () => {
  atLoading ??= reads;
  reads = [...atLoading];
};

/** Notes that a variable was read that was made up, or that nobody gave. */
exports.noteVariable = (answer) => {
  if (answer !== null && answer !== undefined) note(answer, [], null);
};

function note(answer, path, missing, isTrue = false) {
  if (reads.length >= MOST_READS) return;
  const [frame] = callStack();
  if (frame) reads.push({ answer, path, missing, isTrue, file: frame[0], line: frame[1] });
}

function remember(text, answer, path) {
  if (text.length >= SHORTEST && texts.size < MOST_READS * 4) texts.set(text, { answer, path });
}

/** A made-up value whose reads are noted; `number` is that of the answer, null where it is none. */
exports.madeUp = function madeUp(value, number, path = []) {
  if (number === null || number === undefined) return value;
  if (typeof value === "string") {
    remember(value, number, path);
    return value;
  }
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || value instanceof Date) return value;
  if (typeof value.pipe === "function") return value;
  const isOpen = path.includes(OPEN) && !Array.isArray(value);
  const made = new Proxy(value, {
    ownKeys(target) {
      note(number, path, null);
      return Reflect.ownKeys(target);
    },
    get(target, key, receiver) {
      const found = Reflect.get(target, key, receiver);
      if (typeof key !== "string" || typeof found === "function") return found;
      const step = Array.isArray(target) && /^\d+$/.test(key) ? Number(key) : key;
      if (found === undefined && !(key in target)) {
        if (isOpen && !WORDS_OF_LANGUAGE.has(key)) return madeUpText(target, key, number, [...path, key]);
        note(number, path, step);
        return found;
      }
      note(number, [...path, step], null);
      return madeUp(found, number, [...path, step]);
    },
  });
  origins.set(made, { number, path });
  return made;
};

/** An answer that nobody made up: it is noted what is looked for in it in vain. */
exports.answered = (value, number) => {
  if (number === null || number === undefined) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      if (typeof key === "string" && !(key in target) && !WORDS_OF_LANGUAGE.has(key)) {
        note(number, [], key, true);
      }
      return Reflect.get(target, key, receiver);
    },
  });
};

const origins = new WeakMap();

/** A document that was made of a made-up value: it is as made up, and has what is asked for. */
exports.documentOf = (source, value) => {
  const known = source !== null && typeof source === "object" ? origins.get(source) : undefined;
  return known === undefined ? value : exports.madeUp(value, known.number, [...known.path, OPEN]);
};

/** The text of a made-up reply: an empty object is told from those of others by its spaces. */
exports.madeUpText = (text, number) => {
  if (number === null || number === undefined) return text;
  const told = text.trim() === "{}" ? "{ \t \t }" : text;
  remember(told, number, ["body"]);
  return told;
};

const WORDS_OF_LANGUAGE = new Set(["then", "toJSON", "inspect", "constructor", "length", "nodeType"]);

/** What stands under a key of a document of which nothing is known: a text that says its name. */
function madeUpText(target, key, number, path) {
  const name = key.toLowerCase();
  const text = /url|uri|endpoint|hook/.test(name) ? `https://${key}.example.invalid/` : `placeholder-${key}`;
  target[key] = text;
  note(number, path, null);
  remember(text, number, path);
  return text;
}

/** The JSON of a text; a made-up text holds a document in which there is what is asked for. */
function parse(text, ...rest) {
  const known = typeof text === "string" ? texts.get(text) : undefined;
  if (known === undefined) return realParse(text, ...rest);
  let value = {};
  try {
    value = realParse(text, ...rest);
  } catch {
    // The text is no more than a name.
  }
  if (value === null || typeof value !== "object") value = {};
  return exports.madeUp(value, known.answer, [...known.path, OPEN]);
}

exports.install = () => { JSON.parse = parse; };

/**
 * Which made-up value a call was refused for: null, or as `blamed`. That it stands somewhere in the
 * parameters is not enough: the message has to name it, or the parameter that it stands in.
 */
exports.usedIn = (parameters, message) => {
  const named = PARAMETER.exec(message)?.[1];
  const refused = named === undefined ? message : (JSON.stringify(at(parameters, named)) ?? "");
  for (const [inner, known] of texts) if (refused.includes(inner)) return { ...known, missing: null };
  // What is reckoned with a text is no number.
  const text = JSON.stringify(parameters ?? null) ?? "";
  return /"NaN"|undefined/.test(text) ? (reads.filter((read) => !isOfMissing(read)).at(-1) ?? null) : null;
};

const PARAMETER = /for parameter ([\w.[\]-]+), value/;
/** Whether a read says nothing but of a value that is missing: what is made up is in no part of it. */
const isOfMissing = (read) => read.isTrue || (read.path.length === 0 && read.missing === null);

/** What stands at a place such as `imageIds[0].imageTag`. */
function at(value, place) {
  let found = value;
  for (const step of place.split(/[.[\]]+/).filter(Boolean)) found = found?.[step];
  return found;
}

/** Which read of a made-up value an error is about: { answer, path, missing }, or null. */
exports.blamed = (error) => {
  const message = `${error?.message ?? ""} ${typeof error?.input === "string" ? error.input : ""}`;
  for (const [text, known] of texts) if (message.includes(text)) return { ...known, missing: null };
  const [frame] = framesOf(error?.stack ?? "");
  if (frame === undefined || reads.length === 0) return null;
  const [file, line, column] = frame;
  const latest = [...reads].reverse();
  const ofLine = latest.filter((read) => read.file === file && read.line === line);
  if (!UNDEFINED.test(message)) return ofLine.find((read) => !isOfMissing(read)) ?? null;
  const operand = operandAt(file, line, column);
  const ofOperand = ofLine.find((read) => operand.includes(String(read.missing ?? read.path.at(-1))));
  if (ofOperand !== undefined) return ofOperand;
  const name = (/^[A-Za-z_$][\w$]*/.exec(operand) ?? /^[A-Za-z_$][\w$]*(?= is not )/.exec(message))?.[0];
  if (name === undefined) return null;
  const given = new RegExp(`(?:^|[^\\w$.])${name.replaceAll("$", "\\$&")}\\b[^=]*=(?![=>])`);
  return latest.find((read) => given.test(lineOf(read.file, read.line))) ?? null;
};

const files = new Map();

function lineOf(file, line) {
  if (!files.has(file)) {
    try {
      files.set(file, fs.readFileSync(file, "utf8").split("\n"));
    } catch {
      files.set(file, []);
    }
  }
  return files.get(file)[line - 1] ?? "";
}

/** What a property is read off at a place: `item.parts[1]` of `text + item.parts[1].name`. */
function operandAt(file, line, column) {
  const before = lineOf(file, line).slice(0, column - 1);
  let depth = 0;
  let start = before.length;
  while (start > 0) {
    const character = before[start - 1];
    if (")]}".includes(character)) depth += 1;
    else if ("([{".includes(character)) depth -= 1;
    if (depth < 0 || (depth === 0 && " +-*/,;=&|?:<>!~%^`".includes(character) && before[start] !== ".")) break;
    start -= 1;
  }
  return before.slice(start);
}
