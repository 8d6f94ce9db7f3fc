import tseslint from 'typescript-eslint';

const unseenThreadPoolWork = ['zlib', 'node:zlib', 'fs/promises', 'node:fs/promises'].map((name) => ({
  name,
  message: 'Thread-pool work is invisible to the virtual clock: use the synchronous form, or a library seam.',
}));

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out/', 'dist/', 'out/', '.cache/', '.venv/'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      eqeqeq: 'error',
      // the DOM's types are there for drawing charts: its globals are not
      'no-restricted-globals': ['error', 'name', 'event', 'status', 'document', 'window', 'location'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
      ],
    },
  },
  {
    // `as` hides what zod should prove. (`as const` narrows and is welcome.)
    files: [
      'bin/**/*.ts',
      'core/**/*.ts',
      'lambdas/**/*.ts',
      'lib/**/*.ts',
      'cli/**/*.ts',
      'simulator/**/*.ts',
      'dashboard/**/*.ts',
      'bench/**/*.ts',
      'scripts/**/*.ts',
    ],
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    },
  },
  {
    files: ['lambdas/**/*.ts', 'core/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: unseenThreadPoolWork }] },
  },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'fetch', 'setTimeout', 'setInterval'],
        ...['name', 'event', 'status', 'document', 'window', 'location'],
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument (rng).' },
        { object: 'Date', property: 'now', message: 'Time is an argument (now).' },
      ],
    },
  },
  {
    files: ['*.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
