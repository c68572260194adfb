import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";

const sns = new SNSClient({});

export const handler = async (event) => {
  const { "action-type": action, "repository-name": repository } = event.detail;
  if (action === "PUSH") {
    await sns.send(
      new PublishCommand({ TopicArn: process.env.TOPIC_ARN, Message: `${repository} was pushed` }),
    );
  }
};
