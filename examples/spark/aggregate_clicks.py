"""An aggregation: visits and dwell time by page and hour, with distinct users and medians."""
import argparse

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

parser = argparse.ArgumentParser()
parser.add_argument("--input", required=True)
parser.add_argument("--output", required=True)
options = parser.parse_args()

spark = SparkSession.builder.appName("aggregate-clicks").getOrCreate()
clicks = spark.read.csv(options.input, schema="user LONG, minute LONG, page STRING, dwell_ms LONG")
hourly = clicks.withColumn("hour", F.floor(F.col("minute") / 60)).groupBy("page", "hour")
visits = hourly.agg(
    F.count("*").alias("visits"),
    F.countDistinct("user").alias("users"),
    F.expr("percentile(dwell_ms, 0.5)").alias("median_dwell_ms"),
)
visits.write.mode("overwrite").parquet(options.output)
spark.stop()
