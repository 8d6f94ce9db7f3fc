"""Joins the day's orders with customers."""
import argparse

from pyspark.sql import SparkSession

arguments = argparse.ArgumentParser()
arguments.add_argument("--input", required=True)
arguments.add_argument("--output", required=True)
options = arguments.parse_args()

spark = SparkSession.builder.appName("orders-nightly").getOrCreate()
orders = spark.read.parquet(options.input + "orders/")
customers = spark.read.parquet(options.input + "customers/")
(
    orders.join(customers, "customer_id")
    .groupBy("country", "product_id")
    .sum("amount")
    .write.parquet(options.output)
)
