const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, PutCommand } = require("@aws-sdk/lib-dynamodb");

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: false } });

async function keep(detail) {
  await table.send(new PutCommand({
    TableName: process.env.IMAGES_TABLE,
    Item: { id: detail["image-digest"], tag: detail["image-tag"], repository: detail["repository-name"], action: detail["action-type"], result: detail.result },
  }));
}

module.exports.handler = async ({ Records }) => {
  for (const record of Records) {
    const event = JSON.parse(record.body);
    if (event["detail-type"] === "ECR Image Action") await keep(event.detail);
  }
};
