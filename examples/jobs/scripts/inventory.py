"""Keeps the newest row of each article and warehouse."""
import argparse

from pyspark.sql import SparkSession, Window, functions as F

arguments = argparse.ArgumentParser()
arguments.add_argument("--input", required=True)
arguments.add_argument("--output", required=True)
options = arguments.parse_args()

spark = SparkSession.builder.appName("inventory-snapshot").getOrCreate()
newest_first = Window.partitionBy("article_id", "warehouse_id").orderBy(F.col("counted_at").desc())
(
    spark.read.json(options.input)
    .withColumn("age", F.row_number().over(newest_first))
    .where("age = 1")
    .write.parquet(options.output)
)
