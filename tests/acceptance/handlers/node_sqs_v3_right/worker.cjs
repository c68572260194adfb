const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, PutCommand } = require("@aws-sdk/lib-dynamodb");

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

async function keep(detail) {
  await table.send(new PutCommand({
    TableName: process.env.IMAGES_TABLE,
    Item: {
      id: detail["image-digest"] ?? `${detail["repository-name"]}:${detail["image-tag"] ?? "-"}`,
      tag: detail["image-tag"],
      repository: detail["repository-name"],
      action: detail["action-type"],
      result: detail.result,
    },
  }));
}

module.exports.handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const record of Records) {
    try {
      const event = JSON.parse(record.body);
      if (event["detail-type"] === "ECR Image Action") await keep(event.detail);
    } catch (error) {
      console.error("record", record.messageId, error);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
};
