import { readFile, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { statePaths } from '../../src/config/paths.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { Command } from '../support/process.js';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly code?: string;
    readonly detail?: string;
  }[];
}

async function doctor(
  bench: Bench,
  config = bench.world.configFile,
): Promise<{ readonly code: number | NodeJS.Signals; readonly report: Report }> {
  return reportOf(begin(config));
}

const begin = (config: string): Command => new Command(['doctor', '--json', '--config', config]);

async function reportOf(command: Command) {
  const code = await command.exited;
  return { code, report: command.json() as Report };
}

test('the doctor finds nothing beside a running service and without it, and names the part that is broken', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  const beside = await doctor(bench);
  t.equal(beside.code, 0);
  t.ok(beside.report.checks.some(({ name }) => name === 'journal'));

  await bench.run.kill('SIGTERM');
  const alone = await doctor(bench);
  t.equal(alone.code, 0, JSON.stringify(alone.report));
  const names = alone.report.checks.map(({ name }) => name);
  for (const device of ['camera', 'idReader', 'dispenser', 'cardIdentifier', 'gpio'])
    t.ok(names.includes(device), device);

  await bench.world.emulator.camera.unplug();
  const broken = await doctor(bench);
  t.equal(broken.code, 1);
  t.same(
    broken.report.checks.filter(({ ok }) => !ok).map(({ name, code }) => [name, code]),
    [['camera', 'camera.offline']],
  );

  await bench.world.emulator.camera.plugIn();
  const { signingKey } = statePaths(bench.dir);
  const key = await readFile(signingKey);
  await writeFile(signingKey, key.subarray(0, -20));
  const { report } = await doctor(bench);
  const [fault] = report.checks.filter(({ ok }) => !ok);
  t.match(fault, { name: 'signing key', code: 'fleet.key-missing', detail: signingKey });
  await writeFile(signingKey, key);

  bench.startRun();
  t.equal(await bench.visit(), 'sold', 'the doctor did no harm');
});

test('the doctor names the line that is wrong, not only the device', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  await bench.run.kill('SIGTERM');
  const config = JSON.parse(await readFile(bench.world.configFile, 'utf8')) as { readonly dispenser: object };
  const wrong = join(bench.dir, 'wrong.json');
  const dispenser = { ...config.dispenser, lines: { exit: 'cabinet-door' } };
  await writeFile(wrong, JSON.stringify({ ...config, dispenser }));
  const { report } = await doctor(bench, wrong);
  t.same(
    report.checks.filter(({ ok }) => !ok).map(({ name, code, detail }) => [name, code, detail]),
    [['dispenser', 'gpio.line-busy', 'gpio cabinet-door']],
  );
});

test('a service that begins while the doctor has the devices in hand keeps away from them until it has done', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  await bench.run.kill('SIGTERM');
  // It takes its time over a device that does not come.
  await bench.world.emulator.camera.unplug();
  const opened = panelOpened(bench.dir);
  const looking = begin(bench.world.configFile);
  await opened;
  process.kill(looking.pid, 'SIGSTOP');
  const meanwhile = bench.startRun();
  t.equal(await meanwhile.exited, 1, 'the service ended, as beside any other that has its journal');
  t.match(meanwhile.stderr, /journal\.locked/);
  process.kill(looking.pid, 'SIGCONT');
  t.same(
    (await reportOf(looking)).report.checks.filter(({ ok }) => !ok).map(({ name }) => name),
    ['camera'],
  );

  bench.startRun();
  await bench.world.emulator.camera.plugIn();
  t.equal(await bench.visit(), 'sold', 'the customer has a screen');
});

/** Resolves when somebody waits for screens. */
async function panelOpened(dir: string): Promise<void> {
  for await (const { filename } of watch(dir)) if (filename === 'panel.sock') return;
}

test('what stands in the way of one socket does not keep the doctor from saying the rest', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  await bench.run.kill('SIGTERM');
  const config = JSON.parse(await readFile(bench.world.configFile, 'utf8')) as object;
  const wrong = join(bench.dir, 'wrong.json');
  const panel = join(bench.dir, 'nowhere', 'panel.sock');
  await writeFile(wrong, JSON.stringify({ ...config, sockets: { panel } }));
  const { report } = await doctor(bench, wrong);
  t.ok(report.checks.length > 5);
  t.match(
    report.checks.filter(({ ok }) => !ok),
    [{ name: 'devices', code: 'socket.unusable' }],
  );
});
