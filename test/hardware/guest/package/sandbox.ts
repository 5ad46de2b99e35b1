import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { appendFile, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from 'tap';
import { askKiosk } from '../../../../src/cli/technician.js';
import { installed } from '../../../../src/config/paths.js';
import { GpioSim } from '../gpio-sim.js';
import {
  attempt,
  explained,
  faces,
  JOURNAL,
  now,
  property,
  reconfigured,
  run,
  running,
  said,
  systemctl,
  UNITS,
} from '../installed.js';

const [RUN, LINK] = UNITS;
const { sockets } = installed;
const PORTS = '/etc/udev/rules.d/65-kiosk-ports.rules';

/** What a service of this unit could do: its own sandbox, with a probe started first. */
async function probe(unit: string, ...trials: readonly string[]): Promise<Record<string, string>> {
  const folder = `/run/systemd/system/${unit}.d`;
  await mkdir(folder, { recursive: true });
  const program = join(process.cwd(), 'dist/test/hardware/guest/probe.js');
  await writeFile(join(folder, 'probe.conf'), `[Service]\nExecStartPre=/usr/bin/node ${program} ${trials.join(' ')}\n`);
  const since = now();
  await systemctl('daemon-reload');
  await systemctl('restart', unit);
  await rm(folder, { recursive: true });
  await systemctl('daemon-reload');
  await said(unit, /^probe done$/, since);
  const log = await run('journalctl', '-o', 'cat', '-u', unit, '--since', since);
  const found = [...log.matchAll(/^probe (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json) as object);
  return Object.assign({}, ...found) as Record<string, string>;
}

/** Asks, one time after the other, until the service has no such fault. */
async function free(of: RegExp): Promise<void> {
  let faults: string;
  do {
    faults = JSON.stringify(await askKiosk(installed.config, { command: 'status' }));
  } while (of.test(faults));
}

async function tcpServer(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

void t.test(
  'what a technician may do follows from the group, and root leaves nothing that the service cannot use',
  async (t) => {
    await running(t);
    await run('useradd', 'technician', '--groups', 'simkiosk');
    await run('useradd', 'nobody-special');
    t.match(await run('runuser', '-u', 'technician', 'simkiosk', 'status'), /state: /);
    t.match(await attempt('runuser', '-u', 'nobody-special', 'simkiosk', 'status'), 'control.offline');
    await systemctl('stop', ...UNITS);
    t.match(await run('simkiosk', 'status'), 'state: stopped');
    const foreign = await run('find', installed.stateDir, '!', '-user', 'simkiosk');
    t.equal(foreign, '');
  },
);

void t.test(
  'the device process reaches its devices, a camera through ffmpeg too, and nobody over a network',
  async (t) => {
    explained(t);
    const chip = new GpioSim('sandbox', ['line']);
    const server = await tcpServer();
    t.teardown(() => {
      server.close();
      chip.remove();
    });
    await copyFile('/usr/share/doc/simkiosk/examples/65-kiosk-ports.rules', PORTS);
    await appendFile(PORTS, 'SUBSYSTEM=="tty", KERNEL=="ttyS1", ENV{ID_SIMKIOSK}="id-reader"\n');
    await run('udevadm', 'control', '--reload');
    await run('udevadm', 'trigger', '--subsystem-match=tty');
    await run('udevadm', 'settle');
    const allowed = [chip.path, '/dev/simkiosk/camera', '/dev/simkiosk/id-reader', '/dev/ttyUSB0'].map(
      (device) => `device:${device}`,
    );
    const camera = {
      driver: 'v4l2',
      device: '/dev/simkiosk/camera',
      format: 'yuyv422',
      width: 320,
      height: 180,
      fps: 5,
    };
    await reconfigured(t, { camera, ...faces() });
    const found = await probe(
      RUN,
      ...allowed,
      ...[
        `tcp:127.0.0.1:${server.port}`,
        'tcp:[::1]:1883',
        'tcp:192.0.2.1:1883',
        'udp:127.0.0.1:53',
        'udp:224.0.0.251:5353',
      ],
      ...[
        'device:/dev/vda',
        'read:/dev/mem',
        'write:/etc/simkiosk/kiosk.json',
        'write:/usr/bin/simkiosk',
        'read:/etc/shadow',
      ],
      ...[`write:${JOURNAL}`, 'read:/etc/simkiosk/kiosk.json'],
    );
    for (const trial of [...allowed, `write:${JOURNAL}`, 'read:/etc/simkiosk/kiosk.json'])
      t.equal(found[trial], 'ok', trial);
    for (const [trial, outcome] of Object.entries(found)) {
      if (/^(tcp|udp):/.test(trial)) t.match(outcome, /^(EAFNOSUPPORT|EPERM)$/, trial);
    }
    t.match(found['device:/dev/vda'], /^(EPERM|EACCES)$/);
    t.match(found['write:/etc/simkiosk/kiosk.json'], /^(EROFS|EACCES)$/);
    t.match(found['write:/usr/bin/simkiosk'], /^(EROFS|EACCES)$/);
    t.match(found['read:/etc/shadow'], 'EACCES');
    await free(/camera|engine/);
    await askKiosk(installed.config, { command: 'maintenance', on: true });
    const { perSecond } = await askKiosk(installed.config, { command: 'test', device: 'camera', picture: false });
    t.ok(Number(perSecond) > 0, `${String(perSecond)} pictures a second`);
    await askKiosk(installed.config, { command: 'maintenance', on: false });
  },
);

const pids = (units: readonly string[]) => Promise.all(units.map((unit) => property(unit, 'MainPID')));

// The device process is killed where its outputs are looked at.
void t.test('killed or hung, both services come back by themselves', async (t) => {
  await running(t);
  for (const [how, sign, units] of [
    ['KILL', /code=killed, status=9/, [LINK]],
    ['STOP', /Watchdog timeout/, UNITS],
  ] as const) {
    const since = now();
    const before = await pids(units);
    await run('kill', `-${how}`, ...before);
    await Promise.all(units.map((unit) => said(unit, sign, since)));
    await Promise.all(units.map((unit) => said(unit, /^Started /, since)));
    const after = await pids(units);
    units.forEach((unit, index) => t.not(after[index], before[index], `${unit} after ${how}`));
  }
});

void t.test(
  'the network process reaches the broker and the device process’s socket, and neither device nor journal',
  async (t) => {
    await running(t);
    const server = await tcpServer();
    t.teardown(() => server.close());
    const found = await probe(
      LINK,
      ...[`tcp:127.0.0.1:${server.port}`, `unix:${sockets.link}`, 'read:/etc/simkiosk/kiosk.json'],
      ...[
        'device:/dev/video0',
        'device:/dev/ttyS1',
        'device:/dev/gpiochip0',
        'device:/dev/vda',
        'device:/dev/simkiosk/camera',
      ],
      ...[`read:${JOURNAL}`, `read:${installed.stateDir}`, `unix:${sockets.control}`, `unix:${sockets.panel}`],
      ...['write:/var/tmp/x', 'write:/etc/x', 'udp:224.0.0.251:5353'],
    );
    for (const trial of [`tcp:127.0.0.1:${server.port}`, `unix:${sockets.link}`, 'read:/etc/simkiosk/kiosk.json'])
      t.equal(found[trial], 'ok', trial);
    for (const [trial, outcome] of Object.entries(found)) {
      if (/^(device|read:\/var|unix:.*(control|panel))/.test(trial)) t.match(outcome, /^(ENOENT|EACCES|EPERM)$/, trial);
    }
    t.match(found['write:/etc/x'], /^(EROFS|EACCES)$/);
    t.match(found['udp:224.0.0.251:5353'], /^(EPERM|ENETUNREACH)$/);
  },
);
