import os

import urllib3

http = urllib3.PoolManager()


def post(text):
    response = http.request("POST", os.environ["CHAT_URL"], fields={"text": text}, encode_multipart=False)
    return {"status": response.status}
