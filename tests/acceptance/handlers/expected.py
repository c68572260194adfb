"""What `check` says of each handler: its kinds, its envelope, and every finding."""

from __future__ import annotations

from tests.acceptance.causes import any_of
from tests.acceptance.handlers.expectation import (
    ARTIFACT,
    BLIND_TO_FAILURE,
    COUNTS,
    CRITICAL,
    DIGEST,
    HIGH,
    MANIFEST,
    NAME,
    NOTHING,
    PARAMETERS,
    REPEATS,
    RESOURCES,
    RESULT,
    STATUS,
    SUCCEEDED,
    TAG,
    TAGGED,
    TAGS,
    WITH_SLASH,
    WITHOUT_SLASH,
    Expected,
    Found,
    causes,
    longest,
    raises,
    refuses,
    swallowed,
    unseen,
)
from tests.acceptance.handlers.expected_adapters import ADAPTERS
from tests.acceptance.handlers.expected_callables import CALLABLES
from tests.acceptance.handlers.expected_entrances import ENTRANCES
from tests.acceptance.handlers.expected_node import NODE_HANDLERS
from tests.acceptance.handlers.expected_pollers import POLLERS
from tests.acceptance.handlers.expected_web import WEB_APPS

HANDLERS: tuple[Expected, ...] = (
    # --- scans ------------------------------------------------------------------------------------
    Expected(
        "scan_slack",  # requests, a webhook from the environment
        "scan_slack/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", 'tag = detail["image-tags"][0]', (TAGS, "empty")),
                unseen(raises("KeyError", 'tag = detail["image-tags"][0]', (TAGS, "absent"))),
                raises(
                    "KeyError", 'counts = detail["finding-severity-counts"]', (COUNTS, "absent")
                ),
                raises("KeyError", 'critical = counts["CRITICAL"]', (CRITICAL, "absent")),
            }
        ),
    ),
    Expected(
        "scan_slack_right",
        "scan_slack_right/lambda_function.py:lambda_handler",
        ("scan",),
        NOTHING,
    ),
    Expected(
        # "no issues" where only HIGH is counted; a failed scan has no counts, and its rule wants
        # CRITICAL to be there
        "scan_sns",
        "scan_sns/app.py:handler",
        ("scan",),
        NOTHING,
        # That the text is an all-clear takes a reader.
        may=frozenset({Found("monotone")}),
    ),
    Expected("scan_sns_right", "scan_sns_right/app.py:handler", ("scan",), NOTHING),
    Expected(
        "scan_ses",  # a paginator of ECR, and e-mail
        "scan_ses/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", 'html = "<h1>" + repo + ":" + tags[0]', (TAGS, "empty")),
                unseen(
                    raises("KeyError", 'tags = event["detail"]["image-tags"]', (TAGS, "absent"))
                ),
                unseen(
                    raises(
                        "KeyError", 'digest = event["detail"]["image-digest"]', (DIGEST, "absent")
                    )
                ),
            }
        ),
    ),
    Expected(
        # the account out of the function's ARN; the findings in the order of the counts
        "scan_securityhub",
        "scan_securityhub/index.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                unseen(
                    raises("IndexError", 'resource = event["resources"][0]', (RESOURCES, "empty"))
                ),
                raises(
                    PARAMETERS,
                    "response = securityhub.batch_import_findings(Findings=findings)",
                    (COUNTS, "absent", "empty"),
                ),
            }
        ),
    ),
    Expected(
        "scan_history_right",
        "scan_history_right/app.py:lambda_handler",
        ("scan",),
        NOTHING,
    ),
    Expected(
        "jinja_report",  # templates and settings beside the file
        "jinja_report/src/app.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises(
                    "jinja2.exceptions.UndefinedError",
                    "{{ counts.CRITICAL + counts.HIGH }}",
                    any_of((CRITICAL, "absent"), (HIGH, "absent")),
                )
            }
        ),
    ),
    Expected(
        "jinja_report_right",
        "jinja_report_right/src/app.py:lambda_handler",
        ("scan",),
        NOTHING,
    ),
    Expected(
        "httpx_discord",  # a class, and a dataclass that takes what the detail has
        "httpx_discord/app.py:handler",
        ("scan",),
        frozenset(
            {
                unseen(
                    raises("TypeError", 'return cls(**{key.replace("-", "_")', (DIGEST, "absent"))
                ),
                Found("unknown-fields"),
            }
        ),
    ),
    Expected(
        "aiohttp_teams",  # asyncio.run in the handler, and everything caught
        "aiohttp_teams/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                swallowed("IndexError", "detail['image-tags'][0]", (TAGS, "empty")),
                unseen(swallowed("KeyError", "detail['image-tags'][0]", (TAGS, "absent"))),
            }
        ),
    ),
    Expected(
        "aiohttp_teams_right",
        "aiohttp_teams_right/lambda_function.py:lambda_handler",
        ("scan",),
        NOTHING,
    ),
    Expected(
        "ssm_webhook",  # the webhook out of a parameter, at import; `finally: return`
        "ssm_webhook/index.py:handler",
        ("scan",),
        frozenset(
            {
                swallowed("KeyError", "counts = detail[", (COUNTS, "absent")),
                swallowed("KeyError", 'text = f"{detail[', (HIGH, "absent")),
            }
        ),
        may=frozenset({Found("absent-is-zero")}),
    ),
    Expected(
        "smtp_mail",
        "smtp_mail/mail.py:lambda_handler",
        ("scan",),
        # What it returns then is of the same fault, and told with it.
        frozenset(
            {
                swallowed(
                    "KeyError",
                    'critical = detail["finding-severity-counts"]["CRITICAL"]',
                    [(STATUS, "complete"), (CRITICAL, "absent")],
                ),
                unseen(
                    swallowed(
                        "KeyError",
                        'critical = detail["finding-severity-counts"]["CRITICAL"]',
                        [(STATUS, "complete"), (COUNTS, "absent")],
                    )
                ),
            }
        ),
        may=frozenset({Found("absent-is-zero")}),
    ),
    Expected(
        "ecr_lookup",  # asks ECR for what the event says
        "ecr_lookup/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises("KeyError", 'tag = image["imageTags"][0]', (TAGS, "absent", "empty")),
                unseen(
                    raises(
                        "KeyError",
                        'imageIds=[{"imageDigest": detail["image-digest"]}]',
                        (DIGEST, "absent"),
                    )
                ),
                # A scan that failed has no summary. What ECR says where the event has no counts is
                # not known.
                raises("KeyError", 'counts = image["imageScanFindingsSummary"]'),
            }
        ),
    ),
    Expected(
        "ecr_lookup_right",
        "ecr_lookup_right/lambda_function.py:lambda_handler",
        ("scan",),
        NOTHING,
    ),
    Expected(
        # a mapping and a log level from the environment; the worst is what comes first
        "scan_channels",
        "scan_channels/app.py:handler",
        ("scan",),
        frozenset({Found("key-order")}),
    ),
    Expected(
        "scan_pager",
        "scan_pager/app.py:lambda_handler",
        ("scan",),
        frozenset({Found("absent-is-zero")}),
    ),
    Expected(
        "scan_worst",  # many low findings hide a critical one; all zeros are taken for critical
        "scan_worst/app.py:handler",
        ("scan",),
        frozenset({Found("monotone")}),
        # What it does with {} instead, no image is known to bring about.
        may=frozenset({unseen(Found("absent-is-zero"))}),
    ),
    Expected(
        "scan_gate",  # a script that became a handler
        "scan_gate/gate.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                Found("exits", "SystemExit", "sys.exit(1)", causes((CRITICAL, "some"))),
                Found("unserialisable"),
            }
        ),
    ),
    Expected(
        "scan_poll",  # waits for a scan that has failed
        "scan_poll/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                Found("late", causes=causes((STATUS, "failed"))),
                unseen(raises("KeyError", 'image = {"imageTag": tags[0]} if tags else')),
            }
        ),
        timeout=1.0,
    ),
    Expected(
        "scan_levels",  # critical has no colour, so that nobody hears of it
        "scan_levels/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset({Found("severity-unread", causes=causes((CRITICAL, "some")))}),
    ),
    Expected(
        "scan_loudest",  # of which there are most is called the worst
        "scan_loudest/app.py:handler",
        ("scan",),
        frozenset({Found("severity-words")}),
    ),
    Expected("scan_paging_right", "scan_paging_right/app.py:handler", ("scan",), NOTHING),
    Expected(
        "forward_right",  # hands the whole event on; only the rule beside it says which events
        "forward_right/index.py:handler",
        ("scan",),
        NOTHING,
    ),
    Expected(
        "scan_completed",  # the word of another service: the summary is never sent
        "scan_completed/app.py:handler",
        ("scan",),
        frozenset({Found("dead-comparison", line='case "COMPLETED":')}),
    ),
    Expected(
        "scan_moderate",  # medium findings are never the worst
        "scan_moderate/main.py:main",
        ("scan",),
        frozenset({Found("dead-comparison", line="if found.get(lvl, 0) > 0:")}),
    ),
    Expected(
        "alert_subject",  # a repository's name may be longer than a subject of SNS
        "alert_subject/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises(
                    "botocore.errorfactory.InvalidParameterException",
                    "sns.publish(",
                    [longest(NAME, 79), any_of((CRITICAL, "some"), (HIGH, "some"))],
                )
            }
        ),
    ),
    Expected(
        "log_stream_by_digest",  # the name of a log stream has no colon
        "log_stream_by_digest/handler.py:handler",
        ("scan",),
        frozenset(
            {
                raises(
                    "botocore.errorfactory.InvalidParameterException",
                    "logs.create_log_stream(",
                    [(STATUS, "complete"), (DIGEST, "sha256")],
                )
            }
        ),
    ),
    Expected(
        "counts_table",  # "None" is written down as a number; a metric of each repository
        "counts_table/app.py:handler",
        ("scan",),
        frozenset(
            {
                raises(
                    "botocore.exceptions.ClientError",
                    "ddb.put_item(",
                    [(STATUS, "complete"), (CRITICAL, "absent")],
                )
            }
        ),
    ),
    Expected(
        # only what has the tag production, be it the first or a later one; a scan that found
        # nothing critical has no such count
        "own_production_scan",
        "own_production_scan/app.py:handler",
        ("scan",),
        frozenset(
            {
                Found("raises", "KeyError", 'if counts["CRITICAL"] > 0'),
                unseen(Found("raises", "KeyError", 'counts = detail["finding-severity-counts"]')),
            }
        ),
    ),
    Expected(
        # a team's repositories, told by a part of the ARN
        "own_team_inspector",
        "own_team_inspector/index.py:handler",
        ("inspector-scan",),
        frozenset(
            {
                unseen(Found("raises", "KeyError", '"tag": {"S": detail["image-tags"][0]}')),
                unseen(Found("raises", "IndexError", '"tag": {"S": detail["image-tags"][0]}')),
                unseen(Found("raises", "KeyError", '"critical": {"N": str(detail["finding')),
            }
        ),
    ),
    # --- pushes -----------------------------------------------------------------------------------
    Expected(
        "push_ecs_deploy",
        "push_ecs_deploy/src/deploy.py:handler",
        ("push",),
        frozenset({raises("KeyError", 'detail["image-tag"]', (TAG, "absent")), BLIND_TO_FAILURE}),
    ),
    Expected(
        "push_ecs_deploy_right", "push_ecs_deploy_right/template.yaml:Deploy", ("push",), NOTHING
    ),
    Expected(
        "push_codebuild",  # the first letter of the tag
        "push_codebuild/lambda_function.py:lambda_handler",
        ("push",),
        frozenset(
            {
                raises("KeyError", 'tag = event["detail"]["image-tag"][0]', (TAG, "absent")),
                raises("IndexError", 'tag = event["detail"]["image-tag"][0]', (TAG, "empty")),
                Found("truncated"),
                BLIND_TO_FAILURE,
            }
        ),
    ),
    Expected(
        # the second part of the repository; boto3 makes up a token for each call
        "push_codepipeline",
        "push_codepipeline/lambda_function.py:lambda_handler",
        ("push",),
        frozenset({raises("IndexError", '.split("/")[1]', [SUCCEEDED, WITHOUT_SLASH])}),
        may=frozenset({Found("truncated")}),
    ),
    Expected(
        "service_by_last_part",
        "service_by_last_part/handler.py:main",
        ("push",),
        frozenset({Found("truncated", causes=causes(WITH_SLASH))}),
    ),
    Expected(
        # urllib, with a token out of a JSON secret that is kept from call to call
        "push_github_status",
        "push_github_status/app.py:lambda_handler",
        ("push",),
        frozenset(
            {
                raises("KeyError", 'sha = detail["image-tag"]', (TAG, "absent")),
                unseen(
                    raises(
                        "KeyError",
                        '"digest": detail["image-digest"]',
                        [SUCCEEDED, (DIGEST, "absent")],
                    )
                ),
                REPEATS,
            }
        ),
    ),
    Expected(
        # leaves charts alone: a media type that says more may have other effects
        "push_github_right",
        "push_github_right/app.py:handler",
        ("push",),
        NOTHING,
    ),
    Expected(
        "powertools_push",
        "powertools_push/app.py:lambda_handler",
        ("push",),
        frozenset(
            {raises("KeyError", 'version = detail["image-tag"]', [SUCCEEDED, (TAG, "absent")])}
        ),
    ),
    Expected(
        "powertools_push_right", "powertools_push_right/app.py:lambda_handler", ("push",), NOTHING
    ),
    Expected(
        "push_scan_waiter",
        "push_scan_waiter/handler.py:lambda_handler",
        ("push",),
        frozenset(
            {
                raises("KeyError", 'tag = detail["image-tag"]', (TAG, "absent")),
                raises(PARAMETERS, "ecr.start_image_scan(", (TAG, "empty")),
                BLIND_TO_FAILURE,
            }
        ),
    ),
    Expected(
        "argparse_teams",  # http.client, and a long tag that is cut on purpose
        "argparse_teams/teams.py:handler",
        ("push",),
        NOTHING,
    ),
    Expected(
        "inline",  # code within a CloudFormation template, urllib3
        "inline/template.yaml:Chat",
        ("push",),
        frozenset({raises("KeyError", "text = 'New image '", (TAG, "absent")), BLIND_TO_FAILURE}),
    ),
    Expected(
        # everything at import, the event as a notepad, an untagged push as a client's mistake
        "push_webhook_ugly",
        "push_webhook_ugly/lambda_function.py:lambda_handler",
        ("push",),
        frozenset(
            {
                raises("KeyError", "tag = event['detail']['image-tag']", (TAG, "absent")),
                Found("mutates"),
                Found("error-return", causes=causes((TAG, "empty"))),
                BLIND_TO_FAILURE,
            }
        ),
    ),
    Expected(
        "push_canary",  # no name that we try has one of these digests
        "push_canary/app.py:lambda_handler",
        ("push",),
        frozenset({Found("unreached", line="if not is_canary(")}),
    ),
    Expected(
        "push_change_freeze",  # open for a week, long ago
        "push_change_freeze/main.py:handler",
        ("delete", "push"),
        frozenset({Found("unreached", line="if Window().is_open(")}),
    ),
    Expected(
        "push_opted_in",  # asks ECR for a tag of the repository, which no answer of ours has
        "push_opted_in/app.py:handler",
        ("delete", "push"),
        frozenset({Found("unreached", line='case "always":')}),
    ),
    Expected(
        "push_skips_others",  # a helper raises what the handler catches by name
        "push_skips_others/app.py:handler",
        ("delete", "push", "scan"),
        frozenset({Found("unreached", line="if team != ")}),
    ),
    # It acts on pushes; what another source sends never comes.
    Expected("push_two_sources_right", "push_two_sources_right/app.py:handler", ("push",), NOTHING),
    Expected(
        "push_smoke_test",  # "docker wants everything in lower case"
        "push_smoke_test/app.py:handler",
        ("push",),
        frozenset({Found("case-changed")}),
    ),
    Expected(
        "push_nightly",  # restarts everything, whatever was pushed or deleted
        "push_nightly/refresh.py:refresh",
        ("delete", "push"),
        frozenset({Found("unread")}),
    ),
    Expected(
        "push_from_pipeline",  # waits for a job of CodePipeline, and logs each event
        "push_from_pipeline/index.py:handler",
        ("push",),
        frozenset({Found("dead", line="if not job:")}),
    ),
    Expected(
        "push_tells_of_failure",  # the message about a failure is no act before it
        "push_tells_of_failure/app.py:handler",
        ("push",),
        frozenset({raises("KeyError", 'repository, tag = detail["repository-name"]')}),
    ),
    Expected("push_preview_right", "push_preview_right/app.py:handler", ("push",), NOTHING),
    Expected("push_cleanup_right", "push_cleanup_right/app.py:handler", ("push",), NOTHING),
    Expected(
        "push_artifacts",  # takes whatever has the type of an artifact for none of an image
        "push_artifacts/app.py:lambda_handler",
        ("push",),
        frozenset({Found("media-types")}),
    ),
    Expected(
        "push_wrong_filter",  # only the pattern beside it says what it is for, and it does nothing
        "push_wrong_filter/app.py:lambda_handler",
        ("push",),
        frozenset({Found("vacuous")}),
    ),
    Expected("monorepo_right", "monorepo_right/template.yaml:Notify", ("push",), NOTHING),
    Expected(
        "push_success_in_title_case",  # a constant, in a helper whose answer guards everything
        "push_success_in_title_case/lambda_function.py:lambda_handler",
        ("push",),
        frozenset({Found("dead-comparison", line="detail['result'] == OK")}),
    ),
    Expected(
        "push_capital_prefix",  # no repository has a capital letter
        "push_capital_prefix/index.py:handler",
        ("push",),
        frozenset({Found("dead-comparison", line="if name.startswith(PREFIXES):")}),
    ),
    Expected(
        "push_routes_by_name",  # a map of its own repositories; behind it the tag is taken for sure
        "push_routes_by_name/app.py:handler",
        ("push",),
        frozenset({raises("KeyError", 'tag = detail["image-tag"]')}),
    ),
    Expected(
        "push_release_tags",  # a regular expression; behind it the media type is taken for sure
        "push_release_tags/lambda_function.py:lambda_handler",
        ("push",),
        frozenset({raises("KeyError", 'sort = d["artifact-media-type"]')}),
    ),
    Expected(
        "push_spellings_right",  # words that nobody sends stand beside those that AWS sends
        "push_spellings_right/app.py:handler",
        ("delete", "push"),
        NOTHING,
    ),
    Expected(
        "task_label",  # a tag of ECS has at most 256 characters
        "task_label/main.py:handler",
        ("push",),
        frozenset(
            {
                raises(
                    "botocore.errorfactory.InvalidParameterException",
                    "resp = ecs.run_task(",
                    [SUCCEEDED, longest(NAME, 250)],
                )
            }
        ),
    ),
    Expected(
        "execution_name",  # no slash is in the name of an execution, and at most 80 characters
        "execution_name/app.py:handler",
        ("push",),
        frozenset(
            {
                raises(
                    "botocore.errorfactory.InvalidName",
                    "execution = sfn.start_execution(",
                    [SUCCEEDED, WITH_SLASH, TAGGED],
                ),
                # The two lengths together decide: of the tag alone nothing is true.
                Found(
                    "raises",
                    "botocore.errorfactory.ValidationException",
                    "execution = sfn.start_execution(",
                ),
            }
        ),
    ),
    Expected("execution_name_right", "execution_name_right/app.py:handler", ("push",), NOTHING),
    Expected(
        "service_by_image_right",  # pages of services, of which it looks for those with the image
        "service_by_image_right/handler.py:handler",
        ("push",),
        NOTHING,
    ),
    Expected(
        "service_by_name",  # pages of services, of which it looks for that of the repository
        "service_by_name/lambda_function.py:lambda_handler",
        ("push",),
        frozenset({raises("KeyError", 'print("deploying", arn', [SUCCEEDED, (TAG, "absent")])}),
    ),
    Expected(
        # its own repository, after the result; a delete is taken for a push
        "own_repository",
        "own_repository/app.py:handler",
        ("delete", "push"),
        frozenset(
            {
                Found("raises", "KeyError", "image = f'123456789012"),
                # nobody has seen a delete without a tag
                unseen(Found("raises", "KeyError", "image = f'123456789012")),
                Found("action-blind"),
            }
        ),
    ),
    Expected(
        # the repository is an environment variable, which its template gives
        "own_repository_of_template",
        "own_repository_of_template/app.py:handler",
        ("push",),
        frozenset(
            {
                raises(
                    "KeyError",
                    """f'{detail["repository-name"]}:{detail["image-tag"]}'""",
                    [(NAME, "shop/checkout"), (TAG, "absent")],
                )
            }
        ),
    ),
    Expected("own_prefix_right", "own_prefix_right/main.py:lambda_handler", ("push",), NOTHING),
    Expected(
        # a map of branches, each with its services
        "own_branches",
        "own_branches/deploy.py:lambda_handler",
        ("push",),
        frozenset(
            {unseen(Found("raises", "KeyError", "digest = event['detail']['image-digest']"))}
        ),
    ),
    Expected(
        # a set of repositories, the default of an environment variable
        "own_allowed",
        "own_allowed/app.py:handler",
        ("push",),
        frozenset(
            {
                unseen(
                    raises(
                        "KeyError",
                        'name=namespace + "-"',
                        [(NAME, "shop/web", "shop/api"), (DIGEST, "absent")],
                    )
                )
            }
        ),
    ),
    Expected(
        # several guards at once: a region, tags, a prefix and a suffix
        "own_guards",
        "own_guards/handler.py:handler",
        ("push",),
        frozenset({unseen(Found("raises", "KeyError", """"Detail": '{"digest": "'"""))}),
    ),
    Expected(
        # releases by a regular expression
        "own_release_tags",
        "own_release_tags/app.py:handler",
        ("push",),
        frozenset({unseen(Found("raises", "KeyError", 'Value=detail["image-digest"]'))}),
    ),
    # --- more than pushes -------------------------------------------------------------------------
    Expected(
        "action_redeploy",  # whatever happens to the image
        "action_redeploy/app.py:lambda_handler",
        ("archive", "delete", "push", "restore"),
        frozenset({Found("action-blind")}),
    ),
    Expected(
        "push_inventory",
        "push_inventory/main.py:lambda_handler",
        ("delete", "push"),
        frozenset(
            {
                raises("KeyError", '"tag": detail["image-tag"]', (TAG, "absent")),
                # Only of pushes is it known that they may lack the tag.
                unseen(raises("KeyError", '"tag": detail["image-tag"]', (TAG, "absent"))),
                unseen(raises("KeyError", '"digest": detail["image-digest"]', (DIGEST, "absent"))),
                REPEATS,
            }
        ),
    ),
    Expected(
        "dispatch",
        "dispatch/app.py:lambda_handler",
        ("push", "scan"),
        frozenset(
            {
                raises("KeyError", "detail['image-tag']", (TAG, "absent")),
                raises(
                    "KeyError", 'counts = detail["finding-severity-counts"]', (COUNTS, "absent")
                ),
            }
        ),
    ),
    Expected(
        "delete_audit",  # a dataclass of the documented sample
        "delete_audit/audit.py:lambda_handler",
        ("delete",),
        frozenset(
            {
                unseen(
                    raises(
                        "TypeError",
                        "deleted = Deleted(**{",
                        (DIGEST, "absent"),
                        (TAG, "absent"),
                        (MANIFEST, "docker", "docker-list", "oci", "oci-index"),
                        (ARTIFACT, "docker", "helm", "oci", "sbom"),
                    )
                ),
                Found("unknown-fields"),
            }
        ),
        may=frozenset({unseen(Found("media-types"))}),
    ),
    Expected(
        "delete_audit_right",
        "delete_audit_right/audit.py:lambda_handler",
        ("delete",),
        NOTHING,
    ),
    # --- variables that nobody gave: they let the event through -----------------------------------
    Expected(
        "env_one_repository",  # compares repository, tag and account with variables
        "env_one_repository/app.py:lambda_handler",
        ("push",),
        frozenset({raises("KeyError", 'tag = detail["image-tag"]')}),
    ),
    Expected(
        "env_optional_channels",  # `.get` without a default, or with an empty one, guards code
        "env_optional_channels/app.py:handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", '_slack(f"{name}'),
                unseen(raises("KeyError", '_slack(f"{name}')),
            }
        ),
    ),
    Expected(
        "env_team_map",  # a JSON map, of which the repository is a key
        "env_team_map/app.py:handler",
        ("push",),
        frozenset(
            {
                raises("KeyError", '"image": f"{repository}'),
                BLIND_TO_FAILURE,
            }
        ),
    ),
    Expected(
        "env_threshold",  # a number that is passed, a prefix of the repository
        "env_threshold/app.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises("KeyError", 'return counts["CRITICAL"] > MAX_CRITICAL'),
                raises("IndexError", 'reason="scan of " + detail["image-tags"][0]'),
                unseen(raises("KeyError", 'reason="scan of " + detail["image-tags"][0]')),
                unseen(raises("KeyError", 'if too_many(detail["finding-severity-counts"]):')),
            }
        ),
    ),
    Expected(
        "env_settings_class",  # pydantic-settings reads them
        "env_settings_class/app.py:handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", '"tag": detail["image-tags"][0]'),
                unseen(raises("KeyError", '"tag": detail["image-tags"][0]')),
                Found("action-blind", causes=causes((STATUS, "failed"))),
            }
        ),
    ),
    Expected(
        "env_allowlist_right",  # patterns, and the region
        "env_allowlist_right/app.py:handler",
        ("push",),
        NOTHING,
    ),
    # --- beyond an answer -------------------------------------------------------------------------
    Expected(
        "chat_answer",  # reads the chat's answer, which nobody has described
        "chat_answer/app.py:handler",
        ("scan",),
        frozenset(
            {
                raises(
                    "KeyError", 'counts = detail["finding-severity-counts"]', (COUNTS, "absent")
                ),
            }
        ),
        may=frozenset({unseen(Found("absent-is-zero"))}),
    ),
    Expected(
        "scan_secret_dispatch",  # keys of a secret, named by the caller of a function
        "scan_secret_dispatch/handler.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", 'body = {"ref": d["image-tags"][0]'),
                unseen(raises("KeyError", 'body = {"ref": d["image-tags"][0]')),
            }
        ),
    ),
    Expected(
        "push_refused_quietly",  # a parameter that SNS has not, and an except for everything
        "push_refused_quietly/app.py:lambda_handler",
        ("push",),
        frozenset(
            {
                Found(
                    "wrong-call", PARAMETERS, "sns.publish(TopicArn", causes((RESULT, "success"))
                ),
                unseen(raises("KeyError", 'tag = detail.get("image-tag")')),
            }
        ),
    ),
    Expected(
        "push_codedeploy_status",  # a key that no answer of GetDeployment has
        "push_codedeploy_status/app.py:handler",
        ("push",),
        frozenset(
            {
                raises("KeyError", '"status": info["status"]', (RESULT, "success")),
                unseen(
                    raises(
                        "KeyError",
                        '"@" + detail["image-digest"]',
                        [(RESULT, "success"), (DIGEST, "absent")],
                    )
                ),
                REPEATS,
            }
        ),
    ),
    Expected(
        "push_paginator",  # pages, and numbers and parts of what they hold
        "push_paginator/index.py:handler",
        ("push",),
        frozenset(
            {
                raises(
                    "KeyError", 'tag = detail["image-tag"]', [(RESULT, "success"), (TAG, "absent")]
                ),
            }
        ),
    ),
    # --- time, and imports that fail --------------------------------------------------------------
    Expected(
        "push_restart_rollout",  # sleeps between two machines
        "push_restart_rollout/app.py:handler",
        ("delete", "push"),
        frozenset(
            {
                raises("KeyError", 'image = event["detail"]["repository-name"]', (TAG, "absent")),
                unseen(
                    raises(
                        "KeyError", 'image = event["detail"]["repository-name"]', (TAG, "absent")
                    )
                ),
                Found("action-blind"),
            }
        ),
    ),
    Expected(
        "scan_poll_deadline",  # asks again and again, for five minutes at most
        "scan_poll_deadline/lambda_function.py:lambda_handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", "Message=json.dumps(", (TAGS, "empty")),
                unseen(raises("KeyError", "Message=json.dumps(", (TAGS, "absent"))),
                unseen(raises("KeyError", "findings = wait_for_findings(", (DIGEST, "absent"))),
            }
        ),
    ),
    Expected(
        "push_async_retry",  # asyncio: sleeps, retries that back off, a time-out around all
        "push_async_retry/app.py:handler",
        ("push",),
        frozenset(
            {
                raises(
                    "KeyError",
                    'detail["image-tag"]',
                    [SUCCEEDED, (TAG, "absent")],
                )
            }
        ),
    ),
    Expected(
        "dead_at_import_typo",  # the stage is called live
        "dead_at_import_typo/app.py:handler",
        ("scan",),
        frozenset({Found("dead-at-import", "KeyError", 'WANTED = LEVELS["prod"]')}),
    ),
    Expected(
        "push_beside_go",  # functions in Go and in JavaScript beside it, with rules of their own
        "push_beside_go/index.py:handler",
        ("push",),
        frozenset({raises("KeyError", 'tag = event["detail"]["image-tag"]', (TAG, "absent"))}),
    ),
    # --- queues -----------------------------------------------------------------------------------
    Expected(
        "sqs_worker",  # returns within the loop
        "sqs_worker/worker.py:lambda_handler",
        ("scan",),
        frozenset({Found("first-only")}),
        via=("sqs",),
    ),
    Expected(
        "sqs_first",
        "sqs_first/app.py:handler",
        ("push",),
        frozenset({Found("first-only")}),
        via=("sqs",),
    ),
    Expected(
        "sqs_batch_right",
        "sqs_batch_right/app.py:handler",
        ("push",),
        NOTHING,
        via=("sqs",),
    ),
    # --- what is meant, what is told once, and what was seen before -------------------------------
    Expected(
        "scan_gate_refuses",  # its exceptions end an execution of Step Functions
        "scan_gate_refuses/app.py:handler",
        ("scan",),
        frozenset(
            {
                refuses("app.TooManyFindings", "raise TooManyFindings", (CRITICAL, "some")),
                refuses("app.GateClosed", 'raise GateClosed("scan did not', (STATUS, "failed")),
            }
        ),
    ),
    Expected(
        "push_validates",  # the problems of an event are put together, then told at one line
        "push_validates/app.py:lambda_handler",
        ("push",),
        frozenset(
            {
                refuses(
                    "app.InvalidEvent",
                    "raise InvalidEvent",
                    (RESULT, "failure"),
                    (TAG, "absent", "empty"),
                )
            }
        ),
    ),
    Expected(
        "push_wraps_failures",  # an exception of its own that passes on another one is no refusal
        "push_wraps_failures/app.py:handler",
        ("push",),
        frozenset({raises("app.DeployFailed", "raise DeployFailed", [SUCCEEDED, (TAG, "absent")])}),
    ),
    Expected(
        "scan_text_in_each_branch",
        "scan_text_in_each_branch/app.py:handler",
        ("scan",),
        frozenset(
            {
                raises("IndexError", '"critical in %s!"', (TAGS, "empty")),
                unseen(raises("KeyError", '"critical in %s!"', (TAGS, "absent"))),
            }
        ),
    ),
    Expected(
        "scan_once_only",  # an event whose id it has seen is left alone
        "scan_once_only/app.py:handler",
        ("scan",),
        frozenset({raises("KeyError", 'counts = d["finding-sev', (COUNTS, "absent"))}),
    ),
    Expected(
        "push_key_of_an_older_event",  # as CloudTrail says it
        "push_key_of_an_older_event/app.py:handler",
        ("push", "delete"),
        frozenset({Found("raises", "KeyError", 'image = event["detail"]["repositoryName"]')}),
    ),
    # --- behind adapters -----------------------------------------------------------------------
    *ADAPTERS,
    # --- callables of other shapes -------------------------------------------------------------
    *CALLABLES,
    # --- web apps ------------------------------------------------------------------------------
    *WEB_APPS,
    # --- poll loops -------------------------------------------------------------------------------
    *POLLERS,
    *NODE_HANDLERS,
    # --- with two entrances -----------------------------------------------------------------------
    *ENTRANCES,
)
