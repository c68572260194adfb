"""A Click command: a target of EventBridge (an ECS task, CodeBuild) starts it with the event as an argument."""

import json

import click

from shop.images import image_of


@click.command()
@click.argument("event")
@click.option("--dry-run", is_flag=True)
def deploy(event, dry_run):
    image = image_of(json.loads(event))
    click.echo(f"{'would deploy' if dry_run else 'deploys'} {image}")
