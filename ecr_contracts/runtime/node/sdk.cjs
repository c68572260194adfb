// Modules in the place of AWS's SDK for JavaScript: version 3 here, version 2 in `sdk2.cjs`.
//
// A module gives whatever is asked of it by its name: `ECRClient`, `DescribeImagesCommand`,
// `paginateListImages`, `ImageNotFoundException`. A command is sent at once by the Python side,
// which knows all operations, answers and records it.

"use strict";

const attributes = require("./attributes.cjs");
const line = require("./line.cjs");
const { answered, madeUp, usedIn } = require("./made_up.cjs");
const { ANSWER, callStack } = require("./stacks.cjs");
const { received, sent } = require("./values.cjs");

const realImmediate = setImmediate;
const MOST_PAGES = 100;
const TOKENS = [
  ["nextToken", "nextToken"],
  ["NextToken", "NextToken"],
  ["NextContinuationToken", "ContinuationToken"],
  ["LastEvaluatedKey", "ExclusiveStartKey"],
  ["NextMarker", "Marker"],
  ["Marker", "Marker"],
];

exports.KEY = Symbol.for("ecr-contracts: modules of the SDK");

/** Has an operation done: what it answers, or a thrown error as the SDK throws it. */
function done(service, operation, parameters, asBuffers) {
  const told = line.ask({ do: "aws", service, operation, parameters: sent(parameters ?? {}), stack: callStack() });
  if (told.error) throw failed(told.error, parameters);
  const answer = received(told.value ?? {}, asBuffers);
  const metadata = answer.ResponseMetadata ?? {};
  delete answer.ResponseMetadata;
  return { answer: answered(answer, told.agreed), metadata, number: told.answer };
}

function failed(told, parameters) {
  const error = told.name === "TypeError" ? new TypeError(told.message) : new Error(told.message);
  return Object.assign(error, {
    name: told.name,
    code: told.code,
    Code: told.code,
    statusCode: told.status,
    $fault: "client",
    $metadata: { httpStatusCode: told.status, requestId: "00000000-0000-4000-8000-000000000000", attempts: 1 },
    [ANSWER]: told.answer ?? usedIn(parameters, String(told.message)),
  });
}

function later(action, heard) {
  const promise = new Promise((resolve, reject) => {
    let value;
    try {
      value = action();
    } catch (error) {
      realImmediate(() => reject(error));
      return;
    }
    realImmediate(() => resolve(value));
  });
  if (typeof heard !== "function") return promise;
  promise.then((value) => heard(null, value), (error) => heard(error));
  return undefined;
}

const middlewareStack = {
  add() {},
  addRelativeTo() {},
  use() {},
  remove: () => false,
  removeByTag: () => false,
  clone: () => middlewareStack,
  concat: () => middlewareStack,
  identify: () => [],
  resolve: (handler) => handler,
};

class Client {
  constructor(config = {}) {
    this.config = { region: async () => process.env.AWS_REGION, credentials: async () => ({}), ...config };
    this.middlewareStack = middlewareStack;
  }
  send(command, options, heard) {
    const listener = typeof options === "function" ? options : heard;
    if (typeof command?.carryOut !== "function") {
      return later(() => { throw new TypeError("command.resolveMiddleware is not a function"); }, listener);
    }
    return later(() => command.carryOut(this.ecrService), listener);
  }
  destroy() {}
}

class Command {
  constructor(input) {
    this.input = input ?? {};
    this.middlewareStack = middlewareStack;
  }
  carryOut() {
    const { answer, metadata, number } = done(this.ecrService, this.ecrOperation, this.input, false);
    answer.$metadata = { httpStatusCode: metadata.HTTPStatusCode ?? 200, requestId: metadata.RequestId, attempts: 1 };
    return madeUp(answer, number);
  }
}

/** A class of its own, named as in the SDK, which knows its service. */
function classOf(base, name, members) {
  const made = { [name]: class extends base {} }[name];
  Object.assign(made.prototype, members);
  return made;
}

function exceptionOf(name) {
  const made = { [name]: class extends Error {} }[name];
  Object.defineProperty(made, Symbol.hasInstance, { value: (error) => error?.name === name });
  return made;
}

/** All operations of a service as methods: `new S3({}).putObject(…)`. */
function aggregated(service, name) {
  return class extends Client {
    constructor(config) {
      super(config);
      this.ecrService = service;
      return new Proxy(this, {
        get(target, key, receiver) {
          if (typeof key !== "string" || key in target || key === "then") return Reflect.get(target, key, receiver);
          const OperationCommand = classOf(Command, name, { ecrService: service, ecrOperation: key });
          return (input, options, heard) => target.send(new OperationCommand(input), options, heard);
        },
      });
    }
  };
}

async function* pages(service, operation, { client }, input) {
  let parameters = { ...input };
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const OperationCommand = classOf(Command, operation, { ecrService: service, ecrOperation: operation });
    const page = await client.send(new OperationCommand(parameters));
    yield page;
    const token = TOKENS.find(([given]) => page[given] !== undefined);
    if (token === undefined || page.IsTruncated === false) return;
    parameters = { ...parameters, [token[1]]: page[token[0]] };
  }
}

const letters = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

function memberOf(service, name) {
  if (name.endsWith("Client")) return classOf(Client, name, { ecrService: service });
  if (name.endsWith("Command")) {
    return classOf(Command, name, { ecrService: service, ecrOperation: name.slice(0, -"Command".length) });
  }
  if (name.startsWith("paginate")) return (config, input) => pages(service, name.slice("paginate".length), config, input);
  if (/^wait(?:Until|For)[A-Z]/.test(name)) return async () => ({ state: "SUCCESS", reason: {} });
  if (letters(name) === letters(service)) return aggregated(service, name);
  if (/(?:Exception|Error|Fault|NotFound|Exists|NoSuch\w+|ServiceException)$/.test(name) || name.startsWith("NoSuch")) return exceptionOf(name);
  // A list of values: each is called as it is written.
  return new Proxy({}, { get: (_, key) => (typeof key === "string" ? key : undefined) });
}

/** A module that makes each of its members when it is asked for. */
function moduleOf(make) {
  const members = {};
  const made = new Proxy(members, {
    get(target, name) {
      if (typeof name !== "string" || name === "then") return undefined;
      if (name === "__esModule") return true;
      if (name === "default") return made;
      if (!Object.hasOwn(target, name)) target[name] = make(name);
      return target[name];
    },
    has: (_, name) => typeof name === "string" && name !== "then",
    // Bundlers copy the names that a module has, of which this has none, onto an object that
    // inherits from what the module inherits from.
    getPrototypeOf: () => inherited,
  });
  const inherited = new Proxy({}, { get: (_, name) => made[name] });
  return made;
}

class DocumentClient extends Client {
  static from(client, options) {
    const made = new this();
    return Object.assign(made, { ecrOptions: options?.marshallOptions ?? {}, config: client?.config ?? made.config });
  }
  send(command, options, heard) {
    command.ecrOptions = this.ecrOptions;
    return super.send(command, options, heard);
  }
}

class DocumentCommand extends Command {
  carryOut() {
    const parameters = attributes.asParameters(this.input, this.ecrOptions);
    const { answer, number } = done("dynamodb", this.ecrOperation, parameters, false);
    answer.$metadata = { httpStatusCode: 200, attempts: 1 };
    return attributes.asAnswer(answer, number);
  }
}

function documentMember(name) {
  const operation = attributes.OPERATIONS[name.replace(/Command$/, "")];
  if (name === "DynamoDBDocumentClient") return DocumentClient;
  if (name.startsWith("paginate")) {
    const OperationCommand = documentMember(`${name.slice("paginate".length)}Command`);
    return async function* ({ client }, input) { yield await client.send(new OperationCommand(input)); };
  }
  if (operation === undefined) return memberOf("dynamodb", name);
  return classOf(DocumentCommand, name, { ecrService: "dynamodb", ecrOperation: operation });
}

class Upload {
  constructor({ client, params }) { Object.assign(this, { client, params }); }
  on() { return this; }
  async done() {
    const PutObjectCommand = memberOf("s3", "PutObjectCommand");
    return this.client.send(new PutObjectCommand(this.params));
  }
}

const OTHERS = {
  "@aws-sdk/lib-dynamodb": () => moduleOf(documentMember),
  "@aws-sdk/util-dynamodb": () => ({ marshall: attributes.marshall, unmarshall: attributes.unmarshall }),
  "@aws-sdk/lib-storage": () => ({ Upload }),
  "@aws-sdk/s3-request-presigner": () => ({
    getSignedUrl: async (_, command) => {
      const { Bucket: bucket, Key: key } = command.input;
      return `https://${bucket}.s3.amazonaws.com/${key}?X-Amz-Signature=placeholder`;
    },
  }),
  "aws-sdk": () => require("./sdk2.cjs").root(done),
};

const known = new Map();

/** The module of a name, if it is one of the SDK's; else undefined. */
exports.module = (name) => {
  if (known.has(name)) return known.get(name);
  const make = makerOf(name);
  if (make !== undefined) known.set(name, make());
  return known.get(name);
};

function makerOf(name) {
  if (Object.hasOwn(OTHERS, name)) return OTHERS[name];
  const service = /^@aws-sdk\/client-([\w-]+)$/.exec(name)?.[1];
  if (service !== undefined) return () => moduleOf((member) => memberOf(service, member));
  const older = /^aws-sdk\/clients\/(\w+)(?:\.js)?$/.exec(name)?.[1];
  if (older !== undefined) return () => require("./sdk2.cjs").client(done, older);
  if (name.startsWith("@aws-sdk/credential-provider")) return () => moduleOf(() => () => async () => ({}));
  return undefined;
}
