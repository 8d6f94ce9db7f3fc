"""Cuts clicks into sessions after 30 minutes of silence and counts them per user."""
import argparse

from pyspark.sql import SparkSession, Window, functions as F

arguments = argparse.ArgumentParser()
arguments.add_argument("--input", required=True)
arguments.add_argument("--output", required=True)
options = arguments.parse_args()

spark = SparkSession.builder.appName("clickstream-features").getOrCreate()
clicks = spark.read.parquet(options.input)
by_user = Window.partitionBy("user_id").orderBy("clicked_at")
silence_seconds = F.col("clicked_at").cast("long") - F.lag("clicked_at").over(by_user).cast("long")
sessions = clicks.withColumn("starts_session", (silence_seconds > 1800) | silence_seconds.isNull())
(
    sessions.groupBy("user_id")
    .agg(F.sum(F.col("starts_session").cast("int")).alias("sessions"), F.count("*").alias("clicks"))
    .write.parquet(options.output)
)
