exports.handler = async (event) => console.log(event.detail["image-tag"]);
