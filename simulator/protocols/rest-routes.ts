/** Which operation of a REST service a method and path mean. */
import type { ApiModel } from './api-model.ts';
import type { HttpRequest } from './http-message.ts';

interface RoutedRequest {
  readonly operation: string;
  /** path parameters by their names, decoded */
  readonly labels: Readonly<Record<string, string>>;
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  readonly labelNames: readonly string[];
  readonly literals: readonly (readonly [string, string])[];
  /** header that tells this operation from another with the same path */
  readonly needsHeader: string | undefined;
  readonly rank: number;
}

const routesOf = new WeakMap<ApiModel, readonly Route[]>();

/** The operation meant, or undefined when the model has none such. */
export function route(model: ApiModel, request: HttpRequest): RoutedRequest | undefined {
  const routes = routesOf.get(model) ?? compileRoutes(model);
  routesOf.set(model, routes);
  const named = request.query.get('x-id');
  for (const candidate of routes) {
    if (candidate.method !== request.method) continue;
    if (named !== null && named !== candidate.operation) continue;
    if (candidate.needsHeader !== undefined && request.headers[candidate.needsHeader] === undefined) continue;
    if (!candidate.literals.every(([key, value]) => request.query.get(key) === value)) continue;
    const match = candidate.path.exec(request.path);
    if (match === null) continue;
    const labels: Record<string, string> = {};
    candidate.labelNames.forEach((name, index) => {
      labels[name] = decodeURIComponent(match[index + 1] ?? '');
    });
    return { operation: candidate.operation, labels };
  }
  return undefined;
}

/** The most telling first: more query literals, a required header, more of the path spelled out. */
function compileRoutes(model: ApiModel): readonly Route[] {
  return Object.entries(model.operations)
    .map(([operation, { http }]): Route => {
      const [path = '/', query = ''] = http.requestUri.split('?');
      const labelNames: string[] = [];
      const pattern = path
        .split(/(\{[^}]+\})/)
        .map((part) => {
          if (!part.startsWith('{')) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
          const greedy = part.endsWith('+}');
          labelNames.push(part.slice(1, greedy ? -2 : -1));
          return greedy ? '(.+)' : '([^/]+)';
        })
        .join('');
      const literals = [...new URLSearchParams(query)];
      const needsHeader = operation === 'CopyObject' ? 'x-amz-copy-source' : undefined;
      return {
        operation,
        method: http.method,
        path: new RegExp(`^${pattern}/?$`),
        labelNames,
        literals,
        needsHeader,
        rank: literals.length * 1000 + (needsHeader === undefined ? 0 : 500) + path.split('/').length,
      };
    })
    .sort((one, other) => other.rank - one.rank);
}
