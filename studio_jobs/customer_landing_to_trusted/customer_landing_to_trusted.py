import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from awsglue import DynamicFrame
import re
from pyspark.sql import functions as SqlFuncs

# Script generated for node Empty customer_trusted
def EmptyCustomerTrusted(glueContext, dfc) -> DynamicFrameCollection:
    # the new rows are computed before the old ones go
    rows = dfc.select(list(dfc.keys())[0]).toDF().cache()
    if rows.count() == 0 and dfc.select(list(dfc.keys())[1]).count() == 0:
        raise ValueError("customer_landing has no records, so customer_trusted keeps the rows that it has")
    glueContext.purge_table(database="stedi", table_name="customer_trusted", options={"retentionPeriod": 0})
    return DynamicFrameCollection({"rows": DynamicFrame.fromDF(rows, glueContext, "rows")}, glueContext)
def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql(query)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
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

# Script generated for node Still agreed in the latest record
SqlQuery0 = '''
-- an older record counts no more; of two as old, the one without consent does
select agreed.*
from agreed
left anti join everybody
  on everybody.email = agreed.email
  and (everybody.lastupdatedate > agreed.lastupdatedate
    or (everybody.lastupdatedate = agreed.lastupdatedate and coalesce(everybody.sharewithresearchasofdate, 0) <= 0))
'''
Stillagreedinthelatestrecord_node1793612429451 = sparkSqlQuery(glueContext, query = SqlQuery0, mapping = {"agreed":Consentedtoresearch_node1793612420407, "everybody":customer_landing_node1793612407534}, transformation_ctx = "Stillagreedinthelatestrecord_node1793612429451")

# Script generated for node Without duplicates
Withoutduplicates_node1793612445071 =  DynamicFrame.fromDF(Stillagreedinthelatestrecord_node1793612429451.toDF().dropDuplicates(), glueContext, "Withoutduplicates_node1793612445071")

# Script generated for node Empty customer_trusted
Emptycustomer_trusted_node1793612453308 = EmptyCustomerTrusted(glueContext, DynamicFrameCollection({"Withoutduplicates_node1793612445071": Withoutduplicates_node1793612445071, "customer_landing_node1793612407534": customer_landing_node1793612407534}, glueContext))

# Script generated for node Select From Collection
SelectFromCollection_node1793612460719 = SelectFromCollection.apply(dfc=Emptycustomer_trusted_node1793612453308, key=list(Emptycustomer_trusted_node1793612453308.keys())[0], transformation_ctx="SelectFromCollection_node1793612460719")

# Script generated for node customer_trusted
customer_trusted_node1793612473592 = glueContext.write_dynamic_frame.from_catalog(frame=SelectFromCollection_node1793612460719, database="stedi", table_name="customer_trusted", transformation_ctx="customer_trusted_node1793612473592")

job.commit()