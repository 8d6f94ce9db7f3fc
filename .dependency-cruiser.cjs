/** The walls of the house: who may know whom. Run by `npm run boundaries`. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      comment: 'core imports only core, small pure libraries, and the synchronous hash of node:crypto',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        pathNot:
          '^(core/|(node:)?crypto$|node_modules/(zod|ml-matrix|yaml|croner|highs|@bsull/augurs|jsonata|fflate|fzstd)/)',
      },
    },
    {
      name: 'aws-behind-adapters',
      comment: 'only lambdas/aws speaks to the SDK',
      severity: 'error',
      from: { pathNot: '^(lambdas/aws/|test/)' },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'simulator-knows-no-product-code',
      comment: 'the simulator loads what was synthesised, or is handed handlers',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: '^(lambdas|lib|cli|bin|dashboard)/' },
    },
    {
      name: 'product-knows-no-simulator',
      severity: 'error',
      from: { path: '^(core|lambdas|lib|bin/app)' },
      to: { path: '^(simulator|test|bench|cli|dashboard)/' },
    },
    {
      name: 'lib-takes-types-only-from-lambdas',
      comment: 'a construct that ran handler code would load the SDK at synth',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lambdas/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'not-to-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'no-dev-dependencies-in-product',
      severity: 'error',
      from: { path: '^(core|lambdas)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
