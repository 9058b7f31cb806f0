"""What a request to the other services asks for: its operation, and the resources that the operation is about.

Which resources an action is about is said in the Service Authorization Reference. An operation that is not in the table
here is judged as one on `*`, which only a statement about all resources allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from moto.athena.models import athena_backends

from glue_emulator.backend_state import workgroup_of_execution
from glue_emulator.iam.policies import Asked

Parameters = Mapping[str, Any]
Resources = Callable[[Parameters, str, str], Sequence[str]]
"""The ARNs that an operation is about, from its parameters, the region and the account."""

QUERY_PREFIX = {"monitoring": "cloudwatch", "email": "ses"}
"""Name in a signature to the prefix of actions, where they are not the same."""


def asked_of_service(service: str, operation: str, parameters: Parameters, region: str, account: str) -> list[Asked]:
    """Return what an operation of a service asks for."""
    prefix = QUERY_PREFIX.get(service, service)
    resources = RESOURCES.get(prefix, {}).get(operation)
    arns = resources(parameters, region, account) if resources else ["*"]
    context = _context(prefix, operation, parameters)
    asked = [Asked(f"{prefix}:{ACTIONS.get((prefix, operation), operation)}", arn, context) for arn in arns]
    return asked + _passed_role(prefix, operation, parameters, account)


def operation_of(headers: Mapping[str, str], path: str, body: bytes) -> tuple[str, Parameters]:
    """Return the operation of a request in a JSON or query protocol, and its parameters; empty where it has none."""
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2], _json(body)
    if found := re.search(r"/operation/(\w+)$", path):
        return found[1], {}  # CBOR: no rule here needs the parameters
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    return form.get("Action", ""), form


def _json(body: bytes) -> Parameters:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


ACTIONS = {("logs", "ListTagsForResource"): "ListTagsForResource", ("glue", "GetTags"): "GetTags"}
"""Operations whose action has another name."""


def _context(prefix: str, operation: str, parameters: Parameters) -> dict[str, list[str]]:
    if prefix == "cloudwatch" and parameters.get("Namespace"):
        return {"cloudwatch:namespace": [str(parameters["Namespace"])]}
    if prefix == "iam" and parameters.get("PolicyArn"):
        return {"iam:policyarn": [str(parameters["PolicyArn"])]}
    if operation == "AssumeRole":
        names = (("RoleSessionName", "sts:rolesessionname"), ("ExternalId", "sts:externalid"))
        return {key: [str(parameters[name])] for name, key in names if parameters.get(name)}
    return {}


def _passed_role(prefix: str, operation: str, parameters: Parameters, account: str) -> list[Asked]:
    """Return the leave to hand a role to Glue, which making a job or a crawler needs too."""
    role = parameters.get("Role") or (parameters.get("JobUpdate") or {}).get("Role")
    if prefix != "glue" or not role or operation not in ("CreateJob", "UpdateJob", "CreateCrawler", "UpdateCrawler"):
        return []
    arn = role if str(role).startswith("arn:") else f"arn:aws:iam::{account}:role/{role}"
    return [Asked("iam:PassRole", str(arn), {"iam:passedtoservice": ["glue.amazonaws.com"]})]


def _glue(*kinds: str) -> Resources:
    """Return the catalog, and the database and the tables that an operation names."""

    def arns(parameters: Parameters, region: str, account: str) -> list[str]:
        base = f"arn:aws:glue:{region}:{account}"
        database = str(_first(parameters, "DatabaseName", "Name", "DatabaseInput") or "*").lower()
        tables = _tables(parameters)
        found = {
            "catalog": [f"{base}:catalog"],
            "database": [f"{base}:database/{database}"],
            "table": [f"{base}:table/{database}/{table}" for table in tables],
            "function": [f"{base}:userDefinedFunction/{database}/{parameters.get('FunctionName') or '*'}"],
        }
        return [arn for kind in kinds for arn in found[kind]]

    return arns


def _tables(parameters: Parameters) -> list[str]:
    name = _first(parameters, "TableName", "TableInput") or (
        parameters.get("Name") if "DatabaseName" in parameters else None
    )
    return [str(name or "*").lower()]


def _first(parameters: Parameters, *names: str) -> Any:
    for name in names:
        value = parameters.get(name)
        if isinstance(value, dict):
            value = value.get("Name")
        if value:
            return value
    return None


def _glue_thing(kind: str, *names: str) -> Resources:
    def arns(parameters: Parameters, region: str, account: str) -> list[str]:
        named = [parameters[name] for name in names if parameters.get(name)]
        things = named[0] if named and isinstance(named[0], list) else named[:1]
        return [f"arn:aws:glue:{region}:{account}:{kind}/{one}" for one in things] or ["*"]

    return arns


def _arn_itself(*names: str) -> Resources:
    def arns(parameters: Parameters, region: str, account: str) -> list[str]:  # noqa: ARG001
        return [str(parameters[name]) for name in names if parameters.get(name)] or ["*"]

    return arns


def _named(template: str, *names: str) -> Resources:
    """Return an ARN with a parameter's value in it; a list gives several."""

    def arns(parameters: Parameters, region: str, account: str) -> list[str]:
        value = next((parameters[name] for name in names if parameters.get(name)), "*")
        values = value if isinstance(value, list) else [value]
        return [template.format(region=region, account=account, value=one) for one in values]

    return arns


def _log_group(parameters: Parameters, region: str, account: str) -> list[str]:
    name = (
        parameters.get("logGroupName") or parameters.get("logGroupNamePrefix") or parameters.get("logGroupIdentifier")
    )
    arn = str(parameters.get("resourceArn") or name or "*")
    plain = arn if arn.startswith("arn:") else f"arn:aws:logs:{region}:{account}:log-group:{arn}"
    if "resourceArn" in parameters:  # tags are of a group: "Actions, resources, and condition keys" has no `:*` there
        return [plain.removesuffix(":*")]
    stream = parameters.get("logStreamName")
    return [f"{plain.removesuffix(':*')}:log-stream:{stream}" if stream else f"{plain.removesuffix(':*')}:*"]


def _workgroup_of(*names: str) -> Resources:
    """Return the workgroups of saved queries or of executions, which requests name by their ids."""

    def arns(parameters: Parameters, region: str, account: str) -> list[str]:
        backend = athena_backends[account][region]
        ids = [one for name in names for one in _as_list(parameters.get(name))]
        groups = {name for one in ids if (name := _workgroup(backend, one))}
        return [f"arn:aws:athena:{region}:{account}:workgroup/{name}" for name in sorted(groups)] or ["*"]

    return arns


def _workgroup(backend: Any, query_id: str) -> str:
    """Return the workgroup of a saved query or an execution; empty where there is none."""
    if query_id in backend.named_queries:
        return str(backend.named_queries[query_id].workgroup.name)
    return str(workgroup_of_execution(backend, query_id) or "")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _all(names: str, resources: Resources) -> dict[str, Resources]:
    return dict.fromkeys(names.split(), resources)


JOB, CRAWLER = _glue_thing("job", "JobName", "Name", "JobNames"), _glue_thing("crawler", "Name", "CrawlerName")
WORKFLOW, TRIGGER = _glue_thing("workflow", "Name", "WorkflowName"), _glue_thing("trigger", "Name")
ROLE = _named("arn:aws:iam::{account}:role/{value}", "RoleName")
WORKGROUP = _named("arn:aws:athena:{region}:{account}:workgroup/{value}", "WorkGroup", "Name")
RULE = _named("arn:aws:events:{region}:{account}:rule/{value}", "Rule", "Name")
CATALOG = _named("arn:aws:athena:{region}:{account}:datacatalog/{value}", "CatalogName", "Name")

RESOURCES: dict[str, dict[str, Resources]] = {
    "glue": {
        **_all("GetDatabases GetCatalogImportStatus", _glue("catalog")),
        **_all("GetDatabase CreateDatabase UpdateDatabase DeleteDatabase", _glue("catalog", "database")),
        **_all(
            "GetTable GetTables GetTableVersions CreateTable UpdateTable DeleteTable BatchDeleteTable GetPartition "
            "GetPartitions BatchGetPartition CreatePartition BatchCreatePartition UpdatePartition BatchUpdatePartition "
            "DeletePartition BatchDeletePartition GetPartitionIndexes SearchTables",
            _glue("catalog", "database", "table"),
        ),
        **_all("GetUserDefinedFunction GetUserDefinedFunctions", _glue("catalog", "database", "function")),
        **_all(
            "GetJob CreateJob UpdateJob DeleteJob StartJobRun GetJobRun GetJobRuns BatchStopJobRun BatchGetJobs "
            "GetJobBookmark ResetJobBookmark",
            JOB,
        ),
        **_all("GetCrawler CreateCrawler UpdateCrawler DeleteCrawler StartCrawler StopCrawler ListCrawls", CRAWLER),
        **_all(
            "GetWorkflow CreateWorkflow UpdateWorkflow DeleteWorkflow StartWorkflowRun GetWorkflowRun GetWorkflowRuns "
            "ResumeWorkflowRun StopWorkflowRun GetWorkflowRunProperties PutWorkflowRunProperties",
            WORKFLOW,
        ),
        **_all("GetTrigger CreateTrigger UpdateTrigger DeleteTrigger StartTrigger StopTrigger", TRIGGER),
        **_all("GetTags TagResource UntagResource", _arn_itself("ResourceArn")),
    },
    "athena": {
        **_all(
            "GetWorkGroup CreateWorkGroup UpdateWorkGroup DeleteWorkGroup StartQueryExecution ListNamedQueries "
            "CreateNamedQuery ListQueryExecutions",
            WORKGROUP,
        ),
        **_all("GetNamedQuery DeleteNamedQuery UpdateNamedQuery", _workgroup_of("NamedQueryId")),
        **_all("BatchGetNamedQuery", _workgroup_of("NamedQueryIds")),
        **_all(
            "GetQueryExecution GetQueryResults GetQueryResultsStream StopQueryExecution GetQueryRuntimeStatistics",
            _workgroup_of("QueryExecutionId"),
        ),
        **_all("BatchGetQueryExecution", _workgroup_of("QueryExecutionIds")),
        **_all("GetDataCatalog ListDatabases ListTableMetadata GetTableMetadata GetDatabase", CATALOG),
        **_all("ListTagsForResource TagResource UntagResource", _arn_itself("ResourceARN")),
    },
    "iam": {
        **_all(
            "GetRole CreateRole DeleteRole UpdateRole GetRolePolicy PutRolePolicy DeleteRolePolicy ListRolePolicies "
            "ListAttachedRolePolicies ListInstanceProfilesForRole AttachRolePolicy DetachRolePolicy TagRole UntagRole "
            "ListRoleTags UpdateAssumeRolePolicy UpdateRoleDescription",
            ROLE,
        ),
        **_all("CreatePolicy", _named("arn:aws:iam::{account}:policy/{value}", "PolicyName")),
        **_all(
            "GetPolicy GetPolicyVersion ListPolicyVersions CreatePolicyVersion DeletePolicyVersion DeletePolicy "
            "TagPolicy UntagPolicy ListPolicyTags ListEntitiesForPolicy",
            _arn_itself("PolicyArn"),
        ),
        **_all("GetUser CreateUser DeleteUser", _named("arn:aws:iam::{account}:user/{value}", "UserName")),
    },
    "sts": {"AssumeRole": _arn_itself("RoleArn")},
    "logs": {
        **_all(
            "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy CreateLogStream DescribeLogStreams "
            "GetLogEvents FilterLogEvents PutLogEvents TagLogGroup ListTagsLogGroup ListTagsForResource TagResource "
            "UntagResource AssociateKmsKey DescribeLogGroups",
            _log_group,
        ),
    },
    "sns": {
        **_all("CreateTopic", _named("arn:aws:sns:{region}:{account}:{value}", "Name")),
        **_all(
            "GetTopicAttributes SetTopicAttributes DeleteTopic ListTagsForResource TagResource UntagResource Subscribe "
            "Publish ListSubscriptionsByTopic",
            _arn_itself("TopicArn", "ResourceArn"),
        ),
        # AWS's table of SNS's actions names no resource for these
        **_all("GetSubscriptionAttributes Unsubscribe", lambda *_: ["*"]),
    },
    "events": {
        **_all(
            "PutRule DescribeRule DeleteRule EnableRule DisableRule",
            RULE,
        ),
        **_all("PutTargets RemoveTargets ListTargetsByRule", RULE),
        **_all("ListTagsForResource TagResource UntagResource", _arn_itself("ResourceARN")),
    },
    "cloudwatch": {
        **_all(
            "PutMetricAlarm DescribeAlarms DeleteAlarms",
            _named("arn:aws:cloudwatch:{region}:{account}:alarm:{value}", "AlarmName", "AlarmNames.member.1"),
        ),
        **_all("ListTagsForResource TagResource UntagResource", _arn_itself("ResourceARN")),
    },
}
