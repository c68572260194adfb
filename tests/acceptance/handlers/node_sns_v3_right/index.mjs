import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";

const sns = new SNSClient({ maxAttempts: 2 });

function describe(detail) {
  const [tag] = detail["image-tags"] ?? [];
  const name = `${detail["repository-name"]}${tag ? `:${tag}` : `@${detail["image-digest"] ?? "unknown"}`}`;
  if (detail["scan-status"] !== "COMPLETE") return `${name}: the scan ended as ${detail["scan-status"]}`;
  const counts = detail["finding-severity-counts"] ?? {};
  const found = Object.keys(counts).sort().map((level) => `${level}=${counts[level]}`);
  return `${name}: ${found.join(", ") || "nothing found"}`;
}

export async function handler(event) {
  if (event["detail-type"] !== "ECR Image Scan") {
    return;
  }
  const Message = describe(event.detail ?? {});
  await sns.send(new PublishCommand({ TopicArn: process.env.TOPIC_ARN, Subject: "Image scan", Message }));
}
