// @ts-check
import { test } from 'tap';
import { explain, SetUpFailure } from '../../src/setup/failure.mjs';

/** What the tools really print or throw, and what the operator must read. */
const table = [
  [Object.assign(new Error('getaddrinfo EAI_AGAIN registry.npmjs.org'), { code: 'EAI_AGAIN' }), /check the network/],
  [Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }), /disk is full/],
  [new Error('gyp ERR! stack Error: not found: make'), /build-essential/],
  [Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: 'EACCES' }), /cannot be written/],
  [new SetUpFailure('one sentence.'), /^one sentence\.$/],
  ['a string', /^a string$/],
];

test('a failure is one line that says what to do', async (t) => {
  for (const [error, sentence] of table) {
    const text = explain(error);
    t.match(text, sentence);
    t.notMatch(text, /\n/);
  }
});
