import * as z from 'zod';
import { AwsFailure, operation, type Kernel, type SimulatedService } from '../contracts.ts';
import { Moment } from './emr/input.ts';
import { ignored, known } from './known.ts';
import { MetricStore, type MetricDatum } from './metric-store.ts';

/** How other parts of the simulator report measurements: directly, without permissions. */
export type PutMetric = (datum: MetricDatum) => void;

interface CloudWatchService extends SimulatedService {
  readonly putMetric: PutMetric;
}

const LIST_PAGE = 500;
const MOST_DATA_PER_PUT = 1000;
const MOST_QUERIES = 500;

const Dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).max(30);

const PutMetricDataInput = z.strictObject({
  Namespace: z.string().min(1),
  MetricData: z
    .array(
      z.strictObject({
        MetricName: z.string().min(1),
        Dimensions: Dimensions.default([]),
        Timestamp: Moment.optional(),
        Value: z.number().optional(),
        Values: z.array(z.number()).optional(),
        Counts: z.array(z.number()).optional(),
        Unit: z.string().default('None'),
        StorageResolution: ignored,
      }),
    )
    .max(MOST_DATA_PER_PUT),
});

const GetMetricDataInput = z.strictObject({
  MetricDataQueries: z
    .array(
      z.strictObject({
        Id: z.string().regex(/^[a-z][A-Za-z0-9_]*$/),
        MetricStat: z.strictObject({
          Metric: z.strictObject({
            Namespace: z.string(),
            MetricName: z.string(),
            Dimensions: Dimensions.default([]),
          }),
          Period: z.number().int().positive(),
          Stat: z.enum(['Average', 'Sum', 'Maximum', 'Minimum', 'SampleCount']),
          Unit: z.string().optional(),
        }),
        Label: z.string().optional(),
        ReturnData: z.boolean().default(true),
      }),
    )
    .max(MOST_QUERIES),
  StartTime: Moment,
  EndTime: Moment,
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: ignored,
  NextToken: z.undefined().optional(),
});

const ListMetricsInput = z.strictObject({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string().optional() })).default([]),
  NextToken: z.string().optional(),
});

/** CloudWatch's metrics: put, get (no metric math) and list. */
export function createCloudWatchService(kernel: Kernel): CloudWatchService {
  const store = new MetricStore();
  return {
    name: 'cloudwatch',
    putMetric: (datum) => {
      store.put(datum);
    },
    operations: {
      PutMetricData: operation(known('cloudwatch PutMetricData', PutMetricDataInput), {
        permissions: (input) => [
          {
            action: 'cloudwatch:PutMetricData',
            resource: '*',
            context: { 'cloudwatch:namespace': [input.Namespace] },
          },
        ],
        run: (input) => putMetricData(kernel, store, input),
      }),
      GetMetricData: operation(known('cloudwatch GetMetricData', GetMetricDataInput), {
        permissions: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
        run: (input) => getMetricData(store, input),
      }),
      ListMetrics: operation(known('cloudwatch ListMetrics', ListMetricsInput), {
        permissions: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
        run: (input) => listMetrics(store, input),
      }),
    },
  };
}

function putMetricData(
  kernel: Kernel,
  store: MetricStore,
  input: z.output<typeof PutMetricDataInput>,
): unknown {
  if (input.Namespace.startsWith('AWS/')) {
    throw new AwsFailure(
      'InvalidParameterValue',
      `The value ${input.Namespace} for parameter Namespace is invalid.`,
    );
  }
  for (const datum of input.MetricData) {
    const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]);
    values.forEach((value, i) => {
      store.put({
        namespace: input.Namespace,
        name: datum.MetricName,
        dimensions: Object.fromEntries(datum.Dimensions.map(({ Name, Value }) => [Name, Value])),
        value,
        count: datum.Counts?.[i] ?? 1,
        unit: datum.Unit,
        atMs: datum.Timestamp ?? kernel.clock.nowMs(),
      });
    });
  }
  return {};
}

function getMetricData(store: MetricStore, input: z.output<typeof GetMetricDataInput>): unknown {
  if (input.StartTime >= input.EndTime) {
    throw new AwsFailure(
      'ValidationError',
      'The parameter StartTime must be less than the parameter EndTime.',
    );
  }
  const results = input.MetricDataQueries.filter((query) => query.ReturnData).map((query) => {
    const { Metric: metric, Period: periodSeconds, Stat: statistic } = query.MetricStat;
    const points = store.statistics(
      metric.Namespace,
      metric.MetricName,
      Object.fromEntries(metric.Dimensions.map(({ Name, Value }) => [Name, Value])),
      { fromMs: input.StartTime, untilMs: input.EndTime, periodSeconds, statistic },
    );
    const ordered = input.ScanBy === 'TimestampAscending' ? points : points.reverse();
    return {
      Id: query.Id,
      Label: query.Label ?? metric.MetricName,
      Timestamps: ordered.map((point) => new Date(point.atMs)),
      Values: ordered.map((point) => point.value),
      StatusCode: 'Complete',
    };
  });
  return { MetricDataResults: results, Messages: [] };
}

function listMetrics(store: MetricStore, input: z.output<typeof ListMetricsInput>): unknown {
  const matching = store
    .metrics()
    .filter((metric) => input.Namespace === undefined || metric.namespace === input.Namespace)
    .filter((metric) => input.MetricName === undefined || metric.name === input.MetricName)
    .filter((metric) =>
      input.Dimensions.every(({ Name, Value }) => {
        const found = metric.dimensions[Name];
        return found !== undefined && (Value === undefined || found === Value);
      }),
    );
  const from = Number(input.NextToken ?? 0);
  const page = matching.slice(from, from + LIST_PAGE);
  return {
    Metrics: page.map((metric) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(from + LIST_PAGE < matching.length ? { NextToken: String(from + LIST_PAGE) } : {}),
  };
}
