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

# Script generated for node Empty machine_learning_curated
def EmptyMachineLearningCurated(glueContext, dfc) -> DynamicFrameCollection:
    # the new rows are computed before the old ones go
    rows = dfc.select(list(dfc.keys())[0]).toDF().cache()
    if rows.count() == 0 and (dfc.select(list(dfc.keys())[1]).count() == 0 or dfc.select(list(dfc.keys())[2]).count() == 0):
        raise ValueError("a landing table has no records, so machine_learning_curated keeps the rows that it has")
    glueContext.purge_table(database="stedi", table_name="machine_learning_curated", options={"retentionPeriod": 0})
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

# Script generated for node accelerometer_landing
accelerometer_landing_node1793619690678 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="accelerometer_landing", transformation_ctx="accelerometer_landing_node1793619690678")

# Script generated for node customer_landing
customer_landing_node1793619675058 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="customer_landing", transformation_ctx="customer_landing_node1793619675058")

# Script generated for node step_trainer_trusted
step_trainer_trusted_node1793619653141 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="step_trainer_trusted", transformation_ctx="step_trainer_trusted_node1793619653141")

# Script generated for node accelerometer_trusted
accelerometer_trusted_node1793619666014 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="accelerometer_trusted", transformation_ctx="accelerometer_trusted_node1793619666014")

# Script generated for node Everybody's readings
Everybodysreadings_node1793619698915 = Join.apply(frame1=customer_landing_node1793619675058, frame2=accelerometer_landing_node1793619690678, keys1=["email"], keys2=["user"], transformation_ctx="Everybodysreadings_node1793619698915")

# Script generated for node Devices with one wearer at a time
SqlQuery0 = '''
-- a serial number alone names nobody: many customers have the same one
select serialnumber as device, timestamp as readingtime, min(email) as wearer
from readings
group by serialnumber, timestamp
having count(distinct email) = 1
'''
Deviceswithoneweareratatime_node1793619706326 = sparkSqlQuery(glueContext, query = SqlQuery0, mapping = {"readings":Everybodysreadings_node1793619698915}, transformation_ctx = "Deviceswithoneweareratatime_node1793619706326")

# Script generated for node Steps with their wearer
Stepswiththeirwearer_node1793619719199 = Join.apply(frame1=step_trainer_trusted_node1793619653141, frame2=Deviceswithoneweareratatime_node1793619706326, keys1=["serialnumber", "sensorreadingtime"], keys2=["device", "readingtime"], transformation_ctx="Stepswiththeirwearer_node1793619719199")

# Script generated for node Same wearer, same time
Samewearersametime_node1793619728243 = Join.apply(frame1=Stepswiththeirwearer_node1793619719199, frame2=accelerometer_trusted_node1793619666014, keys1=["wearer", "readingtime"], keys2=["user", "timestamp"], transformation_ctx="Samewearersametime_node1793619728243")

# Script generated for node Without the wearer
Withoutthewearer_node1793619743863 = DropFields.apply(frame=Samewearersametime_node1793619728243, paths=["wearer", "user", "device", "readingtime"], transformation_ctx="Withoutthewearer_node1793619743863")

# Script generated for node Without duplicates
Withoutduplicates_node1793619752100 =  DynamicFrame.fromDF(Withoutthewearer_node1793619743863.toDF().dropDuplicates(), glueContext, "Withoutduplicates_node1793619752100")

# Script generated for node Empty machine_learning_curated
Emptymachine_learning_curated_node1793619759511 = EmptyMachineLearningCurated(glueContext, DynamicFrameCollection({"Withoutduplicates_node1793619752100": Withoutduplicates_node1793619752100, "accelerometer_landing_node1793619690678": accelerometer_landing_node1793619690678, "customer_landing_node1793619675058": customer_landing_node1793619675058}, glueContext))

# Script generated for node Select From Collection
SelectFromCollection_node1793619772384 = SelectFromCollection.apply(dfc=Emptymachine_learning_curated_node1793619759511, key=list(Emptymachine_learning_curated_node1793619759511.keys())[0], transformation_ctx="SelectFromCollection_node1793619772384")

# Script generated for node machine_learning_curated
machine_learning_curated_node1793619781428 = glueContext.write_dynamic_frame.from_catalog(frame=SelectFromCollection_node1793619772384, database="stedi", table_name="machine_learning_curated", transformation_ctx="machine_learning_curated_node1793619781428")

job.commit()