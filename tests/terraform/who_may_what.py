"""What each role must be able to do on AWS, with the source that says so, and what it must not be able to do.

The rehearsal proves what our own runtime asks for. Glue's Spark asks for more: it lists folders by names of its own,
writes through a committer, and asks the catalog for things that no script names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ACCOUNT, REGION = "123456789012", "eu-west-1"
LAKE = f"arn:aws:s3:::stedi-prod-lake-{ACCOUNT}-{REGION}"
ASSETS = f"arn:aws:s3:::stedi-prod-assets-{ACCOUNT}-{REGION}"
GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}"
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
JOB_LOGS = f"{LOGS}/aws-glue/jobs/stedi-prod"
CRAWLER_LOGS = f"{LOGS}/aws-glue/crawlers"

S3A = "Hadoop-AWS module, S3A: how file system calls become requests"
COMMITTER = "Hadoop-AWS module, S3A committers; _temporary and _SUCCESS of FileOutputCommitter"
MULTIPART = "Amazon S3 User Guide, Multipart upload API and permissions"
PURGE = "AWS Glue Developer Guide, GlueContext class: purge_table deletes files of the table"
CATALOG = "AWS Glue Developer Guide, AWS Glue Data Catalog support for Spark SQL jobs: permissions"
HIVE = "AWS Glue Data Catalog client for Apache Hive Metastore, AWSCatalogMetastoreClient"
LOGGING = "AWS Glue Developer Guide, Logging for AWS Glue jobs"
METRICS = "AWS Glue Developer Guide, Monitoring with AWS Glue observability metrics; namespace Glue"
STARTING = "AWS Glue Developer Guide, Step 2: Create an IAM role for AWS Glue"
ATHENA = "Amazon Athena User Guide, AWSQuicksightAthenaAccess and AmazonAthenaFullAccess, what queries need"
JDBC = "Amazon Athena User Guide, Athena JDBC 3.x driver: permissions"
CRAWLING = "AWS Glue Developer Guide, Crawler prerequisites"


@dataclass(frozen=True)
class Call:
    """An action on a resource, and the page that says that it is made."""

    action: str
    resource: str
    source: str = ""
    context: dict[str, list[str]] = field(default_factory=dict)


def tables(*names: str) -> list[str]:
    return [f"{GLUE}:catalog", f"{GLUE}:database/stedi", *(f"{GLUE}:table/stedi/{name}" for name in names)]


def listed(prefix: str) -> dict[str, list[str]]:
    return {"s3:prefix": [prefix]}


ZONE, LANDING = "customer/trusted", "customer/landing"
JOB_CALLS = [
    Call("s3:GetObject", f"{ASSETS}/scripts/customer_landing_to_trusted.py", STARTING),
    Call("s3:GetBucketLocation", ASSETS, STARTING),
    Call("s3:ListBucket", ASSETS, S3A, listed("temporary/x/")),
    *(
        Call(f"s3:{action}", f"{ASSETS}/temporary/spill/part-0", STARTING)
        for action in ("GetObject", "PutObject", "DeleteObject")
    ),
    *(
        Call(f"s3:{action}", f"{ASSETS}/temporary/spill/part-0", MULTIPART)
        for action in ("AbortMultipartUpload", "ListMultipartUploadParts")
    ),
    Call("s3:GetBucketLocation", LAKE, S3A),
    # HEAD of the folder's own key, then of the marker, then a listing
    Call("s3:GetObject", f"{LAKE}/{LANDING}", S3A),
    Call("s3:GetObject", f"{LAKE}/{LANDING}/", S3A),
    Call("s3:GetObject", f"{LAKE}/{LANDING}/customer-0.json", S3A),
    *(
        Call("s3:ListBucket", LAKE, S3A, listed(prefix))
        for prefix in (f"{LANDING}/", LANDING, f"{ZONE}/", ZONE, f"{ZONE}/_temporary/0/")
    ),
    Call("s3:GetObject", f"{LAKE}/{ZONE}", S3A),
    *(
        Call(f"s3:{action}", f"{LAKE}/{ZONE}/{key}", source)
        for key, source in (
            ("part-0.snappy.parquet", COMMITTER),
            ("_temporary/0/_temporary/x", COMMITTER),
            ("_SUCCESS", COMMITTER),
            ("", S3A),
        )
        for action in ("PutObject", "DeleteObject", "GetObject")
    ),
    *(
        Call(f"s3:{action}", f"{LAKE}/{ZONE}/part-0", MULTIPART)
        for action in ("AbortMultipartUpload", "ListMultipartUploadParts")
    ),
    Call("s3:ListBucketMultipartUploads", LAKE, MULTIPART),
    Call("s3:DeleteObject", f"{LAKE}/{ZONE}/part-old.parquet", PURGE),
    *(
        Call("glue:GetDatabase", arn, HIVE)
        for arn in (
            f"{GLUE}:catalog",
            f"{GLUE}:database/default",
            f"{GLUE}:database/global_temp",
            f"{GLUE}:database/stedi",
        )
    ),
    *(Call("glue:CreateDatabase", arn, HIVE) for arn in (f"{GLUE}:catalog", f"{GLUE}:database/default")),
    *(
        Call(f"glue:{action}", arn, CATALOG)
        for action in ("GetUserDefinedFunctions", "GetUserDefinedFunction")
        for arn in (
            f"{GLUE}:catalog",
            f"{GLUE}:database/default",
            f"{GLUE}:userDefinedFunction/default/*",
            f"{GLUE}:userDefinedFunction/stedi/*",
        )
    ),
    *(
        Call(f"glue:{action}", arn, CATALOG)
        for action in ("GetTable", "GetTables", "GetPartition", "GetPartitions", "BatchGetPartition")
        for arn in tables("customer_landing", "customer_trusted")
    ),
    *(
        Call(f"glue:{action}", arn, PURGE if "Delete" in action else CATALOG)
        for action in (
            "BatchCreatePartition",
            "CreatePartition",
            "BatchDeletePartition",
            "DeletePartition",
            "UpdateTable",
        )
        for arn in tables("customer_trusted")
    ),
    *(
        Call(f"logs:{action}", f"{JOB_LOGS}/{kind}:log-stream:jr_0-driver", LOGGING)
        for kind in ("output", "error")
        for action in ("CreateLogStream", "PutLogEvents")
    ),
    Call("logs:CreateLogGroup", f"{JOB_LOGS}/output:*", LOGGING),
    Call("cloudwatch:PutMetricData", "*", METRICS, {"cloudwatch:namespace": ["Glue"]}),
]
CRAWLER_CALLS = [
    *(Call("s3:GetObject", f"{LAKE}/{prefix}/x", CRAWLING) for prefix in (LANDING, ZONE)),
    *(Call("s3:ListBucket", LAKE, CRAWLING, listed(f"{prefix}/")) for prefix in (LANDING, ZONE)),
    Call("s3:GetBucketLocation", LAKE, CRAWLING),
    *(
        Call(f"glue:{action}", arn, CRAWLING)
        for action in (
            "GetDatabase", "GetTable", "GetTables", "UpdateTable", "GetPartition", "GetPartitions", "BatchGetPartition",
            "BatchCreatePartition", "CreatePartition", "UpdatePartition",
        )
        for arn in tables("customer_landing")
    ),
    *(Call(f"logs:{action}", f"{CRAWLER_LOGS}:log-stream:stedi-prod-landing", LOGGING) for action in ("CreateLogStream", "PutLogEvents")),
    Call("logs:CreateLogGroup", f"{CRAWLER_LOGS}:*", LOGGING),
]  # fmt: skip
GROUP = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/stedi-prod-analysts"
DATA_CATALOG = f"arn:aws:athena:{REGION}:{ACCOUNT}:datacatalog/AwsDataCatalog"
ANALYST_CALLS = [
    *(Call(f"athena:{action}", "*", ATHENA) for action in ("ListWorkGroups", "ListDataCatalogs", "ListEngineVersions")),
    *(
        Call(f"athena:{action}", GROUP, ATHENA if "Stream" not in action else JDBC)
        for action in (
            "GetWorkGroup", "StartQueryExecution", "StopQueryExecution", "GetQueryExecution", "BatchGetQueryExecution",
            "ListQueryExecutions", "GetQueryResults", "GetQueryResultsStream", "ListNamedQueries", "GetNamedQuery",
            "BatchGetNamedQuery",
        )
    ),
    *(Call(f"athena:{action}", DATA_CATALOG, JDBC) for action in ("GetDataCatalog", "GetDatabase", "ListDatabases", "ListTableMetadata", "GetTableMetadata")),
    *(Call("glue:GetDatabases", arn, ATHENA) for arn in (f"{GLUE}:catalog", f"{GLUE}:database/default", f"{GLUE}:database/stedi")),
    *(
        Call(f"glue:{action}", arn, ATHENA)
        for action in ("GetDatabase", "GetTable", "GetTables", "GetPartition", "GetPartitions", "BatchGetPartition")
        for arn in tables("machine_learning_curated")
    ),
    Call("glue:GetDatabase", f"{GLUE}:database/default", ATHENA),
    Call("s3:GetObject", f"{LAKE}/machine_learning/curated/part-0.parquet", ATHENA),
    Call("s3:ListBucket", LAKE, ATHENA, listed("machine_learning/curated/")),
    Call("s3:GetBucketLocation", ASSETS, ATHENA),
    Call("s3:ListBucket", ASSETS, ATHENA, listed("athena-analysts/x")),
    *(Call(f"s3:{action}", f"{ASSETS}/athena-analysts/x.csv", ATHENA) for action in ("GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts")),
]  # fmt: skip

RUN_WORKFLOW = "make run-workflow: RESUME=1, and the log of a job that failed"
WORKFLOW = f"{GLUE}:workflow/stedi-prod"
ENGINEER_CALLS = [
    Call("s3:AbortMultipartUpload", f"{LAKE}/{LANDING}/large.json", MULTIPART),
    *(
        Call(f"s3:{action}", f"{ASSETS}/athena/x.csv", ATHENA)
        for action in ("GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts")
    ),
    *(Call("s3:GetBucketLocation", bucket, ATHENA) for bucket in (LAKE, ASSETS)),
    *(
        Call(f"glue:{action}", arn, ATHENA)
        for action in ("GetDatabase", "GetDatabases", "GetTable", "GetPartition", "GetPartitions", "BatchGetPartition")
        for arn in tables("customer_trusted")
    ),
    Call("glue:GetDatabase", f"{GLUE}:database/default", ATHENA),
    *(Call(f"glue:{action}", WORKFLOW, RUN_WORKFLOW) for action in ("GetWorkflowRuns", "ResumeWorkflowRun")),
    *(
        Call(f"logs:{action}", f"{JOB_LOGS}/error:log-stream:jr_1-driver", RUN_WORKFLOW)
        for action in ("GetLogEvents", "DescribeLogStreams")
    ),
]
"""What an engineer needs beside what the rehearsal asks for."""

ENGINEER_MUST_NOT = [
    Call("s3:PutObject", f"{LAKE}/{ZONE}/x"),
    Call("s3:DeleteObject", f"{LAKE}/{LANDING}/customer-0.json"),
    Call("s3:DeleteObjectVersion", f"{LAKE}/{ZONE}/x"),
    Call("glue:DeleteTable", f"{GLUE}:table/stedi/customer_trusted"),
    Call("glue:CreateJob", f"{GLUE}:job/new"),
    Call("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", context={"iam:PassedToService": ["glue.amazonaws.com"]}),
    Call("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/stedi-prod-jobs", context={"iam:PassedToService": ["ec2.amazonaws.com"]}),
    Call("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/stedi-prod-jobs"),
    Call("logs:GetLogEvents", f"{LOGS}/aws/lambda/other:log-stream:x"),
    Call("athena:StartQueryExecution", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"),
]  # fmt: skip
DEPLOYER_MUST_NOT = [
    Call("s3:GetObject", f"{LAKE}/{ZONE}/part-0"),
    Call("s3:PutObject", f"{LAKE}/{ZONE}/part-0"),
    Call("s3:DeleteBucket", "arn:aws:s3:::another-bucket"),
    Call("glue:StartJobRun", f"{GLUE}:job/customer_landing_to_trusted"),
    Call("glue:DeleteDatabase", f"{GLUE}:database/other"),
    Call("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x"),
    Call("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    Call("iam:AttachRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/stedi-prod-jobs"),
    Call("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", context={"iam:PassedToService": ["glue.amazonaws.com"]}),
    Call("sns:DeleteTopic", f"arn:aws:sns:{REGION}:{ACCOUNT}:other"),
    Call("logs:DeleteLogGroup", f"{LOGS}/aws/lambda/other"),
]

NOT_ASKED_OF_THE_EMULATOR = {
    "Workflow: glue:StartTrigger": "Terraform starts a trigger that somebody has deactivated in the console",
    "LogGroups: logs:TagResource": "Amazon CloudWatch Logs API Reference, CreateLogGroup: tags need logs:TagResource",
    "LogGroups: logs:UntagResource": "Terraform takes a tag away that is no longer wanted",
}
"""What a deployer needs that no test makes Terraform ask for, and why."""

JOB_MUST_NOT = [
    Call("s3:GetObject", "arn:aws:s3:::another-bucket/x"),
    Call("s3:PutObject", f"{LAKE}/{LANDING}/customer-0.json"),
    Call("s3:DeleteObject", f"{LAKE}/{LANDING}/customer-0.json"),
    Call("s3:DeleteObject", f"{LAKE}/elsewhere/x"),
    Call("s3:DeleteObject", f"{ASSETS}/scripts/customer_landing_to_trusted.py"),
    Call("s3:PutObject", f"{ASSETS}/scripts/customer_landing_to_trusted.py"),
    Call("s3:DeleteObjectVersion", f"{LAKE}/{ZONE}/part-0"),
    Call("s3:ListBucket", LAKE, context=listed("")),
    Call("s3:DeleteBucket", LAKE),
    Call("glue:UpdateTable", f"{GLUE}:table/stedi/customer_landing"),
    Call("glue:DeleteTable", f"{GLUE}:table/stedi/customer_trusted"),
    Call("glue:GetTable", f"{GLUE}:table/other/secrets"),
    Call("glue:StartJobRun", f"{GLUE}:job/customer_landing_to_trusted"),
    Call("logs:PutLogEvents", f"{LOGS}/aws-glue/jobs/stedi-dev/output:log-stream:x"),
    Call("logs:PutLogEvents", f"{LOGS}/aws-glue/jobs/output:log-stream:x"),
    Call("logs:PutLogEvents", f"{LOGS}/aws/lambda/other:log-stream:x"),
    Call("logs:GetLogEvents", f"{JOB_LOGS}/output:log-stream:x"),
    Call("cloudwatch:PutMetricData", "*", context={"cloudwatch:namespace": ["AWS/EC2"]}),
    Call("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/stedi-prod-jobs"),
    Call("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x"),
    Call("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/stedi-prod-crawlers"),
]
CRAWLER_MUST_NOT = [
    Call("s3:PutObject", f"{LAKE}/{ZONE}/x"),
    Call("s3:DeleteObject", f"{LAKE}/{LANDING}/x"),
    Call("s3:GetObject", f"{ASSETS}/scripts/x.py"),
    Call("glue:CreateTable", f"{GLUE}:table/stedi/new"),
    Call("glue:DeleteTable", f"{GLUE}:table/stedi/customer_trusted"),
    Call("logs:PutLogEvents", f"{JOB_LOGS}/output:log-stream:x"),
]
ANALYST_MUST_NOT = [
    *(
        Call("s3:GetObject", f"{LAKE}/{prefix}/x")
        for prefix in (LANDING, ZONE, "customer/curated", "accelerometer/trusted")
    ),
    *(Call("s3:ListBucket", LAKE, context=listed(prefix)) for prefix in ("", f"{LANDING}/", f"{ZONE}/")),
    *(Call("glue:GetTable", f"{GLUE}:table/stedi/{name}") for name in ("customer_landing", "customer_trusted")),
    Call("s3:GetObject", f"{ASSETS}/athena/x.csv"),
    Call("s3:DeleteObject", f"{LAKE}/machine_learning/curated/x"),
    Call("s3:PutObject", f"{LAKE}/machine_learning/curated/x"),
    Call("athena:StartQueryExecution", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/stedi-prod"),
    Call("athena:GetQueryResults", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"),
    Call("athena:UpdateWorkGroup", GROUP),
    Call("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/x"),
]
