// Paths below /tmp lead into the folder that this run has for temporary files.

"use strict";

const fs = require("node:fs");
const os = require("node:os");

const OF_PATHS = (
  "access appendFile copyFile cp createReadStream createWriteStream existsSync lstat mkdir mkdtemp" +
  " open opendir readFile readdir rename rm rmdir stat truncate unlink utimes writeFile"
).split(" ");

exports.install = () => {
  const folder = os.tmpdir();
  const exists = fs.existsSync;
  if (folder === "/tmp") return;
  const moved = (place) => {
    const text = place instanceof URL && place.protocol === "file:" ? place.pathname : place;
    if (typeof text !== "string" || !(text === "/tmp" || text.startsWith("/tmp/"))) return place;
    if (text.startsWith(folder)) return text;
    // What is there in truth is read as it is, the handler's own folder above all.
    const own = folder + text.slice("/tmp".length);
    return text !== "/tmp" && exists(text) && !exists(own) ? text : own;
  };
  for (const holder of [fs, fs.promises]) {
    for (const name of OF_PATHS.flatMap((one) => [one, `${one}Sync`])) {
      const real = holder[name];
      if (typeof real !== "function") continue;
      const replaced = function (...given) {
        const count = /^(?:copyFile|cp|rename)/.test(name) ? 2 : 1;
        for (let index = 0; index < count; index += 1) given[index] = moved(given[index]);
        return real.apply(this, given);
      };
      holder[name] = Object.assign(replaced, real);
    }
  }
  require("node:module").syncBuiltinESMExports();
};
