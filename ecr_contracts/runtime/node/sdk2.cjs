// Version 2 of AWS's SDK for JavaScript: `new AWS.S3().putObject(…)`, which is sent by a callback, by
// `promise()` or by `send()`, and by nothing else.

"use strict";

const { EventEmitter } = require("node:events");

const attributes = require("./attributes.cjs");
const { madeUp } = require("./made_up.cjs");

const realImmediate = setImmediate;
const METHODS = { upload: "putObject", deleteObjects: "deleteObjects" };

class Request extends EventEmitter {
  constructor(act) {
    super();
    this.act = act;
    this.httpRequest = { headers: {} };
  }
  promise() {
    return new Promise((resolve, reject) => {
      this.send((error, value) => (error ? reject(error) : resolve(value)));
    });
  }
  send(heard) {
    let error = null;
    let value;
    try {
      value = this.act();
    } catch (thrown) {
      error = thrown;
    }
    realImmediate(() => {
      if (error) this.listenerCount("error") && this.emit("error", error);
      else this.emit("success", { data: value });
      heard?.(error, value ?? null);
    });
    return this;
  }
  eachPage(heard) {
    this.send((error, value) => { heard(error, value); if (!error) heard(null, null); });
  }
  abort() {}
}

function request(act, heard) {
  const made = new Request(act);
  if (typeof heard === "function") made.send(heard);
  return made;
}

/** A client class: each operation is a method that makes a request. */
function client(done, service) {
  const act = (name, parameters) => {
    const { answer, number } = done(service, METHODS[name] ?? name, parameters, true);
    return madeUp(answer, number);
  };
  return class {
    constructor(config = {}) {
      this.config = { ...config, update() {} };
      return new Proxy(this, {
        get(target, name, receiver) {
          if (typeof name !== "string" || name in target || name === "then") return Reflect.get(target, name, receiver);
          return (parameters, heard) => {
            const given = typeof parameters === "function" ? {} : parameters;
            return request(() => act(name, given), typeof parameters === "function" ? parameters : heard);
          };
        },
      });
    }
    getSignedUrl(operation, { Bucket: bucket, Key: key }) {
      return `https://${bucket}.s3.amazonaws.com/${key}?X-Amz-Signature=placeholder`;
    }
    getSignedUrlPromise(...given) { return Promise.resolve(this.getSignedUrl(...given)); }
    waitFor(state, parameters, heard) { return request(() => ({}), heard); }
    setupRequestListeners() {}
    on() {}
  };
}

class Documents {
  constructor(config) { this.options = config ?? {}; }
}

function documentClient(done) {
  class DocumentClient extends Documents {
    createSet(values) { return new Set(values); }
  }
  for (const [name, operation] of Object.entries(attributes.OPERATIONS)) {
    const method = name[0].toLowerCase() + name.slice(1);
    DocumentClient.prototype[method] = function (parameters, heard) {
      return request(() => {
        // Version 2 leaves out what is undefined.
        const given = attributes.asParameters(parameters, { removeUndefinedValues: true });
        const { answer, number } = done("dynamodb", operation, given, true);
        return attributes.asAnswer(answer, number);
      }, heard);
    };
  }
  return DocumentClient;
}

exports.client = (done, service) => {
  const made = client(done, service);
  if (service.toLowerCase() === "dynamodb") {
    made.DocumentClient = documentClient(done);
    made.Converter = { marshall: attributes.marshall, unmarshall: attributes.unmarshall };
  }
  return made;
};

/** The whole of the SDK: its clients by their names, and its configuration. */
exports.root = (done) => {
  const config = { update(values) { Object.assign(this, values); }, region: process.env.AWS_REGION, credentials: null };
  const known = { config, Credentials: class {}, Endpoint: class { constructor(host) { this.host = host; } } };
  const root = new Proxy(known, {
    get(target, name) {
      if (typeof name !== "string" || name === "then" || name === "__esModule") return undefined;
      if (name === "default") return root;
      if (!Object.hasOwn(target, name)) target[name] = exports.client(done, name);
      return target[name];
    },
    has: (_, name) => typeof name === "string" && name !== "then",
  });
  return root;
};
