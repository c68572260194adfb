"""A Celery task: somebody else puts the events into its queue."""

from celery import Celery

from shop.images import image_of

celery = Celery("shop", broker="memory://")


@celery.task(bind=True, max_retries=3)
def deploy(self, event):
    print(f"task {self.name} deploys {image_of(event)}")
