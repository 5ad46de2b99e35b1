// @ts-check
/** A step of the set-up that cannot go on. The message says what failed and what to do, in one sentence. */
export class SetUpFailure extends Error {}

/** What is found in an error's code or text, and what a person can do about it. The first row that fits counts. */
const remedies = [
  [/ENOSPC|no space left/i, 'the disk is full: free some space and start again'],
  [
    /not found: make|gyp ERR! stack Error: `?make|g\+\+: (not found|command)|c\+\+: (not found|command)|find Python/i,
    'a native module could not be compiled: install a C++ compiler, make and Python 3 (Debian: apt-get install build-essential python3) and start again',
  ],
  [
    /gyp ERR!/i,
    'a native module could not be compiled: see the log that npm names, or remove node_modules and start again',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|socket timeout|network/i,
    'the package registry cannot be reached: check the network (or the proxy and registry in .npmrc) and start again',
  ],
  [
    /EUSAGE|in sync/,
    'package-lock.json does not fit package.json: restore both from the repository, or run "npm install"',
  ],
  [/ETARGET|E404/, 'the registry does not have this version: check the registry in .npmrc'],
  [/EINTEGRITY/, 'a package is not what the lock file names: run "npm cache verify" and start again'],
  [/EACCES|EPERM|EROFS/, 'a file cannot be written: check who owns this folder and whether it is writable'],
];

/** @type {(text: string) => string | undefined} */
export function remedyFor(text) {
  const row = remedies.find(([pattern]) => pattern instanceof RegExp && pattern.test(text));
  return row && String(row[1]);
}

/**
 * Any thrown value as one sentence.
 * @type {(error: unknown) => string}
 */
export function explain(error) {
  if (error instanceof SetUpFailure) return error.message;
  const { code = '', message = String(error) } = /** @type {{ code?: string, message?: string }} */ (error ?? {});
  const what = message.split('\n', 1)[0];
  const remedy = remedyFor(`${code} ${message}`);
  return remedy ? `${remedy} (${what})` : `${what}`;
}
