import { spawn } from 'node:child_process';
import { SafeOffFile } from '../../../drivers/gpio/safe-off-file.js';
import { drivers } from './gpio-bench.js';

/**
 * A program that switches the motor on and then does nothing more, until it is killed. Says `on` when it is, and leaves a
 * child of its own behind.
 * Arguments: driver, path and label of the chip, file for `safe-off`.
 */
const [name = '', path = '', label = '', file = ''] = process.argv.slice(2);
const driver = drivers.find((candidate) => candidate.name === name);
if (!driver) throw new Error(`no driver ${name}`);
const gpio = driver.open({ path, label }, new SafeOffFile(file));
await gpio.requestOutputs([{ line: 'motor' }, { line: 'other', activeLow: true }]);
await gpio.set('motor', true);
await gpio.set('other', true);
const child = spawn('sleep', ['60'], { stdio: 'ignore' });
child.once('spawn', () => process.stdout.write(`on ${child.pid ?? 0}\n`));
