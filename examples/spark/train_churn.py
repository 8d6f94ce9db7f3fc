"""Iterative training: a logistic regression on cached features, each iteration a pass over all of them."""
import argparse

from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

parser = argparse.ArgumentParser()
parser.add_argument("--input", required=True)
parser.add_argument("--output", required=True)
parser.add_argument("--iterations", type=int, default=20)
options = parser.parse_args()

FEATURES = ["f%d" % i for i in range(12)]
schema = ", ".join(["label DOUBLE"] + ["%s DOUBLE" % name for name in FEATURES])

spark = SparkSession.builder.appName("train-churn").getOrCreate()
rows = spark.read.csv(options.input, schema=schema)
points = VectorAssembler(inputCols=FEATURES, outputCol="features").transform(rows).select("label", "features").cache()
model = LogisticRegression(maxIter=options.iterations, tol=0, regParam=0.01).fit(points)
spark.createDataFrame([(float(model.intercept), [float(x) for x in model.coefficients])], "intercept DOUBLE, weights ARRAY<DOUBLE>").coalesce(
    1
).write.mode("overwrite").json(options.output)
spark.stop()
