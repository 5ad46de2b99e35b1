import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Camera } from '../../../src/contracts/camera.js';
import type { CameraBench } from '../../contract/camera.js';
import { until } from './until.js';

/**
 * The capture device of the kernel's virtual camera (`vivid`), at its first size that a kiosk can use. On an emulated
 * processor programs take their time to start.
 */
export const vivid = { device: '/dev/video0', width: 640, height: 480, startMs: 20_000 } as const;

const DRIVER = '/sys/bus/platform/drivers/vivid';
/** How often its devices are open, those that are no longer there among them. */
const USERS = '/sys/module/vivid/refcnt';
/** A program that was killed lets go of the device within a moment. */
const LOOKS = 20;

/** Whether any process has the device open. */
function isOpen(): boolean {
  return spawnSync('fuser', ['-s', vivid.device]).status === 0;
}

/** The share of pictures that the driver swallows, of 100. */
function swallow(share: number): void {
  execFileSync('v4l2-ctl', ['-d', vivid.device, '-c', `percentage_of_dropped_buffers=${share}`]);
}

function bind(to: 'bind' | 'unbind'): void {
  if (existsSync(`${DRIVER}/vivid.0`) !== (to === 'bind')) writeFileSync(`${DRIVER}/${to}`, 'vivid.0');
}

/** vivid cannot number its pictures nor send rubbish: whether it is on is seen from who has it open. */
export function vividBench(camera: Camera): CameraBench {
  bind('bind');
  swallow(0);
  return {
    camera,
    off() {
      for (let look = 0; isOpen(); look += 1) if (look === LOOKS) throw new Error(`${vivid.device} is still open`);
      return Promise.resolve();
    },
    suffer: (fault) => swallow(fault === 'stalled' ? 100 : 0),
    unplug() {
      bind('unbind');
      return Promise.resolve();
    },
    async plugIn() {
      // As long as somebody holds the lost device, the new one gets another number.
      await until(() => readFileSync(USERS, 'utf8').trim() === '0');
      bind('bind');
    },
    close: () => Promise.resolve(),
  };
}
