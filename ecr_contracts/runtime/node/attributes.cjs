// Items of DynamoDB: plain values as typed attributes (`{ S: "text" }`), and back.

"use strict";

const { documentOf, madeUp } = require("./made_up.cjs");

function marshalled(value) {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number" || typeof value === "bigint") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (ArrayBuffer.isView(value)) return { B: value };
  if (value instanceof Set) {
    const members = [...value];
    if (typeof members[0] === "number") return { NS: members.map(String) };
    return ArrayBuffer.isView(members[0]) ? { BS: members } : { SS: members };
  }
  if (Array.isArray(value)) return { L: value.map(marshalled) };
  if (value === undefined) throw new Error("Pass options.removeUndefinedValues=true to remove undefined values from map/array/set.");
  return { M: exports.marshall(value) };
}

function unmarshalled(attribute) {
  const [type, value] = Object.entries(attribute)[0] ?? [];
  switch (type) {
    case "NULL": return null;
    case "N": return Number(value);
    case "NS": return new Set([...value].map(Number));
    case "SS": case "BS": return new Set(value);
    case "L": return [...value].map(unmarshalled);
    case "M": return exports.unmarshall(value);
    default: return value;
  }
}

/** An item with typed attributes. It throws for a member that is undefined, as the SDK does. */
exports.marshall = (item, options = {}) => {
  if (item === null || typeof item !== "object" || Array.isArray(item)) return marshalled(item);
  const made = {};
  for (const [key, value] of Object.entries(item)) {
    if (value === undefined && options.removeUndefinedValues) continue;
    made[key] = marshalled(options.removeUndefinedValues ? withoutUndefined(value) : value);
  }
  return made;
};

function withoutUndefined(value) {
  if (Array.isArray(value)) return value.filter((inner) => inner !== undefined).map(withoutUndefined);
  if (value === null || typeof value !== "object" || value instanceof Set || ArrayBuffer.isView(value)) return value;
  const made = {};
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) made[key] = withoutUndefined(inner);
  return made;
}

/** An item with plain values; that of a made-up item is made up, and has what is asked for. */
exports.unmarshall = (item) => {
  const made = {};
  for (const [key, attribute] of Object.entries(item ?? {})) made[key] = unmarshalled(attribute);
  return documentOf(item, made);
};

const ITEMS = ["Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey", "Attributes", "LastEvaluatedKey"];
const LISTS = ["Items"];

/** Parameters of an operation on items: what holds plain values has typed ones then. */
exports.asParameters = (input, options) => converted(input, (item) => exports.marshall(item, options));

/** An answer of an operation on items, with plain values. */
exports.asAnswer = (answer, number) => {
  const plain = converted(answer, exports.unmarshall);
  for (const key of ["Item", "Attributes"]) {
    if (plain[key]) plain[key] = madeUp(plain[key], number, [key, "(json)"]);
  }
  if (plain.Items) plain.Items = plain.Items.map((item, index) => madeUp(item, number, ["Items", index, "(json)"]));
  return madeUp(plain, number);
};

function converted(holder, convert) {
  if (holder === null || typeof holder !== "object") return holder;
  if (Array.isArray(holder)) return holder.map((inner) => converted(inner, convert));
  if (ArrayBuffer.isView(holder) || holder instanceof Date || holder instanceof Set) return holder;
  const made = {};
  for (const [key, value] of Object.entries(holder)) {
    if (ITEMS.includes(key) && value && typeof value === "object") made[key] = convert(value);
    else if ((LISTS.includes(key) || key === "Keys") && Array.isArray(value)) made[key] = value.map(convert);
    else if (key === "Responses" && value && !Array.isArray(value)) {
      made[key] = Object.fromEntries(Object.entries(value).map(([table, items]) => [table, items.map(convert)]));
    } else made[key] = converted(value, convert);
  }
  return made;
}

/** The operations that the commands and methods for documents stand for. */
exports.OPERATIONS = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  Query: "Query",
  Scan: "Scan",
  BatchGet: "BatchGetItem",
  BatchWrite: "BatchWriteItem",
  TransactGet: "TransactGetItems",
  TransactWrite: "TransactWriteItems",
};
