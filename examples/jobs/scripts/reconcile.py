"""Finds ledger entries without a payment and payments without a ledger entry."""
import argparse

from pyspark.sql import SparkSession

arguments = argparse.ArgumentParser()
arguments.add_argument("--input", required=True)
arguments.add_argument("--output", required=True)
options = arguments.parse_args()

spark = SparkSession.builder.appName("ledger-reconciliation").getOrCreate()
entries = spark.read.parquet(options.input + "entries/")
payments = spark.read.parquet(options.input + "payments/")
(
    entries.join(payments, ["reference", "amount"], "full_outer")
    .where("entry_id is null or payment_id is null")
    .write.parquet(options.output)
)
