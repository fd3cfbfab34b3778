import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Who may import whom (docs/architecture.md). Each project carries one `layer:` tag in its package.json. */
const layers = {
  'layer:contracts': [],
  'layer:stream': ['layer:contracts'],
  'layer:client': ['layer:contracts', 'layer:stream'],
  'layer:face': ['layer:contracts', 'layer:client', 'layer:stream'],
  'layer:kit': ['layer:contracts', 'layer:kit', 'layer:stream'],
  'layer:service': ['layer:contracts', 'layer:kit', 'layer:stream'],
  'layer:root': ['layer:contracts', 'layer:kit', 'layer:service', 'layer:stream'],
  'layer:testing': ['layer:contracts', 'layer:kit', 'layer:client', 'layer:stream'],
};

const boundaries = (extra = []) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: [],
    depConstraints: Object.entries(layers).map(([sourceTag, targets]) => ({
      sourceTag,
      onlyDependOnLibsWithTags: [...targets, ...extra],
    })),
  },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/coverage', '**/node_modules', '**/.nx'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // The types of Express and Passport are extended by the namespaces that they declare for it.
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['apps/web/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      // What a query's hook answers is said by its query.
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // What is destructured from props or a store has no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // Says what the React compiler leaves out; we do not use it.
      'react-hooks/incompatible-library': 'off',
      // How TanStack Router is told to go elsewhere.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'package', package: '@tanstack/router-core', name: ['Redirect', 'NotFoundError'] }] },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.e2e.ts', '**/fixtures/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(['layer:testing', 'layer:kit', 'layer:client']),
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  {
    files: ['apps/web/public/*.js'],
    languageOptions: { globals: { localStorage: 'readonly', matchMedia: 'readonly', document: 'readonly' } },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'writable',
        setTimeout: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
      },
    },
  },
);
