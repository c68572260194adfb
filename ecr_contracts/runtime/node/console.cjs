// What is logged as an error is told to the Python side as well; everything is printed.

"use strict";

const { format } = require("node:util");

const line = require("./line.cjs");
const { callStack } = require("./stacks.cjs");

const MOST_CHARACTERS = 4000;

exports.install = () => {
  const error = console.error.bind(console);
  console.error = (...given) => {
    const text = format(...given).slice(0, MOST_CHARACTERS);
    line.ask({ do: "log", text, stack: callStack() });
    error(...given);
  };
};
