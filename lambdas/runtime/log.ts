import { Logger } from '@aws-lambda-powertools/logger';

/** What Lambda tells a function of its invocation, as far as a log wants it. */
export type InvocationContext = Parameters<Logger['addContext']>[0];

/** A function's log. */
export interface Log {
  info(message: string, details: Record<string, unknown>): void;
  warn(message: string, details: Record<string, unknown>): void;
}

interface LogOfInvocations extends Log {
  /** what is logged from now on belongs to that invocation */
  begin(context: InvocationContext): void;
}

const SILENT = 'SILENT';

/** A structured log that is made with its first line: most invocations of a reaper have nothing to say. */
export function createLog(): LogOfInvocations {
  const silent = process.env['POWERTOOLS_LOG_LEVEL'] === SILENT;
  let logger: Logger | undefined;
  let current: InvocationContext | undefined;
  const made = (): Logger => {
    if (logger === undefined) {
      logger = new Logger();
      if (current !== undefined) logger.addContext(current);
    }
    return logger;
  };
  return {
    begin(context) {
      current = context;
      logger?.addContext(context);
    },
    info(message, details) {
      if (!silent) made().info(message, details);
    },
    warn(message, details) {
      if (!silent) made().warn(message, details);
    },
  };
}
