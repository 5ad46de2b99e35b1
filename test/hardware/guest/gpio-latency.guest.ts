import t from 'tap';
import { measureLatency, type Latency } from '../../bench/gpio.js';
import { drivers, newSim } from './gpio-bench.js';

const EDGES = 300;

void t.test('both drivers tell of every edge, and how soon', async (t) => {
  const found: Record<string, Latency> = {};
  for (const { name, open } of drivers) {
    const { sim, label } = newSim();
    const gpio = open({ path: sim.path, label });
    found[name] = await measureLatency(gpio, 'sensor', (level) => sim.drive('sensor', level), EDGES);
    t.comment(`${name}: median ${found[name].median} µs, 99 % ${found[name].p99} µs of ${EDGES} edges`);
    await gpio.close();
    sim.remove();
  }
  const { chardev, onoff } = found;
  t.ok(chardev && onoff);
  if (chardev && onoff) t.comment(`onoff takes ${(onoff.median / chardev.median).toFixed(2)} times as long`);
});
