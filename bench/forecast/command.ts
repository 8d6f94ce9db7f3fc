import { Option, type Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { ForecastOptions } from './forecast.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- forecast
  npm run -s bench -- forecast --cadence daily --json
  npm run -s bench -- forecast --data my-series

The folder holds NAME-train.csv and NAME-test.csv, in the form of the M4
competition: a header, then a row for each series, its name and hourly values.
Definitions and formats: docs/benchmarks.md.`;

export function addForecast(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('forecast')
    .summary('load forecasts beside seasonal naive and Naive2')
    .description('Forecasts known series and compares with what came.')
    .addOption(
      new Option('--cadence <which>', 'hourly values, or their sums by day')
        .choices(['hourly', 'daily'])
        .default('hourly'),
    )
    .option('--data <folder>', 'series to forecast; ../shared/data when left out')
    .option('--write-docs', 'write the figures into docs/benchmarks.md')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ForecastOptions) => {
      const { forecast } = await import('./forecast.ts');
      forecast(options, context);
      finish(EXIT.ok);
    });
}
