// Which module stands behind a name: those of AWS's SDK are ours, whether it is installed or not.

"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const { inserted } = require("./catches.cjs");
const sdk = require("./sdk.cjs");

/** Whether Node takes a file for an ES module: by its suffix, else by the package around it. */
exports.isModule = (file) => {
  if (file.endsWith(".mjs")) return true;
  if (file.endsWith(".cjs")) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    try {
      return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).type === "module";
    } catch {
      if (folder === path.dirname(folder)) return false;
    }
  }
};

exports.install = ({ sources }) => {
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, file, ...rest) {
    return compile.call(this, inserted(content, sources[file]), file, ...rest);
  };
  const load = Module._load;
  Module._load = function (name, ...rest) {
    return sdk.module(name) ?? load.call(this, name, ...rest);
  };
  globalThis[sdk.KEY] = sdk.module;
  Module.register(pathToFileURL(path.join(__dirname, "resolving.mjs")).href, { data: { sources } });
};
