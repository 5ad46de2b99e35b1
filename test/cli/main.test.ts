import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { portrait } from '../support/cast.js';
import { Command } from '../support/process.js';

interface Said {
  readonly code: number | NodeJS.Signals;
  readonly command: Command;
}

async function simkiosk(...args: readonly string[]): Promise<Said> {
  const command = new Command(args);
  return { code: await command.exited, command };
}

test('every command explains itself', async (t) => {
  for (const args of [['demo'], ['emulate'], ['run'], ['link'], ['doctor'], ['audit'], ['face', 'compare']]) {
    const { code, command } = await simkiosk(...args, '--help');
    t.equal(code, 0, args.join(' '));
    t.match(command.stdout, /^Usage: simkiosk /);
  }
});

test('a command line that is not understood ends with 64 and says why', async (t) => {
  for (const args of [['dance'], ['run'], ['demo', '--customers', 'many'], ['demo', '--pace', 'slow'], ['audit']]) {
    const { code, command } = await simkiosk(...args);
    t.equal(code, 64, args.join(' '));
    t.not(command.stderr, '');
  }
});

test('a configuration that is missing, no JSON, of a wrong type or with an unknown key: code and sentence', async (t) => {
  const dir = t.testdir();
  const file = async (text: string): Promise<string> => {
    await writeFile(join(dir, 'kiosk.json'), text);
    return join(dir, 'kiosk.json');
  };
  const cases = [
    [join(dir, 'nowhere.json'), 'config.missing', 'nowhere.json'],
    [await file('{'), 'config.not-json', 'kiosk.json'],
  ] as const;
  for (const [config, code, detail] of cases) {
    for (const name of ['run', 'link', 'doctor']) {
      const said = await simkiosk(name, '--config', config);
      t.equal(said.code, 1);
      t.match(said.command.stderr, code);
      t.match(said.command.stderr, detail);
    }
  }
  const invalid = await simkiosk('run', '--config', await file('{"kiosk":7,"colour":"red"}'));
  t.equal(invalid.code, 1);
  t.match(invalid.command.stderr, /^config\.invalid: .*colour/s);
  t.match(invalid.command.stderr, 'kiosk');
  const json = await simkiosk('doctor', '--json', '--config', join(dir, 'nowhere.json'));
  t.match(json.command.json(), { error: 'config.missing' });
});

test('a cast that is missing or wrong: code and sentence, nothing started', async (t) => {
  const dir = t.testdir({ 'cast.json': '{"visitors":[{"document":{"name":"x","number":"1","photo":"none.jpg"}}]}' });
  for (const cast of ['nowhere.json', 'cast.json']) {
    const { code, command } = await simkiosk('demo', '--customers', '1', '--json', '--cast', join(dir, cast));
    t.equal(code, 1, cast);
    t.match(command.json(), { error: 'cast.invalid' });
  }
});

test('a camera and a photo of who looks into it go together, at the pace of people', async (t) => {
  const photo = portrait(1);
  const wrong = [
    [['--camera', '/dev/null'], '--id-photo'],
    [['--id-photo', photo], '--camera'],
    [['--camera', '/dev/null', '--id-photo', photo, '--cast', 'cast.json'], '--cast'],
    [['--camera', '/dev/null', '--id-photo', photo, '--pace', 'fast'], 'pace'],
  ] as const;
  for (const [options, named] of wrong) {
    const { code, command } = await simkiosk('demo', ...options);
    t.equal(code, 64, options.join(' '));
    t.match(command.stderr, /^cli\.usage/);
    t.match(command.stderr, named);
  }
  const missing = join(t.testdir(), 'none');
  const device = await simkiosk('demo', '--json', '--camera', missing, '--id-photo', photo);
  t.equal(device.code, 1);
  t.match(device.command.json(), { error: 'camera.offline', detail: missing });
  const picture = await simkiosk('demo', '--json', '--camera', '/dev/null', '--id-photo', missing);
  t.equal(picture.code, 1);
  t.match(picture.command.json(), { error: 'cast.invalid', detail: missing });
});

test('audit without a journal says so', async (t) => {
  const { code, command } = await simkiosk('audit', '--json', '--state', t.testdir());
  t.equal(code, 1);
  t.match(command.json(), { error: 'journal.missing' });
});

test('a state directory that cannot be made, or is too deep for a socket: code and sentence', async (t) => {
  const dir = t.testdir({ file: '' });
  const below = await simkiosk('demo', '--customers', '1', '--json', '--state', join(dir, 'file', 'state'));
  t.equal(below.code, 1);
  t.match(below.command.json(), { error: 'journal.unwritable' });
  const deep = await simkiosk('demo', '--customers', '1', '--json', '--state', join(dir, 'deep'.repeat(25)));
  t.equal(deep.code, 1);
  t.match(deep.command.json(), { error: 'config.invalid' });
});

test('with --json whatever the parser does not understand is one object too, with a code', async (t) => {
  const cases = [
    [['status', '--bogus'], "unknown option '--bogus'"],
    [['dance'], "unknown command 'dance'"],
    [['audit'], "required option '--state <dir>' not specified"],
    [['settle', '1'], "missing required argument 'taken|retained|stack'"],
    [['carrier'], undefined],
  ] as const;
  for (const [args, detail] of cases) {
    const { code, command } = await simkiosk(...args, '--json');
    t.equal(code, 64, args.join(' '));
    t.match(command.stderr, /^cli\.usage: /m, args.join(' '));
    t.match(command.json(), { error: 'cli.usage', ...(detail !== undefined && { detail }) }, args.join(' '));
  }
});

test('nobody reads what a command says: it says nothing about that, and does what was asked for', async (t) => {
  for (const args of [['--help'], ['audit', '--json', '--state', t.testdir()]]) {
    const command = new Command(args);
    command.stopReading();
    t.equal(await command.exited, args.length === 1 ? 0 : 1);
    t.notMatch(command.stderr, /EPIPE/, args.join(' '));
  }
});
