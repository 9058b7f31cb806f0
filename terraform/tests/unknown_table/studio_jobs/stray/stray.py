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

# Script generated for node from nowhere
fromnowhere_node1 = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="nowhere", transformation_ctx="fromnowhere_node1")

# Script generated for node to f
tof_node99 = glueContext.write_dynamic_frame.from_catalog(frame=fromnowhere_node1, database="d", table_name="f", transformation_ctx="tof_node99")

job.commit()