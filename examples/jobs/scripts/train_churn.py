"""Trains a logistic regression on the churn feature table."""
import argparse

from pyspark.ml.classification import LogisticRegression
from pyspark.sql import SparkSession

arguments = argparse.ArgumentParser()
arguments.add_argument("--input", required=True)
arguments.add_argument("--output", required=True)
arguments.add_argument("--iterations", type=int, default=40)
options = arguments.parse_args()

spark = SparkSession.builder.appName("churn-training").getOrCreate()
features = spark.read.parquet(options.input).cache()
model = LogisticRegression(maxIter=options.iterations, labelCol="churned").fit(features)
model.write().overwrite().save(options.output)
