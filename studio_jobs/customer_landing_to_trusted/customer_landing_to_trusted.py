import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
import re
from pyspark.sql import functions as SqlFuncs

# Script generated for node Empty customer_trusted
def EmptyCustomerTrusted(glueContext, dfc) -> DynamicFrameCollection:
    glueContext.purge_table(database="stedi", table_name="customer_trusted", options={"retentionPeriod": 0})
    return dfc
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node customer_landing
customer_landing_node1793612407534 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="customer_landing", transformation_ctx="customer_landing_node1793612407534")

# Script generated for node Consented to research
Consentedtoresearch_node1793612420407 = Filter.apply(frame=customer_landing_node1793612407534, f=lambda row: (row["sharewithresearchasofdate"] > 0), transformation_ctx="Consentedtoresearch_node1793612420407")

# Script generated for node Without duplicates
Withoutduplicates_node1793612429451 =  DynamicFrame.fromDF(Consentedtoresearch_node1793612420407.toDF().dropDuplicates(), glueContext, "Withoutduplicates_node1793612429451")

# Script generated for node Empty customer_trusted
Emptycustomer_trusted_node1793612445071 = EmptyCustomerTrusted(glueContext, DynamicFrameCollection({"Withoutduplicates_node1793612429451": Withoutduplicates_node1793612429451}, glueContext))

# Script generated for node Select From Collection
SelectFromCollection_node1793612453308 = SelectFromCollection.apply(dfc=Emptycustomer_trusted_node1793612445071, key=list(Emptycustomer_trusted_node1793612445071.keys())[0], transformation_ctx="SelectFromCollection_node1793612453308")

# Script generated for node customer_trusted
customer_trusted_node1793612460719 = glueContext.write_dynamic_frame.from_catalog(frame=SelectFromCollection_node1793612453308, database="stedi", table_name="customer_trusted", transformation_ctx="customer_trusted_node1793612460719")

job.commit()