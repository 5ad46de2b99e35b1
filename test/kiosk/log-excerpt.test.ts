import { randomBytes, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { test } from 'tap';
import { MOST_PARTS, PART_BYTES } from '../../src/fleet/commands.js';
import { excerptOf, redacted } from '../../src/kiosk/log-excerpt.js';

const line = (minute: number, level: string, more: object = {}): string =>
  `${JSON.stringify({ level, time: `2026-04-01T12:${String(minute).padStart(2, '0')}:00.000Z`, ...more })}\n`;

test('lines of the time and level that were asked for, bounds included, in their order', async (t) => {
  const lines = [
    line(1, 'info'),
    line(2, 'debug'),
    line(3, 'error'),
    'no JSON\n',
    '[]\n',
    line(4, 'warn'),
    line(5, 'fatal'),
  ];
  const said = async (asked: Parameters<typeof excerptOf>[1]) =>
    gunzipSync((await excerptOf(lines, asked)).gzip).toString();
  t.equal(await said({ level: 'warn' }), [line(3, 'error'), line(4, 'warn'), line(5, 'fatal')].join(''));
  const from = '2026-04-01T12:02:00.000Z';
  const to = '2026-04-01T12:04:00.000Z';
  t.equal(await said({ level: 'debug', from, to }), [line(2, 'debug'), line(3, 'error'), line(4, 'warn')].join(''));
  t.equal(await said({ level: 'info', to: '2020-01-01T00:00:00.000Z' }), '');
});

test('too many lines: the newest of them, and it is said how many are left out', async (t) => {
  const noise = (): string => randomBytes(3_000).toString('base64').replaceAll(/\d/g, 'x');
  const lines = Array.from({ length: 300 }, (_, minute) => line(minute % 60, 'info', { n: minute, noise: noise() }));
  const { result, gzip } = await excerptOf(lines, { level: 'info' });
  t.ok(gzip.length <= MOST_PARTS * PART_BYTES);
  t.equal(result.lines + result.leftOut, lines.length);
  t.ok(result.leftOut > 0 && result.lines > 0);
  t.equal(gunzipSync(gzip).toString(), lines.slice(result.leftOut).join(''));
});

test('a long number and a word of another script do not leave the kiosk, what a machine has drawn does', (t) => {
  const uuid = randomUUID();
  const hash = randomBytes(32).toString('hex');
  for (const kept of [uuid, hash, '2026-04-01T12:00:00.000Z', 'café → done', '"pid":1234567'])
    t.equal(redacted(kept), kept, kept);
  t.equal(redacted('no 11010519491231002X, tel 13800138000'), 'no …1002X, tel …8000');
  t.equal(redacted('C12345678 and 89860000000000000013'), 'C…5678 and …0013');
  t.equal(redacted('of 王小明 or Иван'), 'of … or …');
  t.end();
});
