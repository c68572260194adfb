const { deploy } = require("./deploy");

const isWanted = ({ "action-type": action, result }) => action === "PUSH" && result === "SUCCESS";

module.exports.onPush = async (event) => {
  if (!isWanted(event.detail)) return "skipped";
  try {
    await deploy(event.detail);
  } catch (err) {
    console.error(`deployment failed: ${err.message}`);
  }
  return "done";
};
