import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { test } from 'tap';
import { asyncApiText } from '../../src/docs/asyncapi.js';
import { eventData } from '../../src/fleet/messages.js';
import { rootDir, version } from '../../src/lib/paths.js';

test('the AsyncAPI document is what the message table says (npm run docs), and AsyncAPI’s own parser takes it', async (t) => {
  const text = await readFile(join(rootDir, 'asyncapi.json'), 'utf8');
  t.equal(text, asyncApiText(version), 'asyncapi.json is not stale');
  const { document, diagnostics } = await new Parser().parse(text);
  t.same(
    diagnostics
      .filter(({ severity }) => `${severity}` === '0')
      .map(({ message, path }) => `${path.join('.')}: ${message}`),
    [],
  );
  const names =
    document
      ?.messages()
      .all()
      .map((message) => message.name()) ?? [];
  for (const type of Object.keys(eventData)) t.ok(names.includes(type), type);
  t.notMatch(text, '"payload": {}', 'every message has a schema');
});
