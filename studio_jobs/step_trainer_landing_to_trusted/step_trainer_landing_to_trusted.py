import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from pyspark.sql import functions as SqlFuncs

# Script generated for node Empty step_trainer_trusted
def EmptyStepTrainerTrusted(glueContext, dfc) -> DynamicFrameCollection:
    # the new rows are computed before the old ones go
    rows = dfc.select(list(dfc.keys())[0]).toDF().cache()
    if rows.count() == 0 and dfc.select(list(dfc.keys())[1]).count() == 0:
        raise ValueError("step_trainer_landing has no records, so step_trainer_trusted keeps the rows that it has")
    glueContext.purge_table(database="stedi", table_name="step_trainer_trusted", options={"retentionPeriod": 0})
    return DynamicFrameCollection({"rows": DynamicFrame.fromDF(rows, glueContext, "rows")}, glueContext)
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node customers_curated
customers_curated_node1793617854550 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="customers_curated", transformation_ctx="customers_curated_node1793617854550")

# Script generated for node step_trainer_landing
step_trainer_landing_node1793617841677 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="step_trainer_landing", transformation_ctx="step_trainer_landing_node1793617841677")

# Script generated for node Serial numbers
Serialnumbers_node1793617863594 = SelectFields.apply(frame=customers_curated_node1793617854550, paths=["serialnumber"], transformation_ctx="Serialnumbers_node1793617863594")

# Script generated for node Name them device
Namethemdevice_node1793617879214 = RenameField.apply(frame=Serialnumbers_node1793617863594, old_name="serialnumber", new_name="device", transformation_ctx="Namethemdevice_node1793617879214")

# Script generated for node One row a device
Onerowadevice_node1793617887451 =  DynamicFrame.fromDF(Namethemdevice_node1793617879214.toDF().dropDuplicates(), glueContext, "Onerowadevice_node1793617887451")

# Script generated for node Steps of these devices
Stepsofthesedevices_node1793617894862 = Join.apply(frame1=step_trainer_landing_node1793617841677, frame2=Onerowadevice_node1793617887451, keys1=["serialnumber"], keys2=["device"], transformation_ctx="Stepsofthesedevices_node1793617894862")

# Script generated for node Without device
Withoutdevice_node1793617907735 = DropFields.apply(frame=Stepsofthesedevices_node1793617894862, paths=["device"], transformation_ctx="Withoutdevice_node1793617907735")

# Script generated for node Without duplicates
Withoutduplicates_node1793617916779 =  DynamicFrame.fromDF(Withoutdevice_node1793617907735.toDF().dropDuplicates(), glueContext, "Withoutduplicates_node1793617916779")

# Script generated for node Empty step_trainer_trusted
Emptystep_trainer_trusted_node1793617932399 = EmptyStepTrainerTrusted(glueContext, DynamicFrameCollection({"Withoutduplicates_node1793617916779": Withoutduplicates_node1793617916779, "step_trainer_landing_node1793617841677": step_trainer_landing_node1793617841677}, glueContext))

# Script generated for node Select From Collection
SelectFromCollection_node1793617940636 = SelectFromCollection.apply(dfc=Emptystep_trainer_trusted_node1793617932399, key=list(Emptystep_trainer_trusted_node1793617932399.keys())[0], transformation_ctx="SelectFromCollection_node1793617940636")

# Script generated for node step_trainer_trusted
step_trainer_trusted_node1793617948047 = glueContext.write_dynamic_frame.from_catalog(frame=SelectFromCollection_node1793617940636, database="stedi", table_name="step_trainer_trusted", transformation_ctx="step_trainer_trusted_node1793617948047")

job.commit()