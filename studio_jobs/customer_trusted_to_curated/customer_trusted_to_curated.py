import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from pyspark.sql import functions as SqlFuncs

# Script generated for node Empty customers_curated
def EmptyCustomersCurated(glueContext, dfc) -> DynamicFrameCollection:
    # the new rows are computed before the old ones go
    rows = dfc.select(list(dfc.keys())[0]).toDF().cache()
    rows.count()
    glueContext.purge_table(database="stedi", table_name="customers_curated", options={"retentionPeriod": 0})
    return DynamicFrameCollection({"rows": DynamicFrame.fromDF(rows, glueContext, "rows")}, glueContext)
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node accelerometer_trusted
accelerometer_trusted_node1793616043175 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="accelerometer_trusted", transformation_ctx="accelerometer_trusted_node1793616043175")

# Script generated for node customer_trusted
customer_trusted_node1793616030302 = glueContext.create_dynamic_frame.from_catalog(database="stedi", table_name="customer_trusted", transformation_ctx="customer_trusted_node1793616030302")

# Script generated for node Who has readings
Whohasreadings_node1793616052219 = SelectFields.apply(frame=accelerometer_trusted_node1793616043175, paths=["user"], transformation_ctx="Whohasreadings_node1793616052219")

# Script generated for node One row a user
Onerowauser_node1793616067839 =  DynamicFrame.fromDF(Whohasreadings_node1793616052219.toDF().dropDuplicates(), glueContext, "Onerowauser_node1793616067839")

# Script generated for node Customers with readings
Customerswithreadings_node1793616076076 = Join.apply(frame1=customer_trusted_node1793616030302, frame2=Onerowauser_node1793616067839, keys1=["email"], keys2=["user"], transformation_ctx="Customerswithreadings_node1793616076076")

# Script generated for node Without the reading's user
Withoutthereadingsuser_node1793616083487 = DropFields.apply(frame=Customerswithreadings_node1793616076076, paths=["user"], transformation_ctx="Withoutthereadingsuser_node1793616083487")

# Script generated for node One row a customer
Onerowacustomer_node1793616096360 =  DynamicFrame.fromDF(Withoutthereadingsuser_node1793616083487.toDF().dropDuplicates(["email"]), glueContext, "Onerowacustomer_node1793616096360")

# Script generated for node Empty customers_curated
Emptycustomers_curated_node1793616105404 = EmptyCustomersCurated(glueContext, DynamicFrameCollection({"Onerowacustomer_node1793616096360": Onerowacustomer_node1793616096360}, glueContext))

# Script generated for node Select From Collection
SelectFromCollection_node1793616121024 = SelectFromCollection.apply(dfc=Emptycustomers_curated_node1793616105404, key=list(Emptycustomers_curated_node1793616105404.keys())[0], transformation_ctx="SelectFromCollection_node1793616121024")

# Script generated for node customers_curated
customers_curated_node1793616129261 = glueContext.write_dynamic_frame.from_catalog(frame=SelectFromCollection_node1793616121024, database="stedi", table_name="customers_curated", transformation_ctx="customers_curated_node1793616129261")

job.commit()