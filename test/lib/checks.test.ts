import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { EVERYTHING_EXISTS, stackOf } from './synthesised.ts';

describe('AWS’s solution checks', () => {
  it.each([
    ['a network, keys and buckets of our own', {}],
    ['what the team has', EVERYTHING_EXISTS],
  ])('find nothing unexplained with %s', (_, settings) => {
    const app = stackOf(settings).node.root;
    if (!App.isApp(app)) throw new Error('a stack without an app');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});
