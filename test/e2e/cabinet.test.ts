import { test } from 'tap';
import { CustomerScreen } from '../../drivers/emulator/customer/screen.js';
import { statePaths } from '../../src/config/paths.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { ask, because } from '../support/technician.js';

test('the buttons do what the screen’s do', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const { cabinet } = bench.world.emulator;
  const screen = new CustomerScreen(statePaths(bench.dir).panel);
  t.teardown(() => screen.close());
  const inState = (state: string) => bench.screen((shown) => shown.state === state);
  const ended = () => bench.screen(({ state }) => state === 'done');

  await bench.idle();
  await cabinet.press('agree');
  await cabinet.press('cancel');
  screen.press({ type: 'start', service: 'new-sim' });
  await inState('consent');
  await cabinet.press('agree');
  await inState('reading');
  const cancelled = ended();
  await cabinet.press('cancel');
  t.match(await cancelled, { outcome: 'abandoned', reason: 'visit.cancelled' });

  await bench.idle();
  screen.press({ type: 'start', service: 'new-sim' });
  await inState('consent');
  const declined = ended();
  await cabinet.press('cancel');
  t.match(await declined, { outcome: 'declined', reason: 'visit.declined' });
});

test('over a whole visit the camera light is on while the camera runs, and at no other time', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const { cabinet, camera } = bench.world.emulator;
  await bench.idle();
  t.ok(cabinet.isLit('ready'));
  t.notOk(cabinet.isLit('busy'));
  t.notOk(cabinet.isLit('cameraLight'));

  const dark: string[] = [];
  const lit: string[] = [];
  let pictures = 0;
  camera.onPicture(() => {
    pictures += 1;
    if (!cabinet.isLit('cameraLight')) dark.push(bench.shown?.state ?? '');
  });
  const at = async (state: string): Promise<void> => {
    await bench.screen((screen) => screen.state === state);
    if (cabinet.isLit('cameraLight')) lit.push(state);
  };
  cabinet.onLamp((lamp, on) => {
    if (lamp === 'cameraLight') t.equal(pictures > 0, !on, 'on before the first picture, off after the last');
  });
  const visit = bench.visit();
  await at('consent');
  await at('reading');
  await at('capturing');
  await at('staging');
  t.ok(cabinet.isLit('busy'));
  t.notOk(cabinet.isLit('ready'));
  await at('presented');
  t.equal(await visit, 'sold');
  await bench.idle();
  t.ok(pictures > 0);
  t.same(dark, [], 'no picture without the light');
  t.same(lit, ['capturing']);
});

test('a technician’s test of the camera has the light too', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const { cabinet, camera } = bench.world.emulator;
  await bench.idle();
  await ask(bench, 'maintenance', 'on');
  await bench.screen(because('kiosk.maintenance'));
  let dark = 0;
  camera.onPicture(() => (dark += cabinet.isLit('cameraLight') ? 0 : 1));
  t.match(await ask(bench, 'test', 'camera'), { faces: [] });
  t.equal(dark, 0);
  t.notOk(cabinet.isLit('cameraLight'));
});
