import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node from a
froma_node1 = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="a", transformation_ctx="froma_node1")

# Script generated for node to c
toc_node99 = glueContext.write_dynamic_frame.from_catalog(frame=froma_node1, database="d", table_name="c", transformation_ctx="toc_node99")

job.commit()