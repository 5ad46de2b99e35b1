import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EmulatedCamera } from '../../../drivers/camera/emulated.js';
import { faultIs } from '../../support/device-state.js';

const DEVICE = '/dev/video0';

/** Pictures as they come: nothing is analysed, nothing changed. */
const WRITER = [
  ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-fflags', 'nobuffer', '-probesize', '32'],
  ...['-analyzeduration', '0', '-f', 'mjpeg', '-i', 'pipe:0', '-c', 'copy', '-f', 'v4l2', DEVICE],
];

/**
 * Makes /dev/video0 a camera of `v4l2loopback`: vivid cannot deliver MJPEG, and to encode pictures takes an emulated
 * processor all its time.
 * @returns what gives it back to vivid, once nobody has it open
 */
export function useLoopback(): () => void {
  execFileSync('modprobe', ['-r', 'vivid']);
  execFileSync('modprobe', ['v4l2loopback']);
  return () => {
    execFileSync('modprobe', ['-r', 'v4l2loopback']);
    execFileSync('modprobe', ['vivid']);
  };
}

/**
 * Lets /dev/video0 show what the virtual camera on `socket` shows.
 * @returns what ends it
 */
export function showOnCamera(socket: string): () => Promise<void> {
  const writer = spawn('ffmpeg', WRITER, { stdio: ['pipe', 'inherit', 'inherit'] });
  const source = new EmulatedCamera({ name: 'virtual', socket });
  const stop = new AbortController();
  // A program that ended takes no more.
  writer.stdin.on('error', () => stop.abort());
  const showing = (async () => {
    await faultIs(source, undefined);
    for await (const { jpeg } of source.frames(stop.signal)) {
      if (!writer.stdin.writableNeedDrain) writer.stdin.write(jpeg);
    }
  })();
  return async () => {
    stop.abort();
    await showing;
    await source.close();
    writer.kill('SIGKILL');
    if (writer.exitCode === null) await once(writer, 'exit');
  };
}
