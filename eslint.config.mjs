import tseslint from 'typescript-eslint';

/** Pure folders: time, randomness, files and the network are arguments or somebody else's. */
const IO = ['node:*', 'serialport', 'sqlite3', 'mqtt', 'aedes', 'sharp', 'koffi', 'onnxruntime-node', 'pino'];
const DRIVERS = ['**/drivers/**'];
/** Anything in these folders; the patterns are those of .gitignore, which know no braces. */
const below = (base, ...folders) => folders.map((folder) => `${base}/${folder}/**`);

/** Arrows point one way: `cli, main → kiosk → transaction, identity, face, journal, fleet → contracts, errors`. */
const directions = [
  {
    files: ['src/contracts/**', 'src/errors.ts', 'src/lib/**'],
    forbid: [
      ...DRIVERS,
      ...below(
        '**',
        'cli',
        'config',
        'transaction',
        'identity',
        'face',
        'journal',
        'fleet',
        'link',
        'kiosk',
        'carrier',
      ),
    ],
  },
  {
    files: ['src/transaction/**'],
    forbid: [
      ...IO,
      ...DRIVERS,
      ...below('**', 'cli', 'config', 'identity', 'face', 'journal', 'fleet', 'link', 'kiosk', 'carrier'),
    ],
  },
  {
    files: ['src/identity/**'],
    forbid: [
      ...IO,
      ...DRIVERS,
      ...below('**', 'cli', 'config', 'transaction', 'face', 'journal', 'fleet', 'link', 'kiosk', 'carrier'),
    ],
  },
  {
    files: ['src/face/**'],
    forbid: [
      ...DRIVERS,
      ...below('**', 'cli', 'config', 'transaction', 'identity', 'journal', 'fleet', 'link', 'kiosk', 'carrier'),
    ],
  },
  {
    files: ['src/journal/**'],
    forbid: [...DRIVERS, ...below('**', 'cli', 'config', 'face', 'link', 'kiosk', 'carrier')],
  },
  {
    files: ['src/fleet/**'],
    forbid: [...DRIVERS, ...below('**', 'cli', 'config', 'face', 'journal', 'link', 'kiosk', 'carrier')],
  },
  {
    files: ['src/link/**'],
    forbid: [...DRIVERS, ...below('**', 'cli', 'transaction', 'identity', 'face', 'journal', 'kiosk', 'carrier')],
  },
  { files: ['src/kiosk/**'], forbid: [...DRIVERS, ...below('**', 'cli', 'link', 'carrier')] },
  {
    files: ['src/carrier/**'],
    forbid: [...DRIVERS, ...below('**', 'cli', 'transaction', 'face', 'journal', 'link', 'kiosk')],
  },
  {
    files: ['drivers/**'],
    ignores: ['drivers/emulator/**'],
    forbid: [
      ...below('**/src', 'cli', 'config', 'transaction', 'identity', 'journal', 'fleet', 'link', 'kiosk', 'carrier'),
      '**/src/main.js',
    ],
  },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'default'], package: 'tap' }] },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      'no-empty': 'error',
      eqeqeq: 'error',
    },
  },
  ...directions.map(({ files, ignores, forbid }) => ({
    files,
    ...(ignores ? { ignores } : {}),
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: forbid, message: 'Arrows point one way (see README, Structure).' }] },
      ],
    },
  })),
);
