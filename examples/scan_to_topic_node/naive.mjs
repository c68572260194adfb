// Tells a topic of images with critical findings.
import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";

const sns = new SNSClient({});

export const handler = async (event) => {
  const { "repository-name": repository, "image-tags": tags, "finding-severity-counts": counts } = event.detail;
  if (counts.CRITICAL > 0) {
    const image = `${repository}:${tags[0].trim()}`;
    await sns.send(
      new PublishCommand({
        TopicArn: process.env.TOPIC_ARN,
        Message: `${counts.CRITICAL} critical findings in ${image}`,
      }),
    );
  }
};
