CHANNELS = {"shop/api": "#api", "shop/web": "#web"}


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        raise RuntimeError("this is for somebody else")
    print(CHANNELS[detail["repository-name"]], detail["image-tag"])
