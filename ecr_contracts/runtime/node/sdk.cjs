// Modules in the place of AWS's SDK for JavaScript, versions 2 and 3.
"use strict";
exports.KEY = Symbol.for("ecr-contracts: modules of the SDK");
exports.module = (name) => undefined;
