import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";

const sns = new SNSClient({});

const lines = (detail) => Object.entries(detail["finding-severity-counts"]).map(([level, n]) => `${level}: ${n}`);

export const handler = async (event) => {
  const { detail, region } = event;
  if (event["detail-type"] !== "ECR Image Scan") return;

  const tag = detail["image-tags"][0].padEnd(12);
  await sns.send(
    new PublishCommand({
      TopicArn: process.env.TOPIC_ARN,
      Subject: "Image scan",
      Message: [`${detail["repository-name"]}:${tag} in ${region}`, detail["scan-status"], ...lines(detail)].join("\n"),
    }),
  );
};
