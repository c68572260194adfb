const { ECSClient, UpdateServiceCommand } = require("@aws-sdk/client-ecs");

const ecs = new ECSClient({});

exports.deploy = async function deploy(detail) {
  const tag = detail["image-tag"];
  const service = tag.startsWith("canary") ? "shop-canary" : "shop";
  await ecs.send(new UpdateServiceCommand({ cluster: process.env.CLUSTER, service, forceNewDeployment: true }));
};
