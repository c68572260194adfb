// Tells a topic of images with critical findings, and of scans that did not come to an end.
import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";

const sns = new SNSClient({});

const publish = (Message) => sns.send(new PublishCommand({ TopicArn: process.env.TOPIC_ARN, Message }));

export const handler = async ({ detail }) => {
  const { "repository-name": repository, "scan-status": status } = detail;
  const [tag] = detail["image-tags"] ?? [];
  const image = tag ? `${repository}:${tag}` : `${repository} (${detail["image-digest"] ?? "an image without a tag"})`;
  if (status !== "COMPLETE") {
    await publish(`no scan of ${image}: ${status}`);
    return;
  }
  const counts = detail["finding-severity-counts"] ?? {};
  if (counts.CRITICAL > 0) {
    await publish(`${counts.CRITICAL} critical findings in ${image}`);
  }
};
