import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from awsglue import DynamicFrame
from pyspark.sql import functions as SqlFuncs

# Script generated for node Empty accelerometer_trusted
def EmptyAccelerometerTrusted(glueContext, dfc) -> DynamicFrameCollection:
    # the new rows are computed before the old ones go
    rows = dfc.select(list(dfc.keys())[0]).toDF().cache()
    if rows.count() == 0 and dfc.select(list(dfc.keys())[1]).count() == 0:
        raise ValueError("accelerometer_landing has no records, so accelerometer_trusted keeps the rows that it has")
    glueContext.purge_table(database="stedi", table_name="accelerometer_trusted", options={"retentionPeriod": 0})
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

# Script generated for node customer_trusted
customer_trusted_node1793614231791 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="customer_trusted", transformation_ctx="customer_trusted_node1793614231791")

# Script generated for node accelerometer_landing
accelerometer_landing_node1793614218918 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="accelerometer_landing", transformation_ctx="accelerometer_landing_node1793614218918")

# Script generated for node Readings of trusted customers
Readingsoftrustedcustomers_node1793614240835 = Join.apply(frame1=accelerometer_landing_node1793614218918, frame2=customer_trusted_node1793614231791, keys1=["user"], keys2=["email"], transformation_ctx="Readingsoftrustedcustomers_node1793614240835")

# Script generated for node On or after the consent
SqlQuery0 = '''
select * from readings where timestamp >= sharewithresearchasofdate
'''
Onoraftertheconsent_node1793614256455 = sparkSqlQuery(glueContext, query = SqlQuery0, mapping = {"readings":Readingsoftrustedcustomers_node1793614240835}, transformation_ctx = "Onoraftertheconsent_node1793614256455")

# Script generated for node Without customer data
Withoutcustomerdata_node1793614264692 = DropFields.apply(frame=Onoraftertheconsent_node1793614256455, paths=["customername", "email", "phone", "birthday", "serialnumber", "registrationdate", "lastupdatedate", "sharewithresearchasofdate", "sharewithpublicasofdate", "sharewithfriendsasofdate"], transformation_ctx="Withoutcustomerdata_node1793614264692")

# Script generated for node Without duplicates
Withoutduplicates_node1793614272103 =  DynamicFrame.fromDF(Withoutcustomerdata_node1793614264692.toDF().dropDuplicates(), glueContext, "Withoutduplicates_node1793614272103")

# Script generated for node Empty accelerometer_trusted
Emptyaccelerometer_trusted_node1793614284976 = EmptyAccelerometerTrusted(glueContext, DynamicFrameCollection({"Withoutduplicates_node1793614272103": Withoutduplicates_node1793614272103, "accelerometer_landing_node1793614218918": accelerometer_landing_node1793614218918}, glueContext))

# Script generated for node Select From Collection
SelectFromCollection_node1793614294020 = SelectFromCollection.apply(dfc=Emptyaccelerometer_trusted_node1793614284976, key=list(Emptyaccelerometer_trusted_node1793614284976.keys())[0], transformation_ctx="SelectFromCollection_node1793614294020")

# Script generated for node accelerometer_trusted
accelerometer_trusted_node1793614309640 = glueContext.write_dynamic_frame.from_catalog(frame=SelectFromCollection_node1793614294020, database="stedi", table_name="accelerometer_trusted", transformation_ctx="accelerometer_trusted_node1793614309640")

job.commit()