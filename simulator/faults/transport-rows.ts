import { row, seconds } from './row.ts';

const OF_REQUEST = ['service', 'operation', 'principal'] as const;

/** Between a client and any service. */
export const TRANSPORT_ROWS = {
  throttle: row(
    OF_REQUEST,
    {},
    'A request is refused and not carried out.',
    "the service's own throttling error (ThrottlingException, SlowDown, RequestLimitExceeded, …)",
  ),
  'server-error': row(
    OF_REQUEST,
    {},
    'A request is answered with an internal error and not carried out.',
    'InternalFailure, status 500',
  ),
  reset: row(
    OF_REQUEST,
    {},
    'The connection breaks before the request is carried out. The client cannot tell it from `lost-response`.',
    'ECONNRESET; the SDK tries again by itself',
  ),
  'lost-response': row(
    OF_REQUEST,
    {},
    'A request is carried out and its answer lost; what the SDK then tries again by itself is carried out again.',
    'ECONNRESET; the SDK tries again by itself',
  ),
  latency: row(
    OF_REQUEST,
    {
      seconds: seconds(5, "how long the request takes to arrive; may exceed the calling function's time-out"),
    },
    'A request arrives late. It is carried out even if nobody waits for its answer any more.',
    'time; beyond the time-out of a function, Sandbox.Timedout',
  ),
} as const;
