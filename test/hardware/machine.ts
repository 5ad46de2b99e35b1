import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { System } from './system.js';

/** Files of one run of the virtual machine. */
export interface Run {
  readonly system: System;
  readonly program: string;
  readonly packages: string;
  /** For sockets and for what the disks are changed to, which is thrown away. */
  readonly folder: string;
  /** What the kernel and the tests say. */
  readonly console: string;
  /** A socket that listens for what the tests find. */
  readonly verdict: string;
  /** A disk whose content outlives the machine, with the write-back cache that disks have: /dev/vdd. */
  readonly keptDisk?: string;
}

/** A serial line of the guest whose far end is another serial line of the guest: real bytes over two UARTs. */
function crossed(name: string, folder: string): { near: string[]; far: string[] } {
  const path = join(folder, `${name}.sock`);
  return {
    near: ['-chardev', `socket,id=${name}-near,path=${path},server=on,wait=off`],
    far: ['-chardev', `socket,id=${name}-far,path=${path}`],
  };
}

/** /dev/ttyS1 and /dev/ttyS2 are one cable; /dev/ttyUSB0 and /dev/ttyS3 are another. */
function devices({ folder, verdict }: Run): string[] {
  const reader = crossed('reader', folder);
  const usb = crossed('usb', folder);
  const monitor = crossed('monitor', folder);
  return [
    ...[...reader.near, ...reader.far, ...usb.near, ...usb.far, ...monitor.near, ...monitor.far],
    ...['-serial', 'chardev:reader-near', '-serial', 'chardev:reader-far', '-serial', 'chardev:usb-far'],
    ...['-device', 'qemu-xhci,id=xhci', '-device', 'usb-serial,id=usb-serial,chardev=usb-near'],
    // The guest itself pulls the plug, through QEMU's own monitor.
    ...['-mon', 'chardev=monitor-near,mode=control', '-device', 'virtio-serial'],
    ...['-device', 'virtserialport,chardev=monitor-far,name=simkiosk.monitor'],
    ...[
      '-chardev',
      `socket,id=verdict,path=${verdict}`,
      '-device',
      'virtserialport,chardev=verdict,name=simkiosk.verdict',
    ],
  ];
}

const disk = (file: string): string[] => ['-drive', `file=${file},if=virtio,format=raw,snapshot=on`];

/**
 * Of the kernel. Without `no_timer_check` it panics when a busy machine lets the emulated timer come late. With
 * `norandmaps` a library lies at the same address in every process: QEMU translates it once, and Node starts in half the time.
 */
const PARAMETERS = [
  ...['root=/dev/vda', 'rw', 'console=ttyS0', 'quiet', 'systemd.show_status=0'],
  ...['mitigations=off', 'no_timer_check', 'norandmaps', 'panic=-1'],
];

/**
 * Without AVX and FMA: QEMU computes each of their numbers in a function of its own, the networks run seven times as fast
 * with the older instructions, which it translates.
 */
const PROCESSOR = 'max,la57=off,svm=off,avx=off,avx2=off,f16c=off,fma=off';

/**
 * @param cut when it comes, the machine loses its power
 * @returns how it ended: by itself, without power, or as it was stopped after `timeoutMs`
 */
export async function boot(run: Run, timeoutMs: number, cut?: AbortSignal): Promise<string> {
  const { system, program, packages, console, keptDisk } = run;
  const child = spawn(
    'qemu-system-x86_64',
    [
      // Emulation everywhere, although slow: build machines have no hardware virtualisation, or one that half works.
      // One processor: with more, QEMU's emulation runs into instructions that Linux is just patching (int3, panic).
      ...['-machine', 'q35', '-accel', 'tcg', '-cpu', PROCESSOR, '-smp', '1', '-m', '2048'],
      ...['-nodefaults', '-display', 'none', '-no-reboot', '-nic', 'none'],
      ...['-kernel', system.vmlinuz, '-initrd', system.initrd],
      ...['-append', PARAMETERS.join(' ')],
      ...disk(system.disk),
      ...disk(program),
      ...disk(packages),
      ...(keptDisk === undefined ? [] : ['-drive', `file=${keptDisk},if=virtio,format=raw,cache=writeback`]),
      ...['-serial', `file:${console}`],
      ...devices(run),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, TMPDIR: run.folder } },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const orphaned = (): void => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  cut?.addEventListener('abort', orphaned);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  process.off('exit', orphaned);
  clearTimeout(timer);
  if (cut?.aborted) return 'the power was cut';
  if (child.killed) return `${timeoutMs / 1_000} s were over`;
  return code === 0 ? 'the machine switched itself off' : `QEMU ended with ${signal ?? code}`;
}
