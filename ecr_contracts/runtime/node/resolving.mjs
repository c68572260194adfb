// ES modules of AWS's SDK, each made of ours: it exports what the module that imports it asks for.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const OURS = /^(?:@aws-sdk\/|@smithy\/|aws-sdk(?:\/|$))/;
const SCHEME = "ecr-contracts-sdk:";
const NAMED = /\b(?:import|export)\s*(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*["'`]([^"'`]+)["'`]/g;
const MEMBERS = /\.\s*([A-Z][\w$]*)/g;
const NAME = /^[A-Za-z_$][\w$]*$/;
const KEPT = new Set(["default"]);

/** The names that a module takes from another: in braces, and what it reads off a namespace. */
function namesIn(parent, wanted) {
  let text = "";
  try {
    text = readFileSync(fileURLToPath(parent), "utf8");
  } catch {
    return [];
  }
  const names = new Set();
  for (const [, inner, from] of text.matchAll(NAMED)) {
    if (from !== wanted) continue;
    for (const part of inner.split(",")) names.add(part.trim().split(/\s+as\s+/)[0].trim());
  }
  for (const [, name] of text.matchAll(MEMBERS)) names.add(name);
  return [...names].filter((name) => NAME.test(name) && !KEPT.has(name));
}

export async function resolve(specifier, context, next) {
  if (!OURS.test(specifier)) return next(specifier, context);
  try {
    if (specifier.startsWith("@smithy/")) return await next(specifier, context);
  } catch {
    // It is not installed; Lambda has it.
  }
  const names = namesIn(context.parentURL, specifier);
  const query = new URLSearchParams({ specifier, names: names.join(",") });
  return { url: `${SCHEME}${specifier}?${query}`, format: "module", shortCircuit: true };
}

let sources = {};

export function initialize(data) {
  sources = data.sources;
}

/** A module of the handler's own, with what is inserted into it; see `catches.cjs`. */
async function loadOwn(url, context, next) {
  const loaded = await next(url, context);
  const told = url.startsWith("file:") ? sources[fileURLToPath(url)] : undefined;
  if (told === undefined || loaded.format !== "module" || !loaded.source) return loaded;
  return { ...loaded, source: inserted(loaded.source.toString(), told) };
}

/** As in `catches.cjs`, which this thread does not share. */
function inserted(source, told) {
  if (source.length !== told.length) return source;
  let text = source;
  for (const [offset, insertion] of [...told.insertions].reverse()) {
    text = text.slice(0, offset) + insertion + text.slice(offset);
  }
  return text;
}

export async function load(url, context, next) {
  if (!url.startsWith(SCHEME)) return loadOwn(url, context, next);
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const lines = [
    `const made = globalThis[Symbol.for("ecr-contracts: modules of the SDK")](${JSON.stringify(query.get("specifier"))});`,
    "export default made;",
  ];
  for (const name of (query.get("names") ?? "").split(",").filter(Boolean)) {
    lines.push(`const own_${name} = made[${JSON.stringify(name)}];`, `export { own_${name} as ${name} };`);
  }
  return { format: "module", source: lines.join("\n"), shortCircuit: true };
}
