def lambda_handler(event, context):
    print("nothing to do yet")
