import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from '../lib/config.ts';
import { FlarepathStack } from '../lib/flarepath-stack.ts';
import { FUNCTION_BUNDLES, FUNCTION_NAMES } from '../lib/function-names.ts';
import { readJobsDirectory } from '../lib/jobs.ts';
import { bundleFunctions } from '../scripts/bundle-functions.ts';

const app = new App();
try {
  const settings = readSettings(app.node);
  const jobs = readJobsDirectory(settings.jobsDirectory);
  await bundleFunctions(FUNCTION_NAMES, FUNCTION_BUNDLES);
  new FlarepathStack(app, { settings, jobs });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  // Everything above is said to a person: a message helps, a stack trace hides it.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
